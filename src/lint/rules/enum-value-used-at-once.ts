import { BOTH, type Rule } from '../rule.js';
import { NEXT_REVISION } from '../advice/replacements.js';
import { quoteLiteral, quotePath } from '../../sql/quote.js';

/** A value that cannot be used before the transaction that adds it is over. */
export const enumValueUsedAtOnce: Rule = {
  id: 'enum-value-used-at-once',
  directions: BOTH,
  scope: 'statement',
  check: ({ statement, earlier }) => {
    if (!statement.transactional) return null;
    for (const { action, newTypes } of earlier) {
      if (action.kind !== 'add-enum-value' || newTypes.has(action.name)) continue;
      const value = quoteLiteral(action.value);
      if (statement.facts.literals.has(action.value))
        return {
          message:
            `This transaction adds the value ${value} to ${quotePath(action.name)}, and PostgreSQL rejects its use until ` +
            'the transaction has committed.',
          replacement: `${NEXT_REVISION}\n${statement.sql.trim().replace(/;$/, '')};`,
        };
    }
    return null;
  },
};
