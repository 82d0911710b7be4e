import type { DialectName } from '../registry.js';
import { messageOf } from '../../errors.js';
import { MINUS, TIMES } from '../../sql/postgres-own.js';
import {
  type Bind,
  type BoundStatement,
  newestRecord,
  numbersGiven,
  type Fence,
  type ListCount,
  type Outcome,
  type RecordContext,
  type Writer,
  wordsOf,
} from './sql.js';
import type { RecordTables } from './tables.js';

const RUN = 'run_id';
const COLUMNS =
  '"run_id", "revision", "direction", "kind", "outcome", "checksum_up", "checksum_down", "started_at", "finished_at", "duration_ms", "tries", "error"';

/** What happened to `migrations`: a row more, a row less, or a row that was there and stays. */
export type RecordChange = 'insert' | 'delete' | 'keep';

/** A revision that is to be recorded. */
export interface RecordEntry {
  readonly outcome: Outcome;
  readonly change: RecordChange;
  /** Where it is known. */
  readonly count?: ListCount | undefined;
  /** What has to hold besides the lock, as SQL. */
  readonly condition?: string | undefined;
  /** The newest record as it was read, null for none: the list must still end with it. Not compared where undefined. */
  readonly newest?: string | null | undefined;
}

/**
 * Records a revision in `migrations` and its outcome in the log. On PostgreSQL that is one statement, on SQLite two, in
 * the revision's transaction. Where nothing is to be recorded, since the lock is gone or something else has recorded it,
 * the database raises an error, so that COMMIT can be sent in the same breath: an attempt of no run is what it refuses.
 */
export function recordStatements(
  context: RecordContext,
  entry: RecordEntry,
  write: Writer,
): readonly BoundStatement[] {
  const { dialect, fence, run } = context;
  const { change } = entry;
  const attempt = { outcome: entry.outcome, error: null };
  if (dialect === 'sqlite') {
    const holds = (bind: Bind) =>
      change === 'keep' ? conditionsOf(context, entry, bind).join(' AND ') || 'true' : 'changes() > 0';
    return [
      ...(change === 'keep' ? [] : [write((bind) => changeRecord(context, entry, bind))]),
      write((bind) => insertAttempt({ ...context, run: runIf(holds(bind), run) }, attempt, bind)),
    ];
  }
  return [
    write((bind) => {
      const held = fence ? `"held" AS (${heldLock(fence, bind)}), ` : '';
      const recorded =
        change === 'keep' ? keptRecord(context, entry, bind) : changeRecord(context, entry, bind);
      const insertion = { ...context, run: runIf('EXISTS (SELECT 1 FROM "changed")', run) };
      return `WITH ${held}"changed" AS (${recorded}) ${insertAttempt(insertion, attempt, bind)}`;
    }),
  ];
}

/** Nothing, which the column refuses, unless a condition holds. */
function runIf(condition: string, run: string): string {
  return `CASE WHEN ${condition} THEN ${run} END`;
}

/** Whether an error says that there was nothing to record. */
export function saysUnrecorded(error: unknown, { attempts }: RecordTables): boolean {
  const { table, column } = (error ?? {}) as { readonly table?: unknown; readonly column?: unknown };
  if (table === attempts.name) return column === RUN;
  return messageOf(error).includes(`NOT NULL constraint failed: ${attempts.name}.${RUN}`);
}

/** Notes an attempt that failed. */
export function failedAttempt(
  context: RecordContext,
  { outcome, error }: { readonly outcome: Outcome; readonly error: string },
  write: Writer,
): BoundStatement {
  return write((bind) => insertAttempt(context, { outcome, error }, bind));
}

/** What has to hold besides the lock. */
function conditionsOf(
  { tables, dialect }: RecordContext,
  { condition, newest }: RecordEntry,
  bind: Bind,
): readonly string[] {
  const read = newest === undefined ? [] : [endsWith(newestRecord(tables), newest)];
  return condition === undefined ? read : [condition, ...read];

  /** IS NOT DISTINCT FROM would take its operator from the search path. */
  function endsWith(found: string, expected: string | null): string {
    if (expected === null) return `${found} IS NULL`;
    return `coalesce(${found} ${wordsOf(dialect).equals} CAST(${bind(expected)} AS varchar), false)`;
  }
}

function keptRecord(context: RecordContext, entry: RecordEntry, bind: Bind): string {
  const from = context.fence ? '"held"' : context.tables.migrations.sql;
  const holds = conditionsOf(context, entry, bind).join(' AND ');
  return `SELECT 1 FROM ${from}${holds === '' ? '' : ` WHERE ${holds}`} LIMIT 1`;
}

function changeRecord(context: RecordContext, entry: RecordEntry, bind: Bind): string {
  const { tables, fence, dialect } = context;
  const { outcome, change, count } = entry;
  const table = tables.migrations.sql;
  // Called where it stands in the text, since SQLite's parameters have no numbers.
  const held = () =>
    [...(fence ? ['EXISTS (SELECT 1 FROM "held")'] : []), ...conditionsOf(context, entry, bind)]
      .map((one) => ` AND ${one}`)
      .join('');
  const { equals } = wordsOf(dialect);
  const returning = dialect === 'postgres' ? ' RETURNING 1' : '';
  if (change === 'delete')
    return `DELETE FROM ${table} WHERE "name" ${equals} ${bind(outcome.revision)}${held()}${returning}`;
  const values = `CAST(${bind(outcome.stamp)} AS bigint), CAST(${bind(outcome.revision)} AS varchar)`;
  const isNew = `NOT EXISTS (SELECT 1 FROM ${table} WHERE "name" ${equals} ${bind(outcome.revision)})`;
  // The list has no index on names; to read all of it for each revision adds up.
  const absent = count
    ? `(${numbersGiven(count.sequence)} ${equals} CAST(${bind(count.given)} AS bigint) OR ${isNew})`
    : isNew;
  return `INSERT INTO ${table} ("timestamp", "name") SELECT ${values} WHERE ${absent}${held()}${returning}`;
}

/** A row while the lock is held. What is taken here, when it is free, goes with the transaction. */
export function heldLock({ key }: Fence, bind: Bind): string {
  return `SELECT 1 WHERE NOT pg_catalog.pg_try_advisory_xact_lock(CAST(${bind(key)} AS bigint))`;
}

function insertAttempt(
  { dialect, tables, run }: RecordContext,
  { outcome, error }: { readonly outcome: Outcome; readonly error: string | null },
  bind: Bind,
): string {
  const { revision, direction, kind, checksums, durationMs, tries } = outcome;
  const text = (value: string | null) => `CAST(${bind(value)} AS varchar)`;
  const words = [
    revision,
    direction,
    kind,
    error === null ? 'done' : 'failed',
    checksums?.up ?? null,
    checksums?.down ?? null,
  ];
  const first = words.map(text).join(', ');
  const started = startedAt(dialect, durationMs, bind);
  const finished = dialect === 'postgres' ? 'pg_catalog.clock_timestamp()' : wordsOf(dialect).now;
  const numbers = `CAST(${bind(durationMs)} AS integer), CAST(${bind(tries)} AS integer)`;
  return `INSERT INTO ${tables.attempts.sql} (${COLUMNS}) SELECT ${run}, ${first}, ${started}, ${finished}, ${numbers}, ${text(error)}`;
}

/** Counted back from the end; where nobody measured, the transaction's start where the database knows it. */
function startedAt(dialect: DialectName, durationMs: number | null, bind: Bind): string {
  if (dialect === 'postgres')
    return durationMs === null
      ? 'pg_catalog.now()'
      : `pg_catalog.clock_timestamp() ${MINUS} (CAST(${bind(durationMs)} AS double precision) ${TIMES} interval '1 millisecond')`;
  const shift = durationMs === null ? '' : `, ${bind(`-${(durationMs / 1000).toFixed(3)} seconds`)}`;
  return `strftime('%Y-%m-%d %H:%M:%f', 'now'${shift})`;
}
