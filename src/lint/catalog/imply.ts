import type { Action } from '../sql/action.js';
import {
  objectKey,
  UNKNOWN_COLUMN,
  UNKNOWN_CONSTRAINT,
  UNKNOWN_INDEX,
  UNKNOWN_PARTITIONED,
  UNKNOWN_TABLE,
  type Catalog,
  type CatalogTable,
} from './catalog.js';
import { withKey } from './maps.js';

/** Something that must have been there before an action, since the action needs it. */
export type Implied = (catalog: Catalog) => Catalog;

const NOTHING: Implied = (catalog) => catalog;

/**
 * What an action tells about the schema before it that the catalog does not know: a table that is altered, a column or
 * an index that is dropped. As a function, since it holds for the catalog of an earlier moment as well.
 */
export function implied(catalog: Catalog, action: Action): Implied {
  switch (action.kind) {
    case 'create-table':
      return action.isPartition ? partitioned(catalog, action.parents) : NOTHING;
    case 'add-parent':
    case 'drop-parent': {
      const [above, below] = [partitioned(catalog, [action.parent]), table(catalog, action.table)];
      return action.isPartition ? (before) => below(above(before)) : below;
    }
    case 'drop-table':
    case 'rename-table':
    case 'add-column':
    case 'add-constraint':
      return table(catalog, action.table);
    case 'drop-column':
    case 'rename-column':
    case 'change-type':
    case 'set-not-null':
    case 'drop-not-null':
    case 'set-default':
    case 'set-identity':
      return column(catalog, action.table, action.column);
    case 'drop-constraint':
    case 'rename-constraint':
    case 'validate-constraint':
      return constraint(catalog, action);
    case 'drop-index':
    case 'rename-index':
      return index(catalog, action.name);
    case 'drop-type':
    case 'rename-type':
    case 'add-enum-value':
      return enumType(catalog, action.name, []);
    case 'rename-enum-value':
      return enumType(catalog, action.name, [action.value]);
    case 'drop-object':
      return object(catalog, objectKey(action.object, action.name, action.table), action.table);
    default:
      return NOTHING;
  }
}

function table(catalog: Catalog, name: string): Implied {
  if (catalog.tables.has(name)) return NOTHING;
  return (before) =>
    before.tables.has(name) ? before : { ...before, tables: withKey(before.tables, name, UNKNOWN_TABLE) };
}

/** What has partitions is partitioned. */
function partitioned(catalog: Catalog, names: readonly string[]): Implied {
  const [name] = names.filter((one) => !catalog.tables.has(one));
  if (name === undefined) return NOTHING;
  return (before) =>
    before.tables.has(name)
      ? before
      : { ...before, tables: withKey(before.tables, name, UNKNOWN_PARTITIONED) };
}

function column(catalog: Catalog, tableName: string, name: string): Implied {
  if (catalog.tables.get(tableName)?.columns.has(name)) return NOTHING;
  return inTable(catalog, tableName, (known) => ({
    ...known,
    columns: withKey(known.columns, name, UNKNOWN_COLUMN),
  }));
}

function constraint(
  catalog: Catalog,
  { table: tableName, name }: { readonly table: string; readonly name: string },
): Implied {
  if (catalog.tables.get(tableName)?.constraints.has(name)) return NOTHING;
  return inTable(catalog, tableName, (known) => ({
    ...known,
    constraints: withKey(known.constraints, name, UNKNOWN_CONSTRAINT),
  }));
}

/** A table that was made since has not been there before. */
function inTable(catalog: Catalog, name: string, change: (known: CatalogTable) => CatalogTable): Implied {
  const isKnown = catalog.tables.has(name);
  return (before) => {
    const known = before.tables.get(name) ?? (isKnown ? undefined : UNKNOWN_TABLE);
    return known ? { ...before, tables: withKey(before.tables, name, change(known)) } : before;
  };
}

function index(catalog: Catalog, name: string): Implied {
  if (catalog.indexes.has(name)) return NOTHING;
  return (before) => ({ ...before, indexes: withKey(before.indexes, name, UNKNOWN_INDEX) });
}

function enumType(catalog: Catalog, name: string, values: readonly string[]): Implied {
  if (catalog.enums.has(name)) return NOTHING;
  return (before) => ({ ...before, enums: withKey(before.enums, name, new Set(values)) });
}

function object(catalog: Catalog, key: string, tableName: string | null): Implied {
  if (catalog.objects.has(key)) return NOTHING;
  return (before) => ({ ...before, objects: withKey(before.objects, key, { table: tableName }) });
}
