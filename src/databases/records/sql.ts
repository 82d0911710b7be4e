/** The SQL of the records: the list of revisions, the log of runs and that of attempts. The same for all databases. */

import type { Bind } from './bound.js';
import type { RunOutcome, RunStart } from './outcome.js';
import type { RecordContext, RecordSyntax } from './syntax.js';
import { FIRST_FORMAT, type RecordTables, type TableName } from './tables.js';
import { quoteIdentifier } from '../../sql/quote.js';

/** Creates the tables that are not there yet, in the order of RECORD_TABLES; `migrations` is what TypeORM would create. */
export function createTables(syntax: RecordSyntax, tables: RecordTables): readonly string[] {
  const { serial, identity, text, instant, now } = syntax;
  const key = syntax.primaryKey(tables.primaryKey);
  return [
    `CREATE TABLE IF NOT EXISTS ${tables.migrations.sql} ("id" ${serial}, "timestamp" bigint NOT NULL, "name" ${text} NOT NULL${key})`,
    `CREATE TABLE IF NOT EXISTS ${tables.runs.sql} ("id" ${identity}, "direction" ${text} NOT NULL, "planned" ${text} NOT NULL,
  "allowed" ${text} NOT NULL, "actor" ${text} NOT NULL, "host" ${text} NOT NULL, "pid" integer NOT NULL, "tool" ${text} NOT NULL,
  "started_at" ${instant} NOT NULL DEFAULT (${now}), "finished_at" ${instant}, "outcome" ${text}, "error" ${text},
  "format" integer NOT NULL DEFAULT ${FIRST_FORMAT}, "progress" ${text}, UNIQUE ("outcome", "id"))`,
    `CREATE TABLE IF NOT EXISTS ${tables.attempts.sql} ("id" ${identity}, "run_id" bigint NOT NULL, "revision" ${text} NOT NULL,
  "direction" ${text} NOT NULL, "kind" ${text} NOT NULL, "outcome" ${text} NOT NULL, "checksum_up" ${text}, "checksum_down" ${text},
  "started_at" ${instant} NOT NULL, "finished_at" ${instant} NOT NULL, "duration_ms" integer, "tries" integer NOT NULL, "error" ${text},
  UNIQUE ("revision", "outcome", "id"), UNIQUE ("run_id", "id"))`,
    ...createReleaseTables(syntax, tables),
  ];
}

/** Creates the tables by which releases know of each other, which a log of an earlier version does not have. */
export function createReleaseTables(syntax: RecordSyntax, tables: RecordTables): readonly string[] {
  const { text, instant, now } = syntax;
  return [
    `CREATE TABLE IF NOT EXISTS ${tables.phases.sql} ("revision" ${text} NOT NULL PRIMARY KEY, "phase" ${text} NOT NULL, "changes" ${text} NOT NULL,
  "recorded_at" ${instant} NOT NULL DEFAULT (${now}))`,
    `CREATE TABLE IF NOT EXISTS ${tables.heartbeats.sql} ("replica" ${text} NOT NULL PRIMARY KEY, "head" ${text}, "version" ${text} NOT NULL,
  "host" ${text} NOT NULL, "pid" integer NOT NULL, "started_at" ${instant} NOT NULL DEFAULT (${now}), "seen_at" ${instant} NOT NULL DEFAULT (${now}))`,
  ];
}

/**
 * Notes since when there are heartbeats, in the row of no replica. Its head is the newest record at that time: while it
 * has one, older processes may not have written yet.
 */
export function beginHeartbeats(
  tables: RecordTables,
  { host, pid, tool }: Pick<RunStart, 'host' | 'pid' | 'tool'>,
  bind: Bind,
): string {
  const values = [bind(''), newestRecord(tables), bind(tool), bind(host), bind(pid)].join(', ');
  return `INSERT INTO ${tables.heartbeats.sql} ("replica", "head", "version", "host", "pid") VALUES (${values}) ON CONFLICT ("replica") DO NOTHING`;
}

/** Gives the log of an earlier version the indexes that new ones have from `createTables`. */
export function createIndexes({ runs, attempts }: RecordTables): readonly string[] {
  const index = ({ name, sql }: TableName, columns: readonly string[]) =>
    `CREATE INDEX IF NOT EXISTS ${quoteIdentifier(`${name}_${columns.join('_')}`)} ON ${sql} (${columns.map(quoteIdentifier).join(', ')})`;
  return [
    index(runs, ['outcome', 'id']),
    index(attempts, ['run_id', 'id']),
    index(attempts, ['revision', 'outcome', 'id']),
  ];
}

/** Notes that a run begins. */
export function startRun(tables: RecordTables, run: RunStart, bind: Bind): string {
  const { direction, planned, allowed, actor, host, pid, tool } = run;
  const first = [direction, JSON.stringify(planned), JSON.stringify(allowed)].map(bind).join(', ');
  const who = typeof actor === 'string' ? bind(actor) : actor.expression;
  const rest = [host, pid, tool].map(bind).join(', ');
  return `INSERT INTO ${tables.runs.sql} ("direction", "planned", "allowed", "actor", "host", "pid", "tool") VALUES (${first}, ${who}, ${rest})`;
}

/**
 * The run that is under way, for the holder of the lock; and what numbers the list of revisions and which one it is,
 * where that can be asked.
 */
export function newestRun(syntax: RecordSyntax, tables: RecordTables): string {
  const { sequenceOf, identityOf, onPrimary } = syntax;
  const list = `${sequenceOf(tables.migrations)} AS "sequence", ${identityOf(tables.migrations)} AS "identity"`;
  return `SELECT "id", "host", "pid", "planned", "outcome", ${list} FROM ${tables.runs.sql} WHERE ${onPrimary} ORDER BY "id" DESC LIMIT 1`;
}

/** The name of the newest record, as an SQL expression: what tells two states of the list apart. */
export function newestRecord({ migrations }: RecordTables): string {
  return `(SELECT "name" FROM ${migrations.sql} ORDER BY "id" DESC LIMIT 1)`;
}

/** Notes how far a run is, a literal; NULL behind a backfill. */
export function noteProgress({ syntax, tables, run }: RecordContext, progress: string): string {
  return `UPDATE ${tables.runs.sql} SET "progress" = ${progress} WHERE "id" ${syntax.equals} ${run} AND "outcome" IS NULL`;
}

/** Notes how a run ended. */
export function endRun(
  { syntax, tables, run }: RecordContext,
  end: { readonly outcome: RunOutcome; readonly error: string | null },
  bind: Bind,
): string {
  const { now, equals } = syntax;
  return `UPDATE ${tables.runs.sql} SET "outcome" = ${bind(end.outcome)}, "error" = ${bind(end.error)}, "finished_at" = ${now} WHERE "id" ${equals} ${run}`;
}

/** How a run has ended, as the log has it. */
export function runOutcome({ syntax, tables, run }: RecordContext): string {
  return `SELECT "outcome" FROM ${tables.runs.sql} WHERE ${syntax.onPrimary} AND "id" ${syntax.equals} ${run}`;
}
