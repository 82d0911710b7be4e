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
            `The value ${value} is added to ${quotePath(action.name)} in this transaction, and PostgreSQL refuses to use it before ` +
            'the transaction is over.',
          replacement: `${NEXT_REVISION}\n${statement.sql.trim().replace(/;$/, '')};`,
        };
    }
    return null;
  },
};
