import type { Action } from '../sql/action.js';
import { hasIndex, withEnum } from './apply.js';
import { changeTable, type TableChange } from './change.js';
import { constraintNames } from './constraints.js';
import {
  columnIn,
  EVERY_FACET,
  knownTable,
  objectKey,
  tableIn,
  unknownColumn,
  type KnownSchema,
  type TableNote,
} from './known-schema.js';
import { withKey } from './maps.js';
import { sorted } from '../../schema/model.js';

/** Something that must have been there before an action, since the action needs it. */
export type Implied = (schema: KnownSchema) => KnownSchema;

const NOTHING: Implied = (schema) => schema;

/**
 * What an action reveals about the unknown part of the schema before it: a table that is altered, a column or
 * an index that is dropped. As a function, since it holds for the schema of an earlier moment as well.
 */
export function implied(schema: KnownSchema, action: Action): Implied {
  switch (action.kind) {
    case 'create-table':
      return action.isPartition ? partitioned(schema, action.parents) : NOTHING;
    case 'add-parent':
    case 'drop-parent': {
      const [above, below] = [partitioned(schema, [action.parent]), table(schema, action.table)];
      return action.isPartition ? (before) => below(above(before)) : below;
    }
    case 'drop-table':
    case 'divide-table':
    case 'rename-table':
    case 'add-column':
    case 'add-constraint':
    case 'create-index':
      return table(schema, action.table);
    case 'drop-column':
    case 'rename-column':
    case 'change-type':
    case 'set-not-null':
    case 'drop-not-null':
    case 'set-default':
    case 'set-identity':
      return column(schema, action.table, action.column);
    case 'set-comment':
      return action.column === null
        ? table(schema, action.table)
        : column(schema, action.table, action.column);
    case 'drop-constraint':
    case 'rename-constraint':
    case 'validate-constraint':
      return constraint(schema, action);
    case 'drop-index':
    case 'rename-index':
      return index(schema, action.name);
    case 'drop-type':
    case 'rename-type':
    case 'add-enum-value':
      return enumType(schema, action.name, []);
    case 'rename-enum-value':
      return enumType(schema, action.name, [action.value]);
    case 'drop-object':
      return object(schema, objectKey(action.object, action.name, action.table), action.table);
    default:
      return NOTHING;
  }
}

/** What is sure to have been there before an action with IF EXISTS: the table of a column, or of a constraint. */
export function impliedOwner(schema: KnownSchema, action: Action): Implied {
  const isPart = action.kind === 'drop-column' || action.kind === 'drop-constraint';
  return isPart && action.ifTableExists !== true ? table(schema, action.table) : NOTHING;
}

function table(schema: KnownSchema, name: string, note: Partial<TableNote> = {}): Implied {
  if (tableIn(schema, name)) return NOTHING;
  return (before) =>
    tableIn(before, name)
      ? before
      : changeTable(before, name, (known) => ({ ...known, note: { ...known.note, ...note } }));
}

/** What has partitions is partitioned. */
function partitioned(schema: KnownSchema, names: readonly string[]): Implied {
  const [name] = names.filter((one) => !tableIn(schema, one));
  return name === undefined ? NOTHING : table(schema, name, { partitionKey: [] });
}

function column(schema: KnownSchema, tableName: string, name: string): Implied {
  if (columnIn(schema, tableName, name)) return NOTHING;
  return inTable(schema, tableName, ({ table: own, note }) => ({
    table: {
      ...own,
      columns: sorted([...own.columns.filter((one) => one.name !== name), unknownColumn(name)]),
    },
    note: { ...note, unknown: withKey(note.unknown, name, EVERY_FACET) },
  }));
}

function constraint(
  schema: KnownSchema,
  { table: tableName, name }: { readonly table: string; readonly name: string },
): Implied {
  const known = knownTable(schema, tableName);
  if (known && constraintNames(known).includes(name)) return NOTHING;
  return inTable(schema, tableName, ({ table: own, note }) => ({
    table: own,
    note: { ...note, unplaced: withKey(note.unplaced, name, { column: null, validated: true }) },
  }));
}

/** A table that was made since has not been there before. */
function inTable(schema: KnownSchema, name: string, change: TableChange): Implied {
  const isThere = tableIn(schema, name) !== undefined;
  return (before) => (isThere && !tableIn(before, name) ? before : changeTable(before, name, change));
}

function index(schema: KnownSchema, name: string): Implied {
  if (hasIndex(schema, name)) return NOTHING;
  return (before) =>
    hasIndex(before, name) ? before : { ...before, strayIndexes: new Set([...before.strayIndexes, name]) };
}

function enumType(schema: KnownSchema, name: string, values: readonly string[]): Implied {
  if (schema.model.enums.some((one) => one.name === name)) return NOTHING;
  return (before) => withEnum(before, { name, values });
}

function object(schema: KnownSchema, key: string, tableName: string | null): Implied {
  if (schema.objects.has(key)) return NOTHING;
  return (before) => ({ ...before, objects: withKey(before.objects, key, { table: tableName }) });
}
