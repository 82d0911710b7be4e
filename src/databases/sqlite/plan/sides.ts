import { GenerateError } from '../../../errors/base.js';
import type { Change } from '../../../schema/change.js';
import type { SchemaModel, TableModel } from '../../../schema/model.js';

/** A table before and after, columns in the order of the table. */
export interface TableSides {
  readonly from: TableModel;
  readonly to: TableModel;
}

/** Two schemas, columns in the order of their tables. */
export interface SchemaSides {
  readonly from: SchemaModel;
  readonly to: SchemaModel;
}

/** Changes of whole tables, of columns, of indexes, of views, and of everything that requires CREATE TABLE. */
type Manner = 'table' | 'column' | 'index' | 'definition' | 'view';

/**
 * Classifies a change for SQLite.
 *
 * @throws GenerateError for a kind of object that SQLite does not have
 */
export function mannerOf({ kind }: Change): Manner {
  switch (kind) {
    case 'create-table':
    case 'drop-table':
      return 'table';
    case 'add-column':
    case 'drop-column':
      return 'column';
    case 'add-index':
    case 'drop-index':
    case 'alter-index':
      return 'index';
    case 'add-view':
    case 'drop-view':
    case 'alter-view':
      return 'view';
    case 'alter-table':
    case 'alter-column':
    case 'add-primary-key':
    case 'drop-primary-key':
    case 'alter-primary-key':
    case 'add-unique':
    case 'drop-unique':
    case 'alter-unique':
    case 'add-foreign-key':
    case 'drop-foreign-key':
    case 'alter-foreign-key':
    case 'add-check':
    case 'drop-check':
    case 'alter-check':
      return 'definition';
    case 'add-exclusion':
    case 'drop-exclusion':
    case 'alter-exclusion':
    case 'add-enum':
    case 'drop-enum':
    case 'alter-enum':
      throw new GenerateError(`SQLite has neither exclusion constraints nor enumerated types: ${kind}.`);
  }
}

/**
 * The table after the revision: existing columns in their former order, then new columns in the order of the entities.
 */
function afterTable(from: TableModel | undefined, to: TableModel): TableModel {
  if (!from) return to;
  const wanted = new Map(to.columns.map((column) => [column.name, column]));
  const stays = from.columns.flatMap(({ name }) => wanted.get(name) ?? []);
  return { ...to, columns: [...stays, ...to.columns.filter((column) => !stays.includes(column))] };
}

/** The schema after the revision. */
export function afterSchema({ from, to }: SchemaSides): SchemaModel {
  const before = tablesByName(from);
  return { ...to, tables: to.tables.map((table) => afterTable(before.get(table.name), table)) };
}

/** Tables by name, each with its columns in order. */
export function tablesByName({ tables }: SchemaModel): ReadonlyMap<string, TableModel> {
  return new Map(tables.map((table) => [table.name, table]));
}
