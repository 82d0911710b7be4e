import { BOTH, type Rule } from '../rule.js';
import { literalText, quote } from '../sql/names.js';
import { NEXT_REVISION } from './replacements.js';

/** A value that cannot be used before the transaction that adds it is over. */
export const enumValueUsedAtOnce: Rule = {
  id: 'enum-value-used-at-once',
  directions: BOTH,
  scope: 'statement',
  check: ({ statement, earlier }) => {
    if (!statement.transactional) return null;
    for (const { action, newTypes } of earlier) {
      if (action.kind !== 'add-enum-value' || newTypes.has(action.name)) continue;
      const value = literalText(action.value);
      if (statement.facts.literals.has(action.value))
        return {
          message:
            `The value ${value} is added to ${quote(action.name)} in this transaction, and PostgreSQL refuses to use it before ` +
            'the transaction is over.',
          replacement: `${NEXT_REVISION}\n${statement.sql.trim().replace(/;$/, '')};`,
        };
    }
    return null;
  },
};
