/** The tables whose rows a change can reach: proof rows of others would only be read again. Pure. */

import type { Change } from '../../schema/change.js';
import type { SchemaModel, TableModel } from '../../schema/model.js';
import type { Rename } from '../../schema/rename.js';
import { enumIn } from '../compare/enum-values.js';

/** Both sides, and what leads from one to the other. */
interface Concerning {
  readonly head: SchemaModel;
  readonly desired: SchemaModel;
  readonly changes: readonly Change[];
  readonly renames: readonly Rename[];
}

/** Both sides, by the same tables. */
type Sides = Pick<Concerning, 'head' | 'desired'>;

/**
 * Both sides with these tables alone: those that the change touches, those that a foreign key joins to them, in either
 * direction, and those to which rows of these refer. All tables, where the change touches none: of a view, for example.
 */
export function concernedTables({ head, desired, changes, renames }: Concerning): Sides {
  const tables = [...head.tables, ...desired.tables];
  const touched = touchedBy({ changes, renames }, tables);
  if (touched.size === 0) return { head, desired };
  const near = new Set([...touched, ...joinedTo(touched, tables)]);
  const all = withParentsOf(near, tables);
  const only = (schema: SchemaModel) => ({
    ...schema,
    tables: schema.tables.filter(({ name }) => all.has(name)),
  });
  return { head: only(head), desired: only(desired) };
}

/** By their names on both sides. A type is in the tables that have a column of it. */
function touchedBy(
  { changes, renames }: Pick<Concerning, 'changes' | 'renames'>,
  tables: readonly TableModel[],
): ReadonlySet<string> {
  const named = new Set([
    ...changes.flatMap(({ table, object }) => [table, object]),
    ...renames.flatMap((rename) => [rename.from, rename.to, 'table' in rename ? rename.table : '']),
  ]);
  // No type has this name, and a change of one has no table.
  named.delete('');
  const has = ({ name, columns }: TableModel) =>
    named.has(name) || columns.some(({ type }) => named.has(enumIn(type)));
  const touched = new Set(tables.filter(has).map(({ name }) => name));
  const moved = renames.filter(
    ({ kind, from, to }) => kind === 'table' && (touched.has(from) || touched.has(to)),
  );
  return new Set([...touched, ...moved.flatMap(({ from, to }) => [from, to])]);
}

/** Both ways. */
function joinedTo(names: ReadonlySet<string>, tables: readonly TableModel[]): readonly string[] {
  return tables.flatMap(({ name, foreignKeys }) =>
    foreignKeys.filter((key) => names.has(name) || names.has(key.table)).flatMap((key) => [name, key.table]),
  );
}

/** A row needs those that it refers to. */
function withParentsOf(names: ReadonlySet<string>, tables: readonly TableModel[]): ReadonlySet<string> {
  const parents = tables
    .filter(({ name }) => names.has(name))
    .flatMap(({ foreignKeys }) => foreignKeys.map(({ table }) => table));
  const all = new Set([...names, ...parents]);
  return all.size === names.size ? all : withParentsOf(all, tables);
}
