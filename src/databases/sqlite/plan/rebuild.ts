import type { TableModel } from '../../../schema/model.js';
import type { ConfirmedValues } from '../../planning.js';
import { checkConverted } from './conversion-check.js';
import { copyRows } from './copy.js';
import { createTable } from './create-table.js';
import type { TableSides } from './sides.js';
import { dropTable, renameTable } from './statements.js';
import { quoteLiteral } from '../../../sql/quote.js';
import { statement, type Statement } from '../../../sql/statement.js';

/**
 * Rebuilds a table: https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
 *
 * The migrator runs it with foreign keys switched off, renames a table of that prefix textually, so that children and
 * views keep the name, and creates the triggers again. The indexes are dropped with the old table.
 *
 * @param temporary the name of the table until it replaces the old one
 */
export function rebuildTable(
  sides: TableSides,
  temporary: string,
  confirmed: ConfirmedValues,
): readonly Statement[] {
  const { from, to } = sides;
  return [
    createTable(to, temporary),
    ...checkConverted(sides, temporary, [copyRows(sides, temporary, confirmed)]),
    ...(isNumbered(from) && isNumbered(to) ? keepSequence(from.name, temporary) : []),
    dropTable(from.name),
    renameTable(temporary, to.name),
  ];
}

function isNumbered({ columns }: TableModel): boolean {
  return columns.some(({ identity }) => identity === 'autoincrement');
}

/** Keeps the highest number ever given, even to a deleted row; none where no row ever existed. */
function keepSequence(table: string, temporary: string): readonly Statement[] {
  return [
    statement(`DELETE FROM sqlite_sequence WHERE name = ${quoteLiteral(temporary)}`),
    statement(
      `INSERT INTO sqlite_sequence (name, seq) SELECT ${quoteLiteral(temporary)}, seq FROM sqlite_sequence WHERE name = ${quoteLiteral(table)}`,
    ),
  ];
}
