import { actionRule, UP } from '../rule.js';
import { withException } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** The values of a column are lost, and code that is running reads it. */
export const dropColumn = actionRule({
  id: 'drop-column',
  directions: UP,
  on: ['drop-column'],
  check: ({ table, column, cascade = false }, { isNew, newColumns }) => {
    if (isNew(table) || newColumns.has(`${table}.${column}`)) return null;
    return {
      message:
        `Dropping ${quotePath(column)} of ${quotePath(table)} deletes its values and makes running code that ` +
        'uses the column fail.',
      replacement: withException(
        'drop-column',
        'no running code names it since <release>, and its values are not needed',
        `ALTER TABLE ${quotePath(table)} DROP COLUMN ${quotePath(column)}${cascade ? ' CASCADE' : ''}`,
      ),
    };
  },
});
