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

/** A run, and whether it is the last one. */
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
  const { equals } = log.syntax;
  // The ids first: with whole rows, SQLite goes through the table instead of the index.
  const open = `SELECT "id" FROM ${runs.sql} WHERE "outcome" IS NULL ORDER BY "id" DESC LIMIT ${OPEN_RUNS}`;
  const rows = await select(
    log,
    () =>
      `SELECT r.*, ${isNewest(log)} AS "newest" FROM (${open}) AS o JOIN ${runs.sql} r ON r."id" ${equals} o."id" ORDER BY r."id"`,
  );
  return rows.map(openRunOf);
}

/** Which runs to read. */
export interface WantedRuns {
  /** Only so many of the newest; default all. */
  readonly limit?: number | undefined;
  /** Only those that began then or later, ISO 8601; default all. */
  readonly since?: string | undefined;
  /** Only those that did not complete; default false. */
  readonly failed?: boolean | undefined;
}

/** The newest runs, oldest first. */
export async function readNewestRuns(log: ReadableLog, wanted: WantedRuns): Promise<readonly OpenRun[]> {
  const rows = await select(log, (bind) => {
    const limit = wanted.limit === undefined ? '' : ` LIMIT ${bind(wanted.limit)}`;
    return `SELECT r.*, ${isNewest(log)} AS "newest" FROM ${log.tables.runs.sql} AS r${whereOf(log, wanted)} ORDER BY r."id" DESC${limit}`;
  });
  return rows.map(openRunOf).reverse();
}

/** How many runs of that kind the log has. */
export async function countRuns(log: ReadableLog, wanted: WantedRuns): Promise<number> {
  const [row] = await select(
    log,
    () => `SELECT ${log.syntax.count}(*) AS "total" FROM ${log.tables.runs.sql} AS r${whereOf(log, wanted)}`,
  );
  return Number(row?.['total'] ?? 0);
}

function whereOf({ syntax }: ReadableLog, { since, failed = false }: WantedRuns): string {
  const conditions = [
    ...(since === undefined ? [] : [`r."started_at" ${syntax.atLeast} ${syntax.instantOf(since)}`]),
    ...(failed ? [`(r."outcome" IS NULL OR r."outcome" ${syntax.differs} 'completed')`] : []),
  ];
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

/** Whether no run began after the run `r`. */
function isNewest({ syntax, tables }: ReadableLog): string {
  return `r."id" ${syntax.equals} (SELECT ${syntax.max}("id") FROM ${tables.runs.sql})`;
}

function openRunOf(row: Row): OpenRun {
  return { ...runOf(row), newest: Boolean(row['newest']) };
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
