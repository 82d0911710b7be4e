import { freeName, Picker, type Column, type ForeignKey, type Model, type Table } from './model.js';
import { changedColumn, COLUMN_EDITS } from './edit-columns.js';
import { VIEW_EDITS, withoutLostParts } from './edit-views.js';
import { PART_EDITS, withIndexesApart } from './edit-parts.js';
import { Ids, newTable, plainColumn, withReference, type Making } from './start.js';
import { canBeSaid } from './words.js';

/** The edits of entities, one at a time. */
export type EditKind = (typeof EDIT_KINDS)[number];

/** Turns a table into another one; undefined where the edit does not apply. */
export type TableEdit = (making: Making, table: Table, model: Model) => Table | undefined;

const TABLE_EDITS: Readonly<Record<string, TableEdit>> = { ...COLUMN_EDITS, ...PART_EDITS };

/** Turns a model into another one; undefined where the edit does not apply. */
type ModelEdit = (making: Making, model: Model) => Model | undefined;

const MODEL_EDITS: Readonly<Record<string, ModelEdit>> = {
  'add-table': addTable,
  'drop-table': dropTable,
  'rename-table': renameTable,
  'widen-key': widenKey,
  'refer-to-new-key': referToNewKey,
  'refer-to-new-table': referToNewTable,
  'edit-enum-everywhere': editSharedEnum,
  ...VIEW_EDITS,
};

export const EDIT_KINDS = [...Object.keys(MODEL_EDITS), ...Object.keys(TABLE_EDITS)];

/** One edit, drawn. */
export interface Edit {
  readonly kind: string;
  readonly seed: number;
}

/** The model after all edits; one that does not apply, or whose result words cannot say, changes nothing. */
export function edited(before: Model, edits: readonly Edit[]): Model {
  return edits.reduce((model, edit) => {
    const after = applyEdit(model, edit);
    return canBeSaid({ before, after }) ? after : model;
  }, before);
}

function applyEdit(model: Model, { kind, seed }: Edit): Model {
  const making = { picker: new Picker(seed), ids: new Ids(model.next) };
  const ofModel = MODEL_EDITS[kind];
  const after = ofModel ? ofModel(making, model) : onSomeTable(making, model, TABLE_EDITS[kind]);
  const { tables, ...whole } = withoutLostParts(after ?? model);
  return { ...whole, tables: tables.map(withIndexesApart), next: making.ids.next };
}

/** Edits the first table, from some place on, to which the edit applies. */
function onSomeTable(making: Making, model: Model, edit: TableEdit | undefined): Model | undefined {
  const start = making.picker.below(Math.max(model.tables.length, 1));
  for (const table of [...model.tables.slice(start), ...model.tables.slice(0, start)]) {
    const after = edit?.(making, table, model);
    if (after) return { ...model, tables: model.tables.map((one) => (one === table ? after : one)) };
  }
  return undefined;
}

function addTable(making: Making, model: Model): Model {
  return { ...model, tables: [...model.tables, newTable(making, model.tables)] };
}

/** A foreign key, and its target, are added together. */
function referToNewKey(making: Making, model: Model): Model | undefined {
  const { picker, ids } = making;
  const target = picker.of(model.tables);
  const child = picker.of(model.tables);
  if (!target || !child) return undefined;
  const column = plainColumn(ids.of('c'), ids.of('number '), 'integer');
  const unique = { id: ids.of('uq_'), name: null, columns: [column.id] };
  const keyed = { ...target, columns: [...target.columns, column], uniques: [...target.uniques, unique] };
  const tables = model.tables.map((one) => (one === target ? keyed : one));
  const from = child === target ? keyed : child;
  const referring = withReference(making, from, { target: keyed, references: [column.id] });
  return { ...model, tables: tables.map((one) => (one === from ? referring : one)) };
}

function referToNewTable(making: Making, model: Model): Model | undefined {
  const child = making.picker.of(model.tables);
  if (!child) return undefined;
  const target = newTable(making, model.tables);
  const referring = withReference(making, child, { target, references: target.key });
  return { ...model, tables: [...model.tables.map((one) => (one === child ? referring : one)), target] };
}

/** Drops the references to it. */
function dropTable({ picker }: Making, model: Model): Model | undefined {
  const gone = model.tables.length > 1 ? picker.of(model.tables) : undefined;
  if (!gone) return undefined;
  const pointsElsewhere = ({ target }: ForeignKey) => target !== gone.id;
  const rest = model.tables.filter((table) => table !== gone);
  return {
    ...model,
    tables: rest.map((table) => ({ ...table, foreignKeys: table.foreignKeys.filter(pointsElsewhere) })),
  };
}

function renameTable({ picker }: Making, model: Model): Model | undefined {
  const table = picker.of(model.tables);
  if (!table) return undefined;
  const name = freeName(
    picker,
    ['Renamed', 'new name', 'übrig'],
    model.tables.map((one) => one.name),
  );
  return { ...model, tables: model.tables.map((one) => (one === table ? { ...one, name } : one)) };
}

/** A key of integers becomes one of big ones, and so does everything that refers to it. */
function widenKey({ picker }: Making, model: Model): Model | undefined {
  // SQLite counts up an INTEGER only.
  const isNarrow = ({ columns, key: [id] }: Table) =>
    columns.some((one) => one.id === id && one.kind === 'integer' && !one.numbered);
  const table = picker.of(model.tables.filter(isNarrow));
  if (!table) return undefined;
  const wide = new Set([`${table.id} ${table.key[0] ?? ''}`]);
  for (let before = 0; before < wide.size;) {
    before = wide.size;
    for (const { id, foreignKeys } of model.tables)
      for (const { target, columns, references } of foreignKeys)
        references.forEach((reference, index) => {
          if (wide.has(`${target} ${reference}`)) wide.add(`${id} ${columns[index] ?? ''}`);
          if (wide.has(`${id} ${columns[index] ?? ''}`)) wide.add(`${target} ${reference}`);
        });
  }
  const widened = (column: Column, { id }: Table): Column =>
    wide.has(`${id} ${column.id}`) ? { ...column, kind: 'bigint' } : column;
  return {
    ...model,
    tables: model.tables.map((one) => ({
      ...one,
      columns: one.columns.map((column) => widened(column, one)),
    })),
  };
}

/** Two columns share a type; the type changes for both. */
function editSharedEnum(making: Making, model: Model): Model | undefined {
  const shared = model.tables.flatMap((table) => table.columns).find(({ sharedEnum }) => sharedEnum !== null);
  if (!shared) return undefined;
  const edit = making.picker.one([
    'add-enum-value',
    'remove-enum-value',
    'reorder-enum',
    'rename-enum-value',
  ]);
  const { seed } = { seed: making.picker.below(1_000_000) };
  const values = changedColumn(edit, { ...making, picker: new Picker(seed) }, shared)?.values;
  if (!values) return undefined;
  const tables = model.tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) =>
      column.sharedEnum === shared.sharedEnum ? { ...column, values } : column,
    ),
  }));
  return { ...model, tables };
}
