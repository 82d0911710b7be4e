import type { QueryRunner } from 'typeorm';
import { masked } from '../../text/secrets.js';
import type { AppliedRevision } from '../history.js';
import { dialectOf } from '../../dialect/dialect.js';
import { readRows, type Row } from './read-rows.js';
import { wordsOf, type Words } from './sql.js';
import type { RecordTables } from './tables.js';

/** Which tables of the records exist and may be read. */
export interface Presence {
  readonly migrations: boolean;
  /** The two tables of the log. */
  readonly log: boolean;
}

/** An attempt at a revision, as the log has it. */
export interface Attempt {
  readonly revision: string;
  readonly direction: 'up' | 'down';
  readonly kind: 'ran' | 'stamped' | 'renewed';
  readonly outcome: 'done' | 'failed';
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly durationMs: number | null;
  readonly tries: number;
  readonly error: string | null;
  readonly checksum: string | null;
}

/** A run, as the log has it. */
export interface Run {
  readonly id: string;
  readonly direction: 'up' | 'down' | 'stamp';
  readonly planned: readonly string[];
  readonly allowed: readonly string[];
  readonly actor: string;
  readonly host: string;
  readonly pid: number;
  readonly tool: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** null while it runs, and for one that was interrupted. */
  readonly outcome: string | null;
  readonly error: string | null;
}

/** The applied revisions in the order in which they were recorded, with what the log says of them. One statement. */
export async function readApplied(
  queryRunner: QueryRunner,
  tables: RecordTables,
  { migrations, log }: Presence,
): Promise<readonly AppliedRevision[]> {
  if (!migrations) return [];
  const { name } = dialectOf(queryRunner.connection);
  const rows = await readRows(
    queryRunner,
    log ? appliedWithLog(tables, wordsOf(name)) : appliedAlone(tables),
  );
  return rows.map((row) => ({
    id: String(row['name']),
    appliedAt: row['direction'] === 'up' ? instantOf(row['applied_at']) : null,
    checksums: checksumsIn(row),
  }));
}

/** Every attempt, oldest first. */
export async function readAttempts(
  queryRunner: QueryRunner,
  tables: RecordTables,
): Promise<readonly Attempt[]> {
  const rows = await readRows(queryRunner, `SELECT * FROM ${tables.attempts.sql} ORDER BY "id"`);
  return rows.map((row) => ({
    revision: String(row['revision']),
    direction: row['direction'] as Attempt['direction'],
    kind: row['kind'] as Attempt['kind'],
    outcome: row['outcome'] as Attempt['outcome'],
    run: String(row['run_id']),
    startedAt: instantOf(row['started_at']) ?? '',
    finishedAt: instantOf(row['finished_at']) ?? '',
    durationMs: row['duration_ms'] === null ? null : Number(row['duration_ms']),
    tries: Number(row['tries']),
    error: errorIn(row['error']),
    checksum: textOf(row['checksum_up']),
  }));
}

/** Every run, oldest first. */
export async function readRuns(queryRunner: QueryRunner, tables: RecordTables): Promise<readonly Run[]> {
  const rows = await readRows(queryRunner, `SELECT * FROM ${tables.runs.sql} ORDER BY "id"`);
  return rows.map((row) => ({
    id: String(row['id']),
    direction: row['direction'] as Run['direction'],
    planned: JSON.parse(String(row['planned'])) as readonly string[],
    allowed: JSON.parse(String(row['allowed'])) as readonly string[],
    actor: String(row['actor']),
    host: String(row['host']),
    pid: Number(row['pid']),
    tool: String(row['tool']),
    startedAt: instantOf(row['started_at']) ?? '',
    finishedAt: instantOf(row['finished_at']),
    outcome: textOf(row['outcome']),
    error: errorIn(row['error']),
  }));
}

function appliedAlone({ migrations }: RecordTables): string {
  return `SELECT "name" FROM ${migrations.sql} ORDER BY "id"`;
}

function appliedWithLog({ migrations, attempts }: RecordTables, { equals, differs, max }: Words): string {
  const newest = (which: string) =>
    `(SELECT "revision", ${max}("id") AS "id" FROM ${attempts.sql} WHERE "outcome" ${equals} 'done'${which} GROUP BY "revision")`;
  return `SELECT m."name", a."direction", a."checksum_up", a."checksum_down", made."finished_at" AS "applied_at" FROM ${migrations.sql} m
  LEFT JOIN ${newest('')} latest ON latest."revision" ${equals} m."name"
  LEFT JOIN ${attempts.sql} a ON a."id" ${equals} latest."id"
  LEFT JOIN ${newest(` AND "kind" ${differs} 'renewed'`)} applied ON applied."revision" ${equals} m."name"
  LEFT JOIN ${attempts.sql} made ON made."id" ${equals} applied."id" ORDER BY m."id"`;
}

/** Only what was recorded by the newest way up counts; something else may have run since. */
function checksumsIn(row: Row): AppliedRevision['checksums'] {
  const up = textOf(row['checksum_up']);
  const down = textOf(row['checksum_down']);
  return row['direction'] === 'up' && up !== null && down !== null ? { up, down } : null;
}

/** PostgreSQL's driver gives a Date, SQLite the text that was stored, which is in UTC. */
function instantOf(value: unknown): string | null {
  if (typeof value === 'string') return `${value.replace(' ', 'T')}Z`;
  return value instanceof Date ? value.toISOString() : null;
}

/** Former versions noted what a driver says as it was, a database URL with its password for example. */
function errorIn(value: unknown): string | null {
  return typeof value === 'string' ? masked(value) : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
