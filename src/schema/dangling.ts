import type { ForeignKeyModel, SchemaModel } from './model.js';

/** A foreign key that is restored with the table that it refers to, which is restored empty. */
interface Dangling {
  readonly table: string;
  readonly foreignKey: ForeignKeyModel;
  /** Those of its columns that may be null. */
  readonly columns: readonly string[];
  /** The types of all columns of the key. */
  readonly types: readonly string[];
}

/**
 * Finds references that `down` restores to rows that were dropped with their table: they have to become NULL.
 *
 * @param from the schema that `down` leaves
 * @param to the schema that `down` restores
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
          types: foreignKey.columns.map((one) => columns.find(({ name: own }) => own === one)?.type ?? ''),
        })),
    )
    .filter(({ columns }) => columns.length > 0);
}

/** How a database writes names, and compares two columns. */
interface Words {
  readonly path: (table: string) => string;
  readonly quote: (name: string) => string;
  readonly equal: (parent: string, child: string, type: string) => string;
}

/** UPDATE. */
export function withoutDangling(
  { table, foreignKey, columns, types }: Dangling,
  { path, quote, equal }: Words,
): string {
  const child = path(table);
  const pairs = foreignKey.columns.map((column, index) =>
    equal(
      `parent.${quote(foreignKey.references[index] ?? '')}`,
      `${child}.${quote(column)}`,
      types[index] ?? '',
    ),
  );
  const parent = `SELECT 1 FROM ${path(foreignKey.table)} parent WHERE ${pairs.join(' AND ')}`;
  const isSet = foreignKey.columns.map((column) => `${quote(column)} IS NOT NULL`).join(' AND ');
  const nothing = columns.map((column) => `${quote(column)} = NULL`).join(', ');
  return `UPDATE ${child} SET ${nothing} WHERE ${isSet} AND NOT EXISTS (${parent})`;
}
