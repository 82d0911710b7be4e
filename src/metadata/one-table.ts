/**
 * Several entities may share one table: the join table of a many-to-many relation is also an entity where it has further
 * columns. TypeORM describes such a table once for each.
 */

import type { TableModel } from '../schema/model.js';

/** A table as one entity, or one relation, declares it. */
export interface Declared {
  readonly table: TableModel;
  /** Whether a relation declares it, and no class. */
  readonly isJoin: boolean;
}

/** Each table once, with what any of its entities declares. A class prevails over a relation, then the first one. */
export function oneOfEach(declared: readonly Declared[]): readonly TableModel[] {
  const byName = new Map<string, TableModel>();
  const classesFirst = [...declared].sort((a, b) => Number(a.isJoin) - Number(b.isJoin));
  for (const { table } of classesFirst) {
    const former = byName.get(table.name);
    byName.set(table.name, former === undefined ? table : joined(former, table));
  }
  return declared
    .map(({ table }) => table.name)
    .filter((name, index, names) => names.indexOf(name) === index)
    .flatMap((name) => byName.get(name) ?? []);
}

function joined(former: TableModel, other: TableModel): TableModel {
  const keys = [former.primaryKey, ...former.uniques].flatMap((key) => key?.columns.join('\0') ?? []);
  return {
    ...former,
    columns: together(former.columns, other.columns, ({ name }) => name),
    uniques: together(former.uniques, other.uniques, ({ columns }) => columns.join('\0')).filter(
      (key) => former.uniques.includes(key) || !keys.includes(key.columns.join('\0')),
    ),
    indexes: together(former.indexes, other.indexes, (index) => JSON.stringify({ ...index, name: '' })),
    foreignKeys: together(former.foreignKeys, other.foreignKeys, ({ columns }) => columns.join('\0')),
    checks: together(former.checks, other.checks, ({ expression }) => expression.sql),
    exclusions: together(former.exclusions, other.exclusions, ({ name }) => name ?? ''),
  };
}

/** The parts of both; what the second declares again is left out. */
function together<T>(first: readonly T[], second: readonly T[], keyOf: (part: T) => string): readonly T[] {
  const known = new Set(first.map(keyOf));
  return [...first, ...second.filter((part) => !known.has(keyOf(part)))];
}
