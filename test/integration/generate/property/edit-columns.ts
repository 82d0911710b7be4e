import type { TableEdit } from './edits.js';
import { freeName, type Column, type Kind, type Table } from './model.js';
import { defaultFor, newColumn, plainColumn, withComputed, type Making } from './start.js';

/** Turns a column into another one; undefined where that is impossible. */
type ColumnEdit = (making: Making, column: Column) => Column | undefined;

const EDITS: Readonly<Record<string, ColumnEdit>> = {
  'change-type': changeType,
  'change-length': (_making, column) =>
    column.kind === 'varchar' ? { ...column, size: column.size === 40 ? 30 : 40 } : undefined,
  'change-precision': (_making, column) =>
    column.kind === 'numeric'
      ? { ...column, size: column.size === 10 ? 12 : 10, scale: 4 - column.scale }
      : undefined,
  'make-nullable': (_making, column) => (column.nullable ? undefined : { ...column, nullable: true }),
  'make-required': (_making, column) => (column.nullable ? { ...column, nullable: false } : undefined),
  'change-default': changeDefault,
  'drop-default': (_making, column) => (column.default === null ? undefined : { ...column, default: null }),
  'change-comment': ({ ids }, column) => ({ ...column, comment: `it's ${ids.of('note ')}` }),
  'drop-comment': (_making, column) => (column.comment === null ? undefined : { ...column, comment: null }),
  'add-enum-value': addValue,
  'remove-enum-value': removeValue,
  'reorder-enum': (_making, column) =>
    column.kind === 'enum' ? { ...column, values: [...column.values].reverse() } : undefined,
  'rename-enum-value': renameValue,
};

/** The kinds that a column of one kind may become, rows included. */
const BECOMES: Readonly<Partial<Record<Kind, readonly Kind[]>>> = {
  smallint: ['integer', 'bigint', 'text', 'numeric'],
  integer: ['bigint', 'text', 'varchar', 'numeric', 'double precision'],
  bigint: ['integer', 'text', 'numeric'],
  numeric: ['double precision', 'integer', 'text'],
  'double precision': ['numeric', 'text'],
  varchar: ['text', 'integer'],
  text: ['varchar', 'bigint'],
  boolean: ['text'],
  enum: ['varchar', 'text'],
  instant: ['text'],
};

function changeType({ picker }: Making, column: Column): Column | undefined {
  const kind = picker.of(BECOMES[column.kind] ?? []);
  if (kind === undefined) return undefined;
  const size = kind === 'numeric' ? 20 : 40;
  return { ...column, kind, size, default: column.default === null ? null : 'constant', values: [] };
}

function changeDefault({ picker }: Making, column: Column): Column | undefined {
  const wanted = defaultFor(picker, column.kind);
  return wanted === column.default ? undefined : { ...column, default: wanted };
}

function addValue({ picker, ids }: Making, column: Column): Column | undefined {
  if (column.kind !== 'enum') return undefined;
  const at = picker.below(column.values.length + 1);
  const value = { id: ids.of('v'), name: ids.of('new ') };
  return { ...column, values: [...column.values.slice(0, at), value, ...column.values.slice(at)] };
}

function removeValue({ picker }: Making, column: Column): Column | undefined {
  if (column.kind !== 'enum' || column.values.length < 3) return undefined;
  const gone = picker.of(column.values);
  return { ...column, values: column.values.filter((value) => value !== gone) };
}

function renameValue({ picker, ids }: Making, column: Column): Column | undefined {
  const renamed = column.kind === 'enum' ? picker.of(column.values) : undefined;
  if (!renamed) return undefined;
  const values = column.values.map((value) =>
    value === renamed ? { ...value, name: ids.of('other ') } : value,
  );
  return { ...column, values };
}

/** One column, changed. */
export function changedColumn(kind: string, making: Making, column: Column): Column | undefined {
  return EDITS[kind]?.(making, column);
}

/** The edits of columns, each of the first column that allows it, from some place on. */
export const COLUMN_EDITS: Readonly<Record<string, TableEdit>> = {
  ...Object.fromEntries(
    Object.keys(EDITS).map((kind) => [kind, (making, table) => onSomeColumn(kind, making, table)]),
  ),
  'add-column': (making, table) => ({ ...table, columns: [...table.columns, newColumn(making, table)] }),
  'add-required-column': (making, table) => {
    const column = { ...newColumn(making, table), nullable: false, default: null };
    return { ...table, columns: [...table.columns, column] };
  },
  'add-volatile-column': addVolatile,
  'drop-column': dropColumn,
  'rename-column': renameColumn,
  'rename-and-change-column': (making, table) => {
    const changed = onSomeColumn('change-type', making, table);
    return changed && renameColumn(making, changed);
  },
  'swap-column-names': swapNames,
  'add-computed-column': withComputed,
  'change-computed-column': changeComputed,
  'compute-column': computeColumn,
  'stop-computing-column': (_making, table) =>
    onFirst(
      table,
      ({ computed }) => computed !== null,
      (column) => ({ ...column, computed: null, nullable: true }),
    ),
};

/** Columns that no key uses. */
function freeColumns({ columns, key, uniques, foreignKeys }: Table): readonly Column[] {
  const held = [...key, ...[...uniques, ...foreignKeys].flatMap((one) => one.columns)];
  return columns.filter(({ id, computed }) => !held.includes(id) && computed === null);
}

function isReferred(table: Table, id: string, tables: readonly Table[]): boolean {
  const keys = tables.flatMap(({ foreignKeys }) => foreignKeys).filter(({ target }) => target === table.id);
  return keys.some(({ references }) => references.includes(id));
}

function onSomeColumn(kind: string, making: Making, table: Table): Table | undefined {
  const free = freeColumns(table).filter(({ sharedEnum }) => sharedEnum === null);
  const start = making.picker.below(Math.max(free.length, 1));
  for (const column of [...free.slice(start), ...free.slice(0, start)]) {
    const after = changedColumn(kind, making, column);
    if (after) return withColumn(table, after);
  }
  return undefined;
}

function withColumn(table: Table, column: Column): Table {
  return { ...table, columns: table.columns.map((one) => (one.id === column.id ? column : one)) };
}

function onFirst(
  table: Table,
  wanted: (column: Column) => boolean,
  change: (column: Column) => Column,
): Table | undefined {
  const column = table.columns.find(wanted);
  return column && withColumn(table, change(column));
}

function addVolatile({ picker, ids }: Making, table: Table): Table {
  const name = freeName(
    picker,
    ['spin', 'Würfel'],
    table.columns.map((one) => one.name),
  );
  const column = plainColumn(ids.of('c'), name, 'double precision');
  const nullable = picker.chance(50);
  return { ...table, columns: [...table.columns, { ...column, nullable, default: 'random' }] };
}

/** Objects that mention it are dropped, or continue without it. */
function dropColumn(
  { picker }: Making,
  table: Table,
  { tables }: { readonly tables: readonly Table[] },
): Table | undefined {
  const gone = picker.of(
    table.columns.filter(({ id }) => !table.key.includes(id) && !isReferred(table, id, tables)),
  );
  if (!gone) return undefined;
  const { id } = gone;
  const without = {
    ...table,
    columns: table.columns.filter((one) => one !== gone && one.computed?.from !== id),
  };
  const stays = (ids: readonly string[]) =>
    ids.every((one) => without.columns.some((column) => column.id === one));
  return {
    ...without,
    uniques: table.uniques.filter(({ columns }) => stays(columns)),
    indexes: table.indexes.filter(({ columns, where }) =>
      stays([...columns, ...(where ? [where.column] : [])]),
    ),
    foreignKeys: table.foreignKeys.filter(({ columns }) => stays(columns)),
    checks: table.checks.filter(({ condition }) => stays([condition.column])),
    exclusions: table.exclusions.filter(({ condition }) => stays([condition.column])),
  };
}

function renameColumn({ picker }: Making, table: Table): Table | undefined {
  const column = picker.of(table.columns);
  if (!column) return undefined;
  const name = freeName(
    picker,
    ['renamed', 'New Name', 'neu'],
    table.columns.map((one) => one.name),
  );
  return withColumn(table, { ...column, name });
}

function swapNames({ picker }: Making, table: Table): Table | undefined {
  const start = picker.below(table.columns.length);
  const [one, other] = [...table.columns.slice(start), ...table.columns.slice(0, start)];
  if (!one || !other) return undefined;
  return withColumn(withColumn(table, { ...one, name: other.name }), { ...other, name: one.name });
}

const TEXTS: readonly Kind[] = ['varchar', 'text'];

function changeComputed(_making: Making, table: Table): Table | undefined {
  return onFirst(
    table,
    ({ computed }) => computed !== null,
    (column) => ({
      ...column,
      computed: column.computed && { ...column.computed, variant: 1 - column.computed.variant },
    }),
  );
}

/** A column with values of its own is computed from now on. */
function computeColumn({ picker }: Making, table: Table): Table | undefined {
  const [column] = freeColumns(table).filter(({ kind, refers }) => kind === 'integer' && !refers);
  const source = freeColumns(table).find(({ id, kind }) => id !== column?.id && TEXTS.includes(kind));
  const feeds = table.columns.some(({ computed }) => computed?.from === column?.id);
  if (!column || !source || feeds) return undefined;
  const computed = { from: source.id, variant: picker.below(2) };
  return withColumn(table, { ...column, computed, default: null, nullable: true });
}
