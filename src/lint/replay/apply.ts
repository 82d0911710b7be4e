import { sorted, type EnumModel } from '../../schema/model.js';
import type { Action, ActionOf } from '../sql/action.js';
import { schemaOf, unqualified } from '../../databases/postgres/parse/names.js';
import { addColumn, applyColumnAction, isColumnAction } from './apply-column.js';
import { changeTable, changeTables, withoutTables } from './change.js';
import {
  renameConstraint,
  validateConstraint,
  withConstraint,
  withoutConstraint,
  withoutRequired,
} from './constraints.js';
import {
  columnIn,
  indexIn,
  objectKey,
  tableIn,
  unknownTable,
  type KnownSchema,
  type TableNote,
} from './known-schema.js';
import { filterMap, withKey, withoutKey } from './maps.js';
import { isPartitioned, partitionsOf } from './parts.js';
import { modelType, typeFactOf } from './types.js';

type Applied = {
  readonly [K in Action['kind']]?: (schema: KnownSchema, action: ActionOf<K>) => KnownSchema;
};

/** What is known after an action. What it is about must be known before: see `imply`. */
export function applyAction(schema: KnownSchema, action: Action): KnownSchema {
  if (isThere(schema, action)) return schema;
  if (isColumnAction(action)) return applyColumnAction(schema, action);
  const apply = APPLIED[action.kind] as ((schema: KnownSchema, action: Action) => KnownSchema) | undefined;
  return apply ? apply(schema, action) : schema;
}

/** Whether IF NOT EXISTS finds what it is about, so that nothing is done. */
export function isThere(schema: KnownSchema, action: Action): boolean {
  if (!('ifNotExists' in action)) return false;
  if (action.kind === 'create-index') return hasIndex(schema, action.name);
  return action.kind === 'add-column'
    ? columnIn(schema, action.table, action.column.name) !== undefined
    : tableIn(schema, action.table) !== undefined;
}

/** Whether an index is known, or its name is. */
export function hasIndex(schema: KnownSchema, name: string): boolean {
  return schema.strayIndexes.has(name) || indexIn(schema, name) !== undefined;
}

const APPLIED: Applied = {
  'create-table': createTable,
  'add-parent': addParent,
  'drop-parent': (schema, { table, parent }) =>
    changeKnown(schema, table, ({ parents, ...note }) => ({
      ...note,
      parents: parents.filter((one) => one !== parent),
    })),
  'drop-table': dropTable,
  'divide-table': (schema, { table, key }) =>
    changeKnown(schema, table, (note) => ({ ...note, partitionKey: key === null ? null : [key] })),
  'rename-table': renameTable,
  'add-constraint': (schema, { table, constraint }) =>
    changeTable(withoutUsed(schema, table, constraint.usingIndex), table, (known) =>
      withConstraint(known, constraint),
    ),
  'validate-constraint': (schema, { table, name }) =>
    changeTable(schema, table, (known) => validateConstraint(known, name)),
  'drop-constraint': (schema, { table, name }) =>
    changeTable(schema, table, (known) => withoutRequired(withoutConstraint(known, name), name)),
  'rename-constraint': (schema, { table, name, to }) =>
    changeTable(schema, table, (known) => renameConstraint(known, name, to)),
  'create-index': (schema, { table: owner, index }) =>
    changeTable(dropIndex(schema, schemaOf(owner) + index.name), owner, ({ table, note }) => ({
      table: { ...table, indexes: sorted([...table.indexes, index]) },
      note,
    })),
  'drop-index': (schema, { name }) => dropIndex(schema, name),
  'rename-index': renameIndex,
  'create-enum': (schema, { name, values }) => withEnum(schema, { name, values }),
  'drop-type': (schema, { name }) => withoutEnum(schema, name),
  'rename-type': renameType,
  'add-enum-value': (schema, { name, value }) =>
    changeEnum(schema, name, (values) => (values.includes(value) ? values : [...values, value])),
  'rename-enum-value': (schema, { name, value, to }) =>
    changeEnum(schema, name, (values) => values.map((old) => (old === value ? to : old))),
  'create-object': (schema, { object, name, table, domain }) => {
    // It has indexes, as a table has.
    const known =
      object === 'materialized view' ? changeTable(schema, name, () => unknownTable(name)) : schema;
    return {
      ...known,
      objects: withKey(known.objects, objectKey(object, name, table), domain ? { table, domain } : { table }),
    };
  },
  'alter-domain': (schema, { name, restricts }) => {
    const key = objectKey('domain', name, null);
    const known = schema.objects.get(key);
    if (!restricts || !known?.domain) return schema;
    const domain = { ...known.domain, isChecked: true };
    return { ...schema, objects: withKey(schema.objects, key, { ...known, domain }) };
  },
  'drop-object': dropObject,
  'set-comment': setComment,
};

function createTable(schema: KnownSchema, action: ActionOf<'create-table'>): KnownSchema {
  const { complete, partitionKey, parents, persistence, isDefault } = action;
  const { table, note } = unknownTable(action.table);
  const empty = {
    table: { ...table, persistence },
    note: { ...note, complete, partitionKey, parents, isDefault },
  };
  const filled = action.columns.reduce((known, column) => addColumn(known, column, schema.model), empty);
  return changeTable(schema, action.table, () => action.constraints.reduce(withConstraint, filled));
}

/** One that is not in the history is known from then on only for what is above it. */
function addParent(schema: KnownSchema, action: ActionOf<'add-parent'>): KnownSchema {
  const { table, parent, isPartition, bound } = action;
  const isDefault = bound?.kind === 'default';
  const added = changeKnown(schema, table, (note) => ({
    ...note,
    isDefault,
    parents: [...note.parents, parent],
  }));
  if (!isPartition) return added;
  return changeKnown(added, parent, (note) => ({ ...note, partitionKey: note.partitionKey ?? [] }));
}

function changeKnown(schema: KnownSchema, name: string, change: (note: TableNote) => TableNote): KnownSchema {
  const note = schema.notes.get(name);
  return note ? { ...schema, notes: withKey(schema.notes, name, change(note)) } : schema;
}

/** With its partitions, its indexes and its triggers. */
function dropTable(schema: KnownSchema, { table }: ActionOf<'drop-table'>): KnownSchema {
  const parts = isPartitioned(schema, table) ? partitionsOf(schema, table).map(({ name }) => name) : [];
  const gone = new Set([table, ...parts]);
  const isElsewhere = (one: { readonly table: string | null }) => one.table === null || !gone.has(one.table);
  return { ...withoutTables(schema, gone), objects: filterMap(schema.objects, isElsewhere) };
}

/** A materialized view goes with its indexes. */
function dropObject(schema: KnownSchema, { object, name, table }: ActionOf<'drop-object'>): KnownSchema {
  const known = object === 'materialized view' ? withoutTables(schema, new Set([name])) : schema;
  return { ...known, objects: withoutKey(known.objects, objectKey(object, name, table)) };
}

/** Whatever names the table follows. */
function renameTable(schema: KnownSchema, { table: from, to }: ActionOf<'rename-table'>): KnownSchema {
  const renamed = changeTable(schema, from, ({ table, note }) => ({ table: { ...table, name: to }, note }));
  const objects = new Map(
    [...schema.objects].map(([key, one]) =>
      one.table === from ? [`${key.slice(0, -from.length)}${to}`, { ...one, table: to }] : [key, one],
    ),
  );
  const named = (name: string) => (name === from ? to : name);
  return changeTables({ ...renamed, objects }, (known) => {
    const { table, note } = known;
    const isNamed = note.parents.includes(from) || table.foreignKeys.some((key) => key.table === from);
    if (!isNamed) return known;
    const foreignKeys = table.foreignKeys.map((key) => ({ ...key, table: named(key.table) }));
    return { table: { ...table, foreignKeys }, note: { ...note, parents: note.parents.map(named) } };
  });
}

/** An index that becomes a constraint is no index of its own any more, and has the constraint's name. */
function withoutUsed(schema: KnownSchema, table: string, usingIndex: string | null): KnownSchema {
  return usingIndex === null ? schema : withoutStray(schema, schemaOf(table) + usingIndex);
}

function withoutStray(schema: KnownSchema, name: string): KnownSchema {
  const strayIndexes = new Set([...schema.strayIndexes].filter((one) => one !== name));
  return schema.strayIndexes.has(name) ? { ...schema, strayIndexes } : schema;
}

function dropIndex(schema: KnownSchema, name: string): KnownSchema {
  const found = indexIn(schema, name);
  if (!found) return withoutStray(schema, name);
  return changeTable(schema, found.table.name, ({ table, note }) => ({
    table: { ...table, indexes: table.indexes.filter((index) => index !== found.index) },
    note,
  }));
}

function renameIndex(schema: KnownSchema, { name, to }: ActionOf<'rename-index'>): KnownSchema {
  const found = indexIn(schema, name);
  const dropped = dropIndex(schema, name);
  if (!found) return { ...dropped, strayIndexes: new Set([...dropped.strayIndexes, to]) };
  const index = { ...found.index, name: unqualified(to) };
  return changeTable(dropped, found.table.name, ({ table, note }) => ({
    table: { ...table, indexes: sorted([...table.indexes, index]) },
    note,
  }));
}

/** The schema with an enumerated type, in the place of one of its name. */
export function withEnum(schema: KnownSchema, one: EnumModel): KnownSchema {
  const { model } = withoutEnum(schema, one.name);
  return { ...schema, model: { ...model, enums: sorted([...model.enums, one]) } };
}

function withoutEnum(schema: KnownSchema, gone: string): KnownSchema {
  const { model } = schema;
  return { ...schema, model: { ...model, enums: model.enums.filter(({ name }) => name !== gone) } };
}

function changeEnum(
  schema: KnownSchema,
  name: string,
  change: (values: readonly string[]) => readonly string[],
): KnownSchema {
  const values = schema.model.enums.find((one) => one.name === name)?.values ?? [];
  return withEnum(schema, { name, values: change(values) });
}

/** Columns of the type are of it under its new name. */
function renameType(schema: KnownSchema, { name, to }: ActionOf<'rename-type'>): KnownSchema {
  const values = schema.model.enums.find((one) => one.name === name)?.values ?? [];
  const renamed = withEnum(withoutEnum(schema, name), { name: to, values });
  const isOf = (type: string) => typeFactOf(type).name === name;
  return changeTables(renamed, (known) => {
    const { table, note } = known;
    if (!table.columns.some(({ type }) => isOf(type))) return known;
    const columns = table.columns.map((column) =>
      isOf(column.type)
        ? { ...column, type: modelType({ ...typeFactOf(column.type), name: to }, renamed.model) }
        : column,
    );
    return { table: { ...table, columns }, note };
  });
}

function setComment(
  schema: KnownSchema,
  { table: name, column, comment }: ActionOf<'set-comment'>,
): KnownSchema {
  return changeTable(schema, name, ({ table, note }) => {
    if (column === null) return { table: { ...table, comment }, note };
    const columns = table.columns.map((one) => (one.name === column ? { ...one, comment } : one));
    return { table: { ...table, columns }, note };
  });
}
