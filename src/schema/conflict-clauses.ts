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

/** Whether the parts that both tables have do the same on a conflict. */
export function haveSameConflicts(live: TableModel, desired: TableModel): boolean {
  if (!live.conflicts && !desired.conflicts) return true;
  const [one, other] = [keptConflicts(live, desired), keptConflicts(desired, live)].map(actionsIn);
  return one === other;
}

/** The last clause of a part counts, and ABORT is what SQLite does without a clause. */
function actionsIn(clauses: readonly ConflictClause[]): string {
  const actions = new Map(clauses.map(({ of, columns, action }) => [JSON.stringify([of, columns]), action]));
  const unusual = [...actions].filter(([, action]) => action !== 'ABORT');
  return unusual
    .map((one) => JSON.stringify(one))
    .sort()
    .join();
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
