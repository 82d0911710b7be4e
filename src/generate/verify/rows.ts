import type { QueryRunner } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import { TypeormSession } from '../../databases/typeorm-session.js';
import type { Database } from '../../databases/database.js';
import type { TableColumns } from '../../databases/fixture-syntax.js';
import { compareText } from '../../schema/model.js';

/** The rows of a table as texts, in an order that depends only on their content. */
export interface TableRows extends TableColumns {
  /** Null for NULL. On SQLite the number of the row is first, as the column `rowid`. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/**
 * Reads tables under settings of its own, so that the texts do not depend on those of the session.
 *
 * @param queryRunner in no transaction
 */
export async function readRows(
  queryRunner: QueryRunner,
  tables: readonly TableColumns[],
): Promise<readonly TableRows[]> {
  const database = databaseOf(queryRunner.connection);
  await queryRunner.startTransaction();
  try {
    for (const sql of database.fixtures.readSettings) await queryRunner.query(sql);
    const found: TableRows[] = [];
    for (const table of tables) found.push(await readTable(queryRunner, table, database));
    return found;
  } finally {
    await queryRunner.rollbackTransaction();
  }
}

async function readTable(
  queryRunner: QueryRunner,
  table: TableColumns,
  database: Database,
): Promise<TableRows> {
  const { name } = table;
  const { fixtures } = database;
  const from = fixtures.table(name, database.defaultSchema(queryRunner.connection));
  const columns = await fixtures.readColumns(new TypeormSession(queryRunner), table);
  const list = ['1 AS one', ...columns.map(({ sql }, index) => `${sql} AS c${index}`)].join(', ');
  const found = (await queryRunner.query(`SELECT ${list} FROM ${from}`)) as readonly Readonly<
    Record<string, string | null>
  >[];
  const rows = found.map((row) => columns.map((_, index) => row[`c${index}`] ?? null));
  return {
    name,
    columns: columns.map((column) => column.name),
    rows: rows.sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b))),
  };
}

/**
 * The former rows that no longer exist, one sentence a table. A row that exists in another form counts as changed, one
 * that does not exist as lost. Tables, and columns, correspond by their place in the lists.
 */
export function compareRows(before: readonly TableRows[], after: readonly TableRows[]): readonly string[] {
  return before.flatMap((table, index) => {
    const now = after[index];
    return now ? tableWords(table, now) : [`${table.name}: not read`];
  });
}

type Row = TableRows['rows'][number];

function tableWords(before: TableRows, after: TableRows): readonly string[] {
  const name = before.name === after.name ? before.name : `${before.name} (now ${after.name})`;
  const missing = without(before.rows, after.rows);
  const strange = without(after.rows, before.rows);
  const counts =
    before.rows.length === after.rows.length
      ? []
      : [`${count(before.rows.length)} before, ${after.rows.length} after`];
  const [row] = missing;
  if (row === undefined) return counts.map((words) => `${name}: ${words}`);
  const changed = strange.length > 0 ? closest(row, strange) : undefined;
  const what =
    changed === undefined
      ? `${rowWords(before.columns, row)} is lost`
      : `${missing.length} of ${count(before.rows.length)} changed, the first one ${changeWords(before.columns, row, changed)}`;
  return [`${name}: ${[...counts, what].join('; ')}`];
}

/** Rows of the first list that the second one lacks, each as often as it is missing. */
function without(rows: readonly Row[], others: readonly Row[]): readonly Row[] {
  const left = others.map((row) => JSON.stringify(row));
  return rows.filter((row) => {
    const at = left.indexOf(JSON.stringify(row));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** The row that has most values in common. */
function closest(row: Row, others: readonly Row[]): Row | undefined {
  const shared = (other: Row) => other.filter((value, index) => value === row[index]).length;
  return [...others].sort((a, b) => shared(b) - shared(a))[0];
}

function changeWords(columns: readonly string[], row: Row, now: Row): string {
  const at = row.findIndex((value, index) => value !== now[index]);
  const key = row.findIndex((value, index) => value === now[index] && value !== null);
  const where = key < 0 ? '' : `, where ${columns[key] ?? ''} is ${shown(row[key])}`;
  return `in ${columns[at] ?? ''}: ${shown(row[at])} is now ${shown(now[at])}${where}`;
}

function rowWords(columns: readonly string[], row: Row): string {
  const [first, second] = columns.map((column, index) => `${column} ${shown(row[index])}`);
  return first === undefined ? 'a row' : `the row with ${[first, second].filter(Boolean).join(', ')}`;
}

function shown(value: string | null | undefined): string {
  return value ?? 'NULL';
}

function count(rows: number): string {
  return `${rows} row${rows === 1 ? '' : 's'}`;
}
