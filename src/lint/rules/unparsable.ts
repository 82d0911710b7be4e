import { BOTH, type Rule } from '../rule.js';

/** What the server would refuse to read. */
export const unparsable: Rule = {
  id: 'unparsable',
  directions: BOTH,
  scope: 'statement',
  check: ({ statement }) => {
    const { problem } = statement.facts;
    if (problem === null) return null;
    return {
      message: `PostgreSQL cannot read this statement: ${problem}. No other rule has checked it.`,
      replacement: null,
    };
  },
};
