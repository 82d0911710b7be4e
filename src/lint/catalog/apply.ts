import type { Action, ActionOf, ConstraintFact } from '../sql/action.js';
import { applyColumnAction, isColumnAction, columnOf, type ColumnAction } from './apply-column.js';
import {
  isOver,
  objectKey,
  UNKNOWN_TABLE,
  type Catalog,
  type CatalogIndex,
  type CatalogTable,
} from './catalog.js';
import { commentsAfter } from './comments.js';
import { isPartitioned, partsOf } from './parts.js';
import { filterMap, mapValues, renameKey, withKey, withoutKey } from './maps.js';

type Applied = { readonly [K in Action['kind']]?: (catalog: Catalog, action: ActionOf<K>) => Catalog };

/** What is known after an action. What it is about must be known before: see `imply`. */
export function applyAction(catalog: Catalog, action: Action): Catalog {
  if (isThere(catalog, action)) return catalog;
  return applied({ ...catalog, comments: commentsAfter(catalog.comments, action) }, action);
}

function applied(catalog: Catalog, action: Action): Catalog {
  if (isColumnAction(action))
    return changeTable(withIndexes(catalog, action), action.table, (table) =>
      applyColumnAction(table, action),
    );
  const apply = APPLIED[action.kind] as ((catalog: Catalog, action: Action) => Catalog) | undefined;
  return apply ? apply(catalog, action) : catalog;
}

/** An index goes with a column that it mentions, and follows its name. */
function withIndexes(catalog: Catalog, action: ColumnAction): Catalog {
  if (action.kind === 'drop-column') {
    const stays = (index: CatalogIndex) => index.table !== action.table || !isOver(index, action.column);
    return { ...catalog, indexes: filterMap(catalog.indexes, stays) };
  }
  if (action.kind !== 'rename-column') return catalog;
  const renamed = (names: readonly string[]) =>
    names.map((name) => (name === action.column ? action.to : name));
  const indexes = mapValues(catalog.indexes, (index) =>
    index.table === action.table
      ? {
          ...index,
          columns: renamed(index.columns),
          included: renamed(index.included),
          mentions: renamed(index.mentions),
        }
      : index,
  );
  return { ...catalog, indexes };
}

/** Whether IF NOT EXISTS finds what it is about, so that nothing is done. */
export function isThere({ tables, indexes }: Catalog, action: Action): boolean {
  if (!('ifNotExists' in action)) return false;
  if (action.kind === 'create-index') return indexes.has(action.name);
  const table = tables.get(action.table);
  return action.kind === 'add-column' ? table?.columns.has(action.column.name) === true : table !== undefined;
}

const APPLIED: Applied = {
  'create-table': createTable,
  'add-parent': addParent,
  'drop-parent': (catalog, { table, parent }) =>
    changeKnown(catalog, table, (known) => ({
      ...known,
      parents: known.parents.filter((one) => one !== parent),
    })),
  'drop-table': dropTable,
  'rename-table': renameTable,
  'add-constraint': addConstraint,
  'validate-constraint': (catalog, { table, name }) =>
    changeTable(catalog, table, (known) => {
      const constraint = known.constraints.get(name);
      if (!constraint) return known;
      return { ...known, constraints: withKey(known.constraints, name, { ...constraint, validated: true }) };
    }),
  'drop-constraint': (catalog, { table, name }) =>
    changeTable(catalog, table, (known) => ({ ...known, constraints: withoutKey(known.constraints, name) })),
  'rename-constraint': (catalog, { table, name, to }) =>
    changeTable(catalog, table, (known) => ({
      ...known,
      constraints: renameKey(known.constraints, name, to),
    })),
  'create-index': (catalog, { name, table, unique, columns, included, mentions }) => ({
    ...catalog,
    indexes: withKey(catalog.indexes, name, { table, unique, columns, included, mentions }),
  }),
  'drop-index': (catalog, { name }) => ({ ...catalog, indexes: withoutKey(catalog.indexes, name) }),
  'rename-index': (catalog, { name, to }) => ({ ...catalog, indexes: renameKey(catalog.indexes, name, to) }),
  'create-enum': (catalog, { name, values }) => ({
    ...catalog,
    enums: withKey(catalog.enums, name, new Set(values)),
  }),
  'drop-type': (catalog, { name }) => ({ ...catalog, enums: withoutKey(catalog.enums, name) }),
  'rename-type': renameType,
  'add-enum-value': (catalog, { name, value }) =>
    changeEnum(catalog, name, (values) => new Set([...values, value])),
  'rename-enum-value': (catalog, { name, value, to }) =>
    changeEnum(catalog, name, (values) => new Set([...values].map((old) => (old === value ? to : old)))),
  'create-object': (catalog, { object, name, table }) => ({
    ...catalog,
    objects: withKey(catalog.objects, objectKey(object, name, table), { table }),
  }),
  'drop-object': (catalog, { object, name, table }) => ({
    ...catalog,
    objects: withoutKey(catalog.objects, objectKey(object, name, table)),
  }),
};

function createTable(catalog: Catalog, action: ActionOf<'create-table'>): Catalog {
  const { columns, constraints, complete, partitionKey, parents } = action;
  const keys = constraints.filter(({ kind }) => kind === 'primary-key').flatMap((key) => key.columns);
  const inline = columns.flatMap((column) => column.constraints);
  const table: CatalogTable = {
    complete,
    columns: new Map(
      columns.map((column) => {
        const known = columnOf(column);
        return [column.name, keys.includes(column.name) ? { ...known, notNull: true } : known];
      }),
    ),
    constraints: new Map([...inline, ...constraints].map((constraint) => [constraint.name, constraint])),
    partitionKey,
    parents,
  };
  return { ...catalog, tables: withKey(catalog.tables, action.table, table) };
}

/** One that is not in the history is known from then on only for what is above it. */
function addParent(catalog: Catalog, { table, parent, isPartition }: ActionOf<'add-parent'>): Catalog {
  const added = changeKnown(catalog, table, (known) => ({ ...known, parents: [...known.parents, parent] }));
  if (!isPartition) return added;
  return changeKnown(added, parent, (known) => ({ ...known, partitionKey: known.partitionKey ?? [] }));
}

function changeKnown(
  catalog: Catalog,
  table: string,
  change: (known: CatalogTable) => CatalogTable,
): Catalog {
  return catalog.tables.has(table) ? changeTable(catalog, table, change) : catalog;
}

/** With its partitions, its indexes and its triggers. */
function dropTable(catalog: Catalog, { table }: ActionOf<'drop-table'>): Catalog {
  const parts = isPartitioned(catalog, table) ? partsOf(catalog, table).map(({ name }) => name) : [];
  const gone = new Set<string | null>([table, ...parts]);
  const isElsewhere = (part: { readonly table: string | null }) => !gone.has(part.table);
  return {
    ...catalog,
    tables: filterMap(catalog.tables, (_table, name) => !gone.has(name)),
    indexes: filterMap(catalog.indexes, isElsewhere),
    objects: filterMap(catalog.objects, isElsewhere),
  };
}

function renameTable(catalog: Catalog, { table, to }: ActionOf<'rename-table'>): Catalog {
  return {
    ...catalog,
    tables: mapValues(renameKey(catalog.tables, table, to), (known) =>
      known.parents.includes(table)
        ? { ...known, parents: known.parents.map((parent) => (parent === table ? to : parent)) }
        : known,
    ),
    indexes: mapValues(catalog.indexes, (index) => (index.table === table ? { ...index, table: to } : index)),
    objects: new Map(
      [...catalog.objects].map(([key, one]) =>
        one.table === table ? [`${key.slice(0, -table.length)}${to}`, { table: to }] : [key, one],
      ),
    ),
  };
}

/** An index that becomes a constraint is no index of its own any more, and has the constraint's name. */
function addConstraint(catalog: Catalog, { table, constraint }: ActionOf<'add-constraint'>): Catalog {
  const { usingIndex } = constraint;
  const indexes = usingIndex === null ? catalog.indexes : withoutKey(catalog.indexes, usingIndex);
  return changeTable({ ...catalog, indexes }, table, (known) => ({
    ...known,
    columns: constraint.kind === 'primary-key' ? asKeys(known, constraint) : known.columns,
    constraints: withKey(known.constraints, constraint.name, constraint),
  }));
}

function asKeys({ columns }: CatalogTable, key: ConstraintFact): CatalogTable['columns'] {
  return new Map(
    [...columns].map(([name, column]) => [
      name,
      key.columns.includes(name) ? { ...column, notNull: true } : column,
    ]),
  );
}

/** Columns of the type are of it under its new name. */
function renameType(catalog: Catalog, { name, to }: ActionOf<'rename-type'>): Catalog {
  return {
    ...catalog,
    enums: renameKey(catalog.enums, name, to),
    tables: mapValues(catalog.tables, (table) => ({
      ...table,
      columns: mapValues(table.columns, (column) =>
        column.type?.name === name ? { ...column, type: { ...column.type, name: to } } : column,
      ),
    })),
  };
}

function changeEnum(
  catalog: Catalog,
  name: string,
  change: (values: ReadonlySet<string>) => ReadonlySet<string>,
): Catalog {
  const values = catalog.enums.get(name) ?? new Set<string>();
  return { ...catalog, enums: withKey(catalog.enums, name, change(values)) };
}

function changeTable(
  catalog: Catalog,
  table: string,
  change: (known: CatalogTable) => CatalogTable,
): Catalog {
  const known = catalog.tables.get(table) ?? UNKNOWN_TABLE;
  return { ...catalog, tables: withKey(catalog.tables, table, change(known)) };
}
