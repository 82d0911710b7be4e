import { canonicalizeExpressions } from '../../schema/expressions-of.js';
import { raw, sorted, type ColumnModel, type IndexModel, type SchemaModel } from '../../schema/model.js';
import type { Action, ActionOf, ColumnFact } from '../sql/action.js';
import { changeTable, changeTables } from './change.js';
import { mapConstraints, withConstraint, withoutConstraintsOver } from './constraints.js';
import { isOver, renamedIn } from './expression.js';
import {
  EVERY_FACET,
  unknownColumn,
  withKnown,
  type ColumnPath,
  type Facet,
  type KnownSchema,
  type KnownTable,
} from './known-schema.js';
import { mapValues, renameKey, withoutKey } from './maps.js';
import { modelType } from './types.js';

/** An action that changes one column of a table. */
type ColumnAction = ActionOf<
  | 'add-column'
  | 'drop-column'
  | 'rename-column'
  | 'change-type'
  | 'set-not-null'
  | 'drop-not-null'
  | 'set-default'
  | 'set-identity'
>;

const KINDS: ReadonlySet<string> = new Set<ColumnAction['kind']>([
  'add-column',
  'drop-column',
  'rename-column',
  'change-type',
  'set-not-null',
  'drop-not-null',
  'set-default',
  'set-identity',
]);

/** Whether an action changes one column. */
export function isColumnAction(action: Action): action is ColumnAction {
  return KINDS.has(action.kind);
}

/** The schema after it. */
export function applyColumnAction(schema: KnownSchema, action: ColumnAction): KnownSchema {
  switch (action.kind) {
    case 'add-column':
      return changeTable(schema, action.table, (known) => addColumn(known, action.column, schema.model));
    case 'drop-column':
      return changeTable(schema, action.table, (known) => dropColumn(known, action.column));
    case 'rename-column':
      return renameReferences(
        changeTable(schema, action.table, (known) => renameColumn(known, action, schema.model)),
        action,
      );
    case 'change-type': {
      const { type, collation } = action;
      const change = { type: modelType(type, schema.model), collation: collation === '' ? null : collation };
      return changeColumn(schema, action, change);
    }
    case 'set-not-null':
      return changeColumn(schema, action, { nullable: false });
    case 'drop-not-null':
      return changeColumn(schema, action, { nullable: true });
    case 'set-default':
      return changeColumn(schema, action, { default: action.value?.tree ?? null });
    case 'set-identity':
      return changeColumn(schema, action, { identity: action.identity });
  }
}

/** A column as the model has it. */
export function columnModel(column: ColumnFact, schema: SchemaModel): ColumnModel {
  const { name, generated, computedFrom } = column;
  const isComputed = generated === 'stored' || generated === 'virtual';
  return {
    name,
    type: modelType(column.type, schema),
    nullable: !column.notNull,
    default: column.default?.tree ?? null,
    identity: isComputed || generated === null ? (column.serial === null ? null : 'serial') : generated,
    generated: computedFrom,
    storage: isComputed ? generated : null,
    collation: column.collation === '' ? null : column.collation,
    comment: null,
  };
}

/** Columns of a table and their constraints more. */
export function addColumn(known: KnownTable, column: ColumnFact, schema: SchemaModel): KnownTable {
  const { table, note } = known;
  const others = table.columns.filter(({ name }) => name !== column.name);
  const columns = sorted([...others, columnModel(column, schema)]);
  const added = { table: { ...table, columns }, note: withKnown(note, column.name, EVERY_FACET) };
  return column.constraints.reduce(withConstraint, added);
}

/** Constraints and indexes over the column go with it. */
function dropColumn(known: KnownTable, column: string): KnownTable {
  const { table, note } = withoutConstraintsOver(known, column);
  return {
    table: {
      ...table,
      columns: table.columns.filter(({ name }) => name !== column),
      indexes: table.indexes.filter((index) => !isOver(index, column)),
    },
    note: { ...note, unknown: withoutKey(note.unknown, column) },
  };
}

/** Everything that names the column follows. */
function renameColumn(known: KnownTable, { column, to }: Renaming, schema: SchemaModel): KnownTable {
  const renamed = (names: readonly string[]) => names.map((name) => (name === column ? to : name));
  const canonicalize = { ...schema, tables: [known.table] };
  const [canonical = known.table] = canonicalizeExpressions(canonicalize, (one) =>
    renamedIn(one, column, to),
  ).tables;
  const table = mapConstraints(canonical, (one) => ({
    ...one,
    ...('columns' in one ? { columns: renamed(one.columns) } : {}),
    ...('include' in one ? { include: renamed(one.include) } : {}),
  }));
  const { note } = known;
  return {
    table: {
      ...table,
      columns: sorted(table.columns.map((one) => (one.name === column ? { ...one, name: to } : one))),
      indexes: table.indexes.map((index) => ({
        ...index,
        keys: index.keys.map((key) => renamedKey(key, column, to)),
        include: renamed(index.include),
      })),
    },
    note: {
      ...note,
      partitionKey: note.partitionKey && renamed(note.partitionKey),
      unknown: renameKey(note.unknown, column, to),
      unplaced: mapValues(note.unplaced, (one) => (one.column === column ? { ...one, column: to } : one)),
    },
  };
}

type Renaming = ActionOf<'rename-column'>;

function renamedKey(key: IndexModel['keys'][number], from: string, to: string): IndexModel['keys'][number] {
  if (key.expression !== null) return { ...key, expression: renamedIn(raw(key.expression), from, to).sql };
  return key.column === from ? { ...key, column: to } : key;
}

/** Foreign keys that point at the column. */
function renameReferences(schema: KnownSchema, { table: target, column, to }: Renaming): KnownSchema {
  return changeTables(schema, (known) => {
    const { foreignKeys } = known.table;
    if (!foreignKeys.some(({ table, references }) => table === target && references.includes(column)))
      return known;
    const renamed = foreignKeys.map((key) =>
      key.table === target
        ? { ...key, references: key.references.map((name) => (name === column ? to : name)) }
        : key,
    );
    return { ...known, table: { ...known.table, foreignKeys: renamed } };
  });
}

/** What is set is known from then on. */
function changeColumn(
  schema: KnownSchema,
  { table: name, column }: ColumnPath,
  change: Partial<Pick<ColumnModel, Facet>>,
): KnownSchema {
  return changeTable(schema, name, ({ table, note }) => {
    const own = table.columns.find((one) => one.name === column) ?? unknownColumn(column);
    const others = table.columns.filter((one) => one.name !== column);
    const isSerialNoMore = 'default' in change && own.identity === 'serial';
    const next = { ...own, ...(isSerialNoMore ? { identity: null } : {}), ...change };
    return {
      table: { ...table, columns: sorted([...others, next]) },
      note: withKnown(note, column, Object.keys(change) as readonly Facet[]),
    };
  });
}
