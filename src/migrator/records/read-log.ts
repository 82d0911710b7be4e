import type { Session } from '../../databases/session.js';
import { readRows } from './read-rows.js';
import type { Row } from '../../databases/row.js';
import { attemptOf, runOf, type Attempt, type Run } from './rows.js';
import type { Bind } from '../../databases/records/bound.js';
import type { RecordSyntax } from '../../databases/records/syntax.js';
import type { RecordTables } from '../../databases/records/tables.js';
import { valueLiteral } from '../../sql/quote.js';

/** How many runs without an end are looked at: more of them come from one process that is started again and again. */
const OPEN_RUNS = 100;

/** A log that can be read. */
export interface ReadableLog {
  readonly session: Session;
  readonly syntax: RecordSyntax;
  readonly tables: RecordTables;
  /** Whether it has the indexes that make reading cheap; a log of an earlier version does not. */
  readonly indexed: boolean;
}

/** A run without an end. */
export interface OpenRun extends Run {
  /** Whether no run began after it. */
  readonly newest: boolean;
}

/** The newest attempt that succeeded and the newest that failed, of each of these revisions; oldest first. */
export async function readNewestAttempts(
  log: ReadableLog,
  revisions: readonly string[],
): Promise<readonly Attempt[]> {
  if (revisions.length === 0) return [];
  const rows = await select(log, (bind) => {
    const values = revisions.map((id) => `(${bind(id)})`).join(', ');
    return `WITH listed("revision") AS (VALUES ${values}) ${newestOf(log)}`;
  });
  return rows.map(attemptOf);
}

/** The newest runs that have no end: under way, or interrupted. Oldest first, at most 100. */
export async function readOpenRuns(log: ReadableLog): Promise<readonly OpenRun[]> {
  const { runs } = log.tables;
  const { equals, max } = log.syntax;
  // The ids first: with whole rows, SQLite goes through the table instead of the index.
  const open = `SELECT "id" FROM ${runs.sql} WHERE "outcome" IS NULL ORDER BY "id" DESC LIMIT ${OPEN_RUNS}`;
  const newest = `r."id" ${equals} (SELECT ${max}("id") FROM ${runs.sql})`;
  const rows = await select(
    log,
    () =>
      `SELECT r.*, ${newest} AS "newest" FROM (${open}) AS o JOIN ${runs.sql} r ON r."id" ${equals} o."id" ORDER BY r."id"`,
  );
  return rows.map((row) => ({ ...runOf(row), newest: Boolean(row['newest']) }));
}

/** The newest runs, oldest first; all of them without a limit. */
export async function readNewestRuns(log: ReadableLog, limit: number | undefined): Promise<readonly Run[]> {
  const { runs } = log.tables;
  const rows = await select(
    log,
    (bind) =>
      `SELECT * FROM ${runs.sql} ORDER BY "id" DESC${limit === undefined ? '' : ` LIMIT ${bind(limit)}`}`,
  );
  return rows.map(runOf).reverse();
}

/** How many runs the log has. */
export async function countRuns(log: ReadableLog): Promise<number> {
  const [row] = await select(
    log,
    () => `SELECT ${log.syntax.count}(*) AS "total" FROM ${log.tables.runs.sql}`,
  );
  return Number(row?.['total'] ?? 0);
}

/** The attempts of runs, in their order, by the id of the run. More than 100 runs have to be the newest ones. */
export async function readAttemptsOf(
  log: ReadableLog,
  runs: readonly Run[],
): Promise<ReadonlyMap<string, readonly Attempt[]>> {
  const [first] = runs;
  if (first === undefined) return new Map();
  const { equals, atLeast } = log.syntax;
  const rows = await select(log, (bind) => {
    const wanted =
      runs.length > OPEN_RUNS
        ? `"run_id" ${atLeast} ${bind(Number(first.id))}`
        : runs.map(({ id }) => `"run_id" ${equals} ${bind(Number(id))}`).join(' OR ');
    return `SELECT * FROM ${log.tables.attempts.sql} WHERE ${wanted} ORDER BY "id"`;
  });
  return grouped(rows.map(attemptOf));
}

/** With indexes one look per revision; without, every attempt is read once. */
function newestOf({ tables, indexed, syntax }: ReadableLog): string {
  const attempts = tables.attempts.sql;
  const { equals, max } = syntax;
  const newest = (outcome: string) =>
    `SELECT (SELECT ${max}("id") FROM ${attempts} WHERE "revision" ${equals} listed."revision" AND "outcome" ${equals} '${outcome}') AS "id" FROM listed`;
  const ids = indexed
    ? `SELECT "id" FROM (${newest('done')}) AS done UNION ALL SELECT "id" FROM (${newest('failed')}) AS failed`
    : `SELECT ${max}("id") AS "id" FROM ${attempts} GROUP BY "revision", "outcome"`;
  return `SELECT a.* FROM (${ids}) AS newest JOIN ${attempts} a ON a."id" ${equals} newest."id" ORDER BY a."id"`;
}

/** With literals, since what reads in one transaction takes no parameters. */
function select({ session, syntax }: ReadableLog, build: (bind: Bind) => string): Promise<readonly Row[]> {
  const bind: Bind = (value) => (typeof value === 'string' ? syntax.literal(value) : valueLiteral(value));
  return readRows(session, build(bind));
}

function grouped(attempts: readonly Attempt[]): ReadonlyMap<string, readonly Attempt[]> {
  const byRun = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const group = byRun.get(attempt.run);
    if (group) group.push(attempt);
    else byRun.set(attempt.run, [attempt]);
  }
  return byRun;
}
