import { dialectNamed, type DialectName } from '../../dialect/dialect.js';
import {
  heldKey,
  type Bind,
  type BoundStatement,
  type Fence,
  type Outcome,
  type RecordContext,
  type Writer,
} from './sql.js';

const COLUMNS =
  '"run_id", "revision", "direction", "kind", "outcome", "checksum_up", "checksum_down", "started_at", "finished_at", "duration_ms", "tries", "error"';

/** What happened to `migrations`: a row more, a row less, or a row that was there and stays. */
export type RecordChange = 'insert' | 'delete' | 'keep';

/** A revision that is to be recorded. */
export interface RecordEntry {
  readonly outcome: Outcome;
  readonly change: RecordChange;
  /** What has to hold besides the lock, as SQL. */
  readonly condition?: string | undefined;
}

/**
 * Records a revision in `migrations` and its outcome in the log. On PostgreSQL that is one statement, which records
 * nothing unless the lock is still held; on SQLite two, in the revision's transaction. The last one answers with a row
 * that has a `recorded` above 0, unless nothing was recorded.
 */
export function recordStatements(
  context: RecordContext,
  entry: RecordEntry,
  write: Writer,
): readonly BoundStatement[] {
  const { tables, dialect, fence, answers } = context;
  const { outcome, change, condition } = entry;
  const returning = answers ? ' RETURNING 1 AS "recorded"' : '';
  if (dialect === 'sqlite') {
    const where = change === 'keep' ? (condition ?? '') : 'changes() > 0';
    return [
      ...(change === 'keep' ? [] : [write((bind) => changeRecord(context, entry, bind))]),
      // TypeORM gives back the rows of a statement that does not begin with INSERT.
      write(
        (bind) =>
          `${answers ? 'WITH "one" AS (SELECT 1) ' : ''}${insertAttempt(context, { outcome, error: null }, bind)}${where && ` WHERE ${where}`}${returning}`,
      ),
    ];
  }
  return [
    write((bind) => {
      const held = fence ? `"held" AS (${heldLock(fence, bind)}), ` : '';
      const recorded =
        change === 'keep'
          ? `SELECT 1 FROM ${fence ? '"held"' : tables.migrations.sql} LIMIT 1`
          : changeRecord(context, entry, bind);
      const attempt = insertAttempt(context, { outcome, error: null }, bind);
      return `WITH ${held}"changed" AS (${recorded}) ${attempt} FROM (SELECT 1 FROM "changed" LIMIT 1) AS "done"${returning}`;
    }),
  ];
}

/** Notes an attempt that failed. */
export function failedAttempt(
  context: RecordContext,
  { outcome, error }: { readonly outcome: Outcome; readonly error: string },
  write: Writer,
): BoundStatement {
  return write((bind) => insertAttempt(context, { outcome, error }, bind));
}

function changeRecord(
  { tables, fence, dialect }: RecordContext,
  { outcome, change, condition }: RecordEntry,
  bind: Bind,
): string {
  const table = tables.migrations.sql;
  const held = `${fence ? ' AND EXISTS (SELECT 1 FROM "held")' : ''}${condition === undefined ? '' : ` AND ${condition}`}`;
  const returning = dialect === 'postgres' ? ' RETURNING 1' : '';
  if (change === 'delete')
    return `DELETE FROM ${table} WHERE "name" = ${bind(outcome.revision)}${held}${returning}`;
  const values = `CAST(${bind(outcome.stamp)} AS bigint), CAST(${bind(outcome.revision)} AS varchar)`;
  return `INSERT INTO ${table} ("timestamp", "name") SELECT ${values} WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE "name" = ${bind(outcome.revision)})${held}${returning}`;
}

/** A session is in one database, so that need not be asked. */
function heldLock({ classid, objid, pid }: Fence, bind: Bind): string {
  return `SELECT 1 FROM pg_locks WHERE ${heldKey(bind(classid), bind(objid))} AND pid = CAST(${bind(pid)} AS integer)`;
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
  const { instant } = dialectNamed(dialect).entityTypes;
  const first = words.map(text).join(', ');
  const started = startedAt(dialect, durationMs, bind);
  const finished = dialect === 'postgres' ? 'clock_timestamp()' : instant.now;
  const numbers = `CAST(${bind(durationMs)} AS integer), CAST(${bind(tries)} AS integer)`;
  return `INSERT INTO ${tables.attempts.sql} (${COLUMNS}) SELECT ${run}, ${first}, ${started}, ${finished}, ${numbers}, ${text(error)}`;
}

/** Counted back from the end; where nobody measured, the transaction's start where the database knows it. */
function startedAt(dialect: DialectName, durationMs: number | null, bind: Bind): string {
  if (dialect === 'postgres')
    return durationMs === null
      ? 'now()'
      : `clock_timestamp() - CAST(${bind(durationMs)} AS double precision) * interval '1 millisecond'`;
  const shift = durationMs === null ? '' : `, ${bind(`-${(durationMs / 1000).toFixed(3)} seconds`)}`;
  return `strftime('%Y-%m-%d %H:%M:%f', 'now'${shift})`;
}
