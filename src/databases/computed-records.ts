/** The rows in which TypeORM records the expressions of computed columns, as its own schema builder writes them. */

import type { Change } from '../schema/change.js';
import type { ColumnModel, SchemaModel, TableModel } from '../schema/model.js';
import type { Rename } from '../schema/rename.js';
import { statement, type Statement } from '../sql/statement.js';
import { createRecords, type RecordWords } from './metadata-rows.js';
import type { PlanReading, StatementGroup } from './planning.js';

/** A computed column, and what is recorded of it before a plan and after it; null for nothing. */
interface ComputedRecord {
  readonly table: string;
  readonly column: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** How a database writes such rows. */
export interface ComputedWords extends RecordWords {
  /** The table of the rows, as SQL. */
  readonly path: string;
  /** The type of its texts. */
  readonly type: string;
  /** The database of a row, as SQL. */
  readonly database: string;
  /** The schema and the name of a table, as SQL. */
  readonly place: (table: string) => { readonly schema: string | null; readonly table: string };
}

/** The statements of both directions; the table stays on `down`, as with the texts of views. */
export function computedRecords(
  reading: PlanReading,
  words: ComputedWords,
): { readonly up: readonly StatementGroup[]; readonly down: readonly StatementGroup[] } {
  const changed = changedRecords(reading);
  if (changed.length === 0) return { up: [], down: [] };
  const created = reading.facts.views.records.isThere ? [] : [createRecords(words.path, words.type)];
  const set = (one: ComputedRecord, text: string | null): readonly Statement[] => [
    forget(one, words),
    ...(text === null ? [] : [record(one, text, words)]),
  ];
  const reason = 'Records the expressions of computed columns for TypeORM';
  const up = [...created, ...changed.flatMap((one) => set(one, one.after))];
  const down = changed.toReversed().flatMap((one) => set(one, one.before));
  return { up: [{ reason, statements: up }], down: [{ reason, statements: down }] };
}

function forget({ table, column }: ComputedRecord, words: ComputedWords): Statement {
  const { schema, table: name } = words.place(table);
  const where = [
    `"type" ${words.equals} 'GENERATED_COLUMN'`,
    ...(schema === null ? [] : [`"schema" ${words.equals} ${schema}`]),
    `"table" ${words.equals} ${name}`,
    `"name" ${words.equals} ${words.literal(column)}`,
  ];
  return statement(`DELETE FROM ${words.path} WHERE ${where.join(' AND ')}`);
}

function record({ table, column }: ComputedRecord, text: string, words: ComputedWords): Statement {
  const { schema, table: name } = words.place(table);
  const values = [
    ...[words.database, schema ?? 'NULL', name, `'GENERATED_COLUMN'`],
    ...[words.literal(column), words.literal(text)],
  ];
  return statement(
    `INSERT INTO ${words.path} ("database", "schema", "table", "type", "name", "value") VALUES (${values.join(', ')})`,
  );
}

/** Those of columns that the plan adds, drops, computes in another way or renames. */
function changedRecords({ head, to, changes, renames, facts }: PlanReading): readonly ComputedRecord[] {
  const { computed } = facts.views.records;
  if (computed === null) return [];
  const places = new Map(
    [...changes.flatMap(placesOf), ...renames.flatMap((rename) => renamedPlaces(rename, { head, to }))].map(
      (place) => [`${place.table}.${place.column}`, place],
    ),
  );
  return [...places].flatMap(([key, { table, column }]) => {
    const [before, after] = [computed.get(key) ?? null, textOf(to, table, column)];
    return before === after ? [] : [{ table, column, before, after }];
  });
}

type Place = Pick<ComputedRecord, 'table' | 'column'>;

function placesOf(change: Change): readonly Place[] {
  switch (change.kind) {
    case 'create-table':
      return placesIn(change.desired);
    case 'drop-table':
      return placesIn(change.live);
    case 'add-column':
      return placesIn({ name: change.table, columns: [change.desired] });
    case 'drop-column':
      return placesIn({ name: change.table, columns: [change.live] });
    case 'alter-column':
      return change.aspects.some((aspect) => aspect === 'generated' || aspect === 'storage')
        ? [{ table: change.table, column: change.object }]
        : [];
    default:
      return [];
  }
}

function placesIn({ name, columns }: Pick<TableModel, 'name' | 'columns'>): readonly Place[] {
  return columns
    .filter(({ generated }) => generated !== null)
    .map((column) => ({ table: name, column: column.name }));
}

/** A table that is renamed has its columns under both names. */
function renamedPlaces(
  rename: Rename,
  { head, to }: { readonly head: SchemaModel; readonly to: SchemaModel },
): readonly Place[] {
  const inTable = ({ tables }: SchemaModel, name: string) => {
    const table = tables.find((one) => one.name === name);
    return table ? placesIn(table) : [];
  };
  if (rename.kind === 'table') return [...inTable(head, rename.from), ...inTable(to, rename.to)];
  if (rename.kind !== 'column' || textOf(to, rename.table, rename.to) === null) return [];
  return [rename.from, rename.to].map((column) => ({ table: rename.table, column }));
}

function textOf({ tables }: SchemaModel, table: string, column: string): string | null {
  const found: ColumnModel | undefined = tables
    .find(({ name }) => name === table)
    ?.columns.find(({ name }) => name === column);
  return found?.generated?.sql ?? null;
}
