/** ON CONFLICT clauses of SQLite, which a table keeps as long as the parts are there that have them. */

import type { ConflictClause, TableModel } from './model.js';

/** Whether a clause belongs to a part of these columns. */
export function isOfPart(
  clause: ConflictClause,
  of: ConflictClause['of'],
  columns: readonly string[],
): boolean {
  return (
    clause.of === of &&
    clause.columns.length === columns.length &&
    clause.columns.every((column, index) => column === columns[index])
  );
}

/** The clauses of a table whose parts the entities declare. */
export function keptConflicts(live: TableModel, desired: TableModel): readonly ConflictClause[] {
  const { columns, primaryKey, uniques } = desired;
  return (live.conflicts ?? []).filter(
    (clause) =>
      columns.some(({ name, nullable }) => !nullable && isOfPart(clause, 'not-null', [name])) ||
      (primaryKey !== null && isOfPart(clause, 'primary-key', primaryKey.columns)) ||
      uniques.some((unique) => isOfPart(clause, 'unique', unique.columns)),
  );
}
