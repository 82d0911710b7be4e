import { columnIn } from '../catalog/catalog.js';
import { actionRule, UP } from '../rule.js';
import { typeText } from '../sql/column.js';
import { quote } from '../sql/names.js';
import { NEXT_REVISION, script } from './replacements.js';

/** A name that running code does not know any more. */
export const renameColumn = actionRule({
  id: 'rename-column',
  directions: UP,
  on: ['rename-column'],
  check: ({ table, column, to }, { before, isNew, newColumns }) => {
    if (isNew(table) || newColumns.has(`${table}.${column}`)) return null;
    const type = columnIn(before, table, column)?.type ?? null;
    const [whole, old, fresh] = [quote(table), quote(column), quote(to)];
    return {
      message:
        `From the moment that ${old} of ${whole} is called ${fresh}, code that is still running and names ${old} fails; ` +
        `new code fails until then.`,
      replacement: script(
        `ALTER TABLE ${whole} ADD COLUMN ${fresh} ${type === null ? '<its type>' : typeText(type)}`,
        '-- write both columns from now on, by the application or by a trigger',
        NEXT_REVISION,
        `-- UPDATE ${whole} SET ${fresh} = ${old} WHERE ${fresh} IS NULL, in batches (docs/rules/write-without-where.md)`,
        `-- when no code names ${old} any more:`,
        `ALTER TABLE ${whole} DROP COLUMN ${old}`,
      ),
    };
  },
});
