/** Unique constraints that say the same as another key of their table. */

import type { Change } from './change.js';
import type { KeyModel, SchemaModel, TableModel } from './model.js';

/** The primary key and the unique constraints of a table. */
export function keysOf({ primaryKey, uniques }: TableModel): readonly KeyModel[] {
  return primaryKey ? [primaryKey, ...uniques] : uniques;
}

/** What two keys have in common that say the same, whatever their names are. */
export function meaningOf({ columns, include, deferrable, nulls }: KeyModel): string {
  return JSON.stringify([columns, include, deferrable, nulls]);
}

/**
 * A schema without the unique constraints that repeat a key which some of the changes make or alter, and that none of
 * these concern: the database has left them out, so nothing makes them.
 */
export function withoutRepeatsOf(schema: SchemaModel, changes: readonly Change[]): SchemaModel {
  const made = changes.flatMap((change) => madeKeys(change).map((key) => ({ table: change.table, key })));
  return made.length === 0
    ? schema
    : { ...schema, tables: schema.tables.map((table) => withoutRepeats(table, made)) };
}

interface MadeKey {
  readonly table: string;
  readonly key: KeyModel;
}

/** A table that is renamed is one that goes and one that comes. */
function madeKeys(change: Change): readonly KeyModel[] {
  switch (change.kind) {
    case 'add-unique':
    case 'alter-unique':
    case 'add-primary-key':
    case 'alter-primary-key':
      return [change.desired];
    case 'create-table':
      return keysOf(change.desired);
    default:
      return [];
  }
}

function withoutRepeats(table: TableModel, made: readonly MadeKey[]): TableModel {
  const own = made.filter((one) => one.table === table.name).map(({ key }) => key);
  const isRepeat = (unique: KeyModel) =>
    own.some((key) => meaningOf(key) === meaningOf(unique)) && !own.some(({ name }) => name === unique.name);
  return { ...table, uniques: table.uniques.filter((unique) => !isRepeat(unique)) };
}
