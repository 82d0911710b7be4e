import { actionRule, BOTH } from '../rule.js';
import type { ColumnFact } from '../sql/action.js';
import { script } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** A NOT NULL column for which the rows that are there have no value. */
export const addColumnRequired = actionRule({
  id: 'add-column-required',
  directions: BOTH,
  on: ['add-column'],
  check: ({ table, column }, { isNew }) => {
    const hasValue = column.default !== null || column.serial !== null || column.generated !== null;
    if (!column.notNull || hasValue || isNew(table)) return null;
    const [name, whole] = [quotePath(column.name), quotePath(table)];
    return {
      message: `${name} is NOT NULL and has no default, so adding it fails if ${whole} has a row.`,
      replacement: isUnique(column)
        ? null
        : script(
            `ALTER TABLE ${whole} ADD COLUMN ${column.text} DEFAULT <the value of the rows that exist>`,
            '-- when all running code writes the column:',
            `ALTER TABLE ${whole} ALTER COLUMN ${name} DROP DEFAULT`,
          ),
    };
  },
});

/** One value for all rows is impossible then. */
function isUnique({ constraints }: ColumnFact): boolean {
  return constraints.some(({ kind }) => kind === 'unique' || kind === 'primary-key');
}
