import type { ColumnModel, SchemaModel, TableModel } from '../../../src/schema/model.js';
import type { Operation } from './sqlite-models.js';
import type { Row, SqliteWorld } from './sqlite-world.js';
import { quoteIdentifier } from '../../../src/sql/quote.js';

const IDS = [10, 20, 30, 40] as const;

/** A row that is deleted again, so that the numbering is ahead of the rows. */
const GONE = 900;

/** Fills every table; children refer to parents that exist before and after. */
export async function fill(world: SqliteWorld, { from, to }: Operation): Promise<void> {
  await world.query('PRAGMA foreign_keys = OFF');
  for (const table of from.tables) {
    const hasParents = parentsOf(table, { from, to }).every((parent) => isInBoth(parent, { from, to }));
    for (const id of [...IDS, GONE]) await world.query(insertOf(table, id, hasParents));
    await world.query(`DELETE FROM ${quoteIdentifier(table.name)} WHERE "id" = ${GONE}`);
  }
  await world.query('PRAGMA foreign_keys = ON');
}

function parentsOf({ name }: TableModel, { from, to }: Pick<Operation, 'from' | 'to'>): readonly string[] {
  const tables = [...from.tables, ...to.tables].filter((table) => table.name === name);
  return tables.flatMap(({ foreignKeys }) => foreignKeys.map(({ table }) => table));
}

function isInBoth(name: string, { from, to }: Pick<Operation, 'from' | 'to'>): boolean {
  return [from, to].every(({ tables }) => tables.some((table) => table.name === name));
}

function insertOf(table: TableModel, id: number, hasParents: boolean): string {
  const columns = table.columns.filter(({ generated }) => generated === null);
  const values = columns.map((column) => valueOf(column, id, hasParents));
  const number = rowNumberOf(table);
  const isHidden = number !== null && !isRowNumberKey(table);
  const names = [...(isHidden ? [number] : []), ...columns.map(({ name }) => quoteIdentifier(name))];
  return `INSERT INTO ${quoteIdentifier(table.name)} (${names.join(', ')}) VALUES (${[...(isHidden ? [String(id + 7)] : []), ...values].join(', ')})`;
}

/** Every other row has NULL where NULL is allowed. */
function valueOf({ name, nullable }: ColumnModel, id: number, hasParents: boolean): string {
  if (nullable && name !== 'parent_id' && id % 20 === 0) return 'NULL';
  const values: Readonly<Record<string, string>> = {
    name: `'Name ${id}'`,
    status: id % 30 === 0 ? "'B'" : "'A'",
    parent_id: hasParents && id !== GONE ? String(id) : 'NULL',
    rowid: "'a text'",
  };
  return values[name] ?? String(id);
}

/** The name by which SQLite shows the number of a row; null for a table that has none. */
function rowNumberOf({ options, columns }: TableModel): string | null {
  if (options?.includes('WITHOUT ROWID')) return null;
  return columns.some(({ name }) => name === 'rowid') ? '_rowid_' : 'rowid';
}

/** Whether the number of a row is its key. */
export function isRowNumberKey({ primaryKey, columns, options }: TableModel): boolean {
  const [key, ...others] = primaryKey?.columns ?? [];
  if (others.length > 0 || options?.includes('WITHOUT ROWID')) return false;
  return columns.some(({ name, type }) => name === key && type === 'integer');
}

/** The content of a table. */
export interface Content {
  /** By id. */
  readonly rows: readonly Row[];
  /** Numbers of the rows by id; null where they have none. */
  readonly numbers: readonly unknown[] | null;
  /** The highest number given; undefined where SQLite keeps none. */
  readonly sequence: unknown;
  /** SQLite's report of each column, in its order. */
  readonly columns: readonly Row[];
}

/** Reads every table. */
export async function contentsOf(
  world: SqliteWorld,
  { tables }: SchemaModel,
): Promise<ReadonlyMap<string, Content>> {
  const contents = new Map<string, Content>();
  for (const table of tables) contents.set(table.name, await contentOf(world, table));
  return contents;
}

async function contentOf(world: SqliteWorld, table: TableModel): Promise<Content> {
  const name = quoteIdentifier(table.name);
  const number = rowNumberOf(table);
  const isNumbered = table.columns.some(({ identity }) => identity === 'autoincrement');
  const text = `'${table.name.replaceAll("'", "''")}'`;
  const [sequence] = isNumbered
    ? await world.query(`SELECT seq FROM sqlite_sequence WHERE name = ${text}`)
    : [];
  const numbers =
    number === null ? null : await world.query(`SELECT ${number} AS n FROM ${name} ORDER BY "id"`);
  return {
    rows: await world.query(`SELECT * FROM ${name} ORDER BY "id"`),
    numbers: numbers?.map(({ n }) => n) ?? null,
    sequence: sequence?.['seq'],
    columns: await world.query(`PRAGMA table_xinfo(${name})`),
  };
}
