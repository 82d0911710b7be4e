import type { ForeignKeyModel, SchemaModel } from './model.js';

/** A foreign key that comes back with the table that it points at, which comes back empty. */
interface Dangling {
  readonly table: string;
  readonly foreignKey: ForeignKeyModel;
  /** Those of its columns that may be null. */
  readonly columns: readonly string[];
}

/**
 * What points, on the way back, at rows that were dropped with their table: it has to point at nothing.
 *
 * @param from the schema that is left, on the way back
 * @param to the one that is gone back to
 */
export function danglingIn(from: SchemaModel, to: SchemaModel): readonly Dangling[] {
  const isThere = (table: string) => from.tables.some(({ name }) => name === table);
  return to.tables
    .filter(({ name }) => isThere(name))
    .flatMap(({ name, columns, foreignKeys }) =>
      foreignKeys
        .filter(({ table }) => !isThere(table))
        .map((foreignKey) => ({
          table: name,
          foreignKey,
          columns: foreignKey.columns.filter((one) =>
            columns.some((column) => column.name === one && column.nullable),
          ),
        })),
    )
    .filter(({ columns }) => columns.length > 0);
}

/** UPDATE. */
export function withoutDangling(
  { table, foreignKey, columns }: Dangling,
  { path, quote }: { readonly path: (table: string) => string; readonly quote: (name: string) => string },
): string {
  const child = path(table);
  const pairs = foreignKey.columns.map(
    (column, index) => `parent.${quote(foreignKey.references[index] ?? '')} = ${child}.${quote(column)}`,
  );
  const parent = `SELECT 1 FROM ${path(foreignKey.table)} parent WHERE ${pairs.join(' AND ')}`;
  const isSet = foreignKey.columns.map((column) => `${quote(column)} IS NOT NULL`).join(' AND ');
  const nothing = columns.map((column) => `${quote(column)} = NULL`).join(', ');
  return `UPDATE ${child} SET ${nothing} WHERE ${isSet} AND NOT EXISTS (${parent})`;
}
