/** How large a live table is, and some of its rows. Every statement is read in a transaction that cannot write. */

import { EQ } from '../../../sql/postgres-operators.js';
import { postgresLiteral, quoteIdentifiers } from '../../../sql/quote.js';
import type { TableSample } from '../../estimating.js';
import type { Row } from '../../row.js';
import type { Session } from '../../session.js';
import { readRows } from '../read-rows.js';

/** Rows of a sample at most. */
const MOST_ROWS = 20_000;

/** What the rows of a sample may take about, with what is stored outside of the table: 32 MB. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Pages that are read at most to count rows where the server has not counted any. */
const COUNTED_PAGES = 1000;

/** Part of a table that is read for a sample, so that it is seldom too small. */
const SPARE = 1.3;

/** A table without partitions or heirs, or one of those. */
interface Leaf {
  readonly path: string;
  /** What the server has counted; -1 where it has not. */
  readonly counted: number;
  readonly countedPages: number;
  readonly pages: number;
  /** With its indexes. */
  readonly bytes: number;
}

/** SQL: the oids of a table and of all that inherit from it, as `tree(relid)`. */
export function treeSql(table: string): string {
  return `WITH RECURSIVE tree (relid) AS (SELECT pg_catalog.to_regclass(${postgresLiteral(table)})::pg_catalog.oid UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent ${EQ} tree.relid)`;
}

/** See `Estimator.sample`. */
export async function sampleTable(live: Session, table: string): Promise<TableSample | undefined> {
  const leaves = await leavesOf(live, table);
  const [largest] = leaves;
  if (!largest) return undefined;
  const counts: number[] = [];
  for (const leaf of leaves) counts.push(await rowsOf(live, leaf));
  const [rows, bytes] = [sum(counts), sum(leaves.map((leaf) => leaf.bytes))];
  const columns = await columnsOf(live, table);
  const lines = await linesOf(live, largest, { columns, rows: counts[0] ?? 0 });
  return { table, rows, bytes, columns, lines, indexes: await indexesOf(live, table) };
}

/** The largest one first. */
async function leavesOf(live: Session, table: string): Promise<readonly Leaf[]> {
  const rows = await readRows(
    live,
    `${treeSql(table)} SELECT c.oid::pg_catalog.regclass::pg_catalog.text AS "path", c.reltuples::double precision AS "counted", c.relpages AS "countedPages",
      (pg_catalog.pg_relation_size(c.oid) OPERATOR(pg_catalog./) pg_catalog.current_setting('block_size')::bigint)::double precision AS "pages", pg_catalog.pg_total_relation_size(c.oid)::double precision AS "bytes"
      FROM tree JOIN pg_catalog.pg_class c ON c.oid ${EQ} tree.relid WHERE c.relkind ${EQ} 'r' ORDER BY 4 DESC, 1`,
  );
  return rows.map((row) => ({
    path: String(row['path']),
    counted: Number(row['counted']),
    countedPages: Number(row['countedPages']),
    pages: Number(row['pages']),
    bytes: Number(row['bytes']),
  }));
}

/** What the server has counted, in proportion to the present size. It knows nothing before the first ANALYZE or VACUUM. */
async function rowsOf(live: Session, leaf: Leaf): Promise<number> {
  const { path, counted, countedPages, pages } = leaf;
  if (pages === 0) return 0;
  if (counted >= 0 && countedPages > 0) return Math.round((counted / countedPages) * pages);
  const share = Math.min(100, (100 * COUNTED_PAGES) / pages);
  const [row] = await readRows(
    live,
    `SELECT pg_catalog.count(*)::double precision AS "rows" FROM ONLY ${path} TABLESAMPLE pg_catalog.system (${share})`,
  );
  return Math.round((Number(row?.['rows'] ?? 0) * 100) / share);
}

/** Those that a row can be copied with; none where there is no such table. */
export async function columnsOf(session: Session, table: string): Promise<readonly string[]> {
  const rows = await readRows(
    session,
    `SELECT a.attname AS "name" FROM pg_catalog.pg_attribute a WHERE a.attrelid ${EQ} pg_catalog.to_regclass(${postgresLiteral(table)})::pg_catalog.oid
      AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped AND a.attgenerated ${EQ} '' ORDER BY a.attnum`,
  );
  return names(rows);
}

async function linesOf(
  live: Session,
  { path, bytes }: Leaf,
  { columns, rows }: Pick<TableSample, 'columns' | 'rows'>,
): Promise<readonly string[]> {
  if (rows === 0) return [];
  const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_BYTES / Math.max(1, bytes / rows))));
  const share = Math.min(100, (100 * most * SPARE) / rows);
  const found = await readRows(
    live,
    `SELECT pg_catalog.row_to_json(r)::pg_catalog.text AS "name" FROM (SELECT ${quoteIdentifiers(columns)} FROM ONLY ${path} TABLESAMPLE pg_catalog.system (${share}) LIMIT ${most}) AS r`,
  );
  return names(found);
}

/** Those of constraints are left out: the revisions have made these. */
async function indexesOf(live: Session, table: string): Promise<readonly string[]> {
  const rows = await readRows(
    live,
    `SELECT pg_catalog.pg_get_indexdef(i.indexrelid) AS "name" FROM pg_catalog.pg_index i WHERE i.indrelid ${EQ} pg_catalog.to_regclass(${postgresLiteral(table)})::pg_catalog.oid
      AND i.indisvalid AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.conindid ${EQ} i.indexrelid) ORDER BY 1`,
  );
  return names(rows);
}

function names(rows: readonly Row[]): readonly string[] {
  return rows.map(({ name }) => String(name));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
