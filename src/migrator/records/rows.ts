import type { ReleasePhase } from '../../databases/phases.js';
import type { BackfillProgress } from '../../databases/session.js';
import { masked } from '../../text/secrets.js';
import type { Row } from '../../databases/row.js';
import type { Replica } from '../../errors/phases.js';

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

/** An attempt, with what the code says of its revision. */
export interface LoggedAttempt extends Attempt {
  /** Only where the code has the revision. */
  readonly phase?: ReleasePhase;
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
  /** Only while a backfill runs that has reported how far it is, and where it was interrupted. */
  readonly progress?: RunProgress;
}

/** How far the backfill of a run is. */
export interface RunProgress extends BackfillProgress {
  readonly revision: string;
}

/** A row of the attempts. */
export function attemptOf(row: Row): Attempt {
  return {
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
  };
}

/** A row of the runs. */
export function runOf(row: Row): Run {
  return {
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
    ...progressIn(row['progress']),
  };
}

/** A log of an earlier version has no such column. */
function progressIn(value: unknown): Pick<Run, 'progress'> {
  return typeof value === 'string' ? { progress: JSON.parse(value) as RunProgress } : {};
}

/** A row of the heartbeats. */
export function replicaOf(row: Row): Replica {
  return {
    id: String(row['replica']),
    head: textOf(row['head']),
    version: String(row['version']),
    host: String(row['host']),
    pid: Number(row['pid']),
    startedAt: instantOf(row['started_at']) ?? '',
    seenAt: instantOf(row['seen_at']) ?? '',
    silentMs: Math.max(0, Number(row['silent_ms'])),
  };
}

/** PostgreSQL's driver gives a Date, SQLite the text that was stored, which is in UTC. */
export function instantOf(value: unknown): string | null {
  if (typeof value === 'string') return `${value.replace(' ', 'T')}Z`;
  return value instanceof Date ? value.toISOString() : null;
}

/** A text, or null for what is none. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Earlier versions noted what a driver says as it was, a database URL with its password for example. */
function errorIn(value: unknown): string | null {
  return typeof value === 'string' ? masked(value) : null;
}
