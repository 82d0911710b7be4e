import { actionRule, UP } from '../rule.js';
import { withException } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** Nulls where running code expects none. */
export const dropNotNull = actionRule({
  id: 'drop-not-null',
  directions: UP,
  on: ['drop-not-null'],
  check: ({ table, column }, { isNew }) => {
    if (isNew(table)) return null;
    return {
      message:
        `Once ${quotePath(column)} of ${quotePath(table)} may be null, running code reads nulls that it does not ` +
        'expect, and the way down fails if a row has one.',
      replacement: withException(
        'drop-not-null',
        'all running code has been able to read a null since <release>',
        `ALTER TABLE ${quotePath(table)} ALTER COLUMN ${quotePath(column)} DROP NOT NULL`,
      ),
    };
  },
});
