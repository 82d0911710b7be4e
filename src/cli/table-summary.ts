import type { DataSource, EntityMetadata } from 'typeorm';
import { managedEntities } from '../metadata/managed.js';
import { visible } from '../text/visible.js';

/** The size of a table. */
export interface TableSummary {
  readonly name: string;
  readonly columns: number;
  readonly indexes: number;
  /** Counted up to ROWS_COUNTED; one more means "more than that". */
  readonly rows: number;
}

/** The greatest number of rows to count: counting a whole production table may take minutes. */
export const ROWS_COUNTED = 100_000;

/** The tables of the entities, sorted by name. */
export async function summariseTables(dataSource: DataSource): Promise<readonly TableSummary[]> {
  const managed = managedEntities(dataSource);
  // A join table that is also an entity comes twice, the entity first.
  const tables = new Map(managed.toReversed().map((metadata) => [metadata.tablePath, metadata])).values();
  const summaries: TableSummary[] = [];
  for (const metadata of tables) summaries.push(await summarise(dataSource, metadata));
  return summaries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function summarise(dataSource: DataSource, metadata: EntityMetadata): Promise<TableSummary> {
  const path = metadata.tablePath
    .split('.')
    .map((name) => dataSource.driver.escape(name))
    .join('.');
  const counted = `SELECT count(*) AS "rows" FROM (SELECT 1 FROM ${path} LIMIT ${ROWS_COUNTED + 1}) counted`;
  const [row] = await dataSource.query<{ rows: number | string }[]>(counted);
  return {
    name: metadata.tableName,
    columns: metadata.columns.length,
    indexes: metadata.indices.length,
    rows: Number(row?.rows ?? 0),
  };
}

/** The summaries as lines with a heading and aligned columns. */
export function summaryLines(summaries: readonly TableSummary[]): readonly string[] {
  const rows = summaries.map(({ name, columns, indexes, rows: count }) => [
    visible(name),
    String(columns),
    String(indexes),
    shownCount(count),
  ]);
  const cells = [['table', 'columns', 'indexes', 'rows'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => row.map((cell, column) => align(cell, column, widths[column] ?? 0)).join('  '));
}

function shownCount(count: number): string {
  return count > ROWS_COUNTED ? `over ${ROWS_COUNTED}` : String(count);
}

function align(cell: string, column: number, width: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
