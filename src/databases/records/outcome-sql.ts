import { messageOf } from '../../errors/base.js';
import type { Bind, BoundStatement, Writer } from './bound.js';
import type { Outcome } from './outcome.js';
import { newestRecord } from './sql.js';
import type { RecordContext, RecordEntry } from './syntax.js';
import type { RecordTables } from './tables.js';

const RUN = 'run_id';
const COLUMNS =
  '"run_id", "revision", "direction", "kind", "outcome", "checksum_up", "checksum_down", "started_at", "finished_at", "duration_ms", "tries", "error"';

/** Nothing, which the column refuses, unless a condition holds. */
export function runIf(condition: string, run: string): string {
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
export function conditionsOf(
  { tables, syntax, list }: RecordContext,
  { condition, newest }: RecordEntry,
  bind: Bind,
): readonly string[] {
  const given = condition === undefined ? [] : [condition];
  const same = list === undefined ? [] : [isStill(syntax.identityOf(tables.migrations), list)];
  const read = newest === undefined ? [] : [isStill(newestRecord(tables), newest)];
  return [...given, ...same, ...read];

  /** IS NOT DISTINCT FROM would take its operator from the search path. */
  function isStill(found: string, expected: string | null): string {
    if (expected === null) return `${found} IS NULL`;
    return `coalesce(${found} ${syntax.equals} CAST(${bind(expected)} AS varchar), false)`;
  }
}

/** Inserts a row into the log; see `runIf` for what the database refuses. */
export function insertAttempt(
  { syntax, tables, run }: RecordContext,
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
  const started = syntax.startedAt(durationMs, bind);
  const numbers = `CAST(${bind(durationMs)} AS integer), CAST(${bind(tries)} AS integer)`;
  return `INSERT INTO ${tables.attempts.sql} (${COLUMNS}) SELECT ${run}, ${first}, ${started}, ${syntax.finished}, ${numbers}, ${text(error)}`;
}

/**
 * Inserts or deletes the record of a revision.
 *
 * @param given conditions besides those of the entry, and what else tells that the revision is not recorded yet
 */
export function changeRecord(
  context: RecordContext,
  entry: RecordEntry,
  given: { readonly bind: Bind; readonly also?: string; readonly isNew?: (bind: Bind) => string },
): string {
  const { tables, syntax } = context;
  const { bind, also } = given;
  const { revision, stamp } = entry.outcome;
  const table = tables.migrations.sql;
  // Asked for where they stand in the text, since parameters of SQLite have no numbers.
  const rest = () =>
    [...(also === undefined ? [] : [also]), ...conditionsOf(context, entry, bind)]
      .map((one) => ` AND ${one}`)
      .join('');
  if (entry.change === 'delete')
    return `DELETE FROM ${table} WHERE "name" ${syntax.equals} ${bind(revision)}${rest()}`;
  const values = `CAST(${bind(stamp)} AS bigint), CAST(${bind(revision)} AS varchar)`;
  const numbered = given.isNew?.(bind);
  const unlisted = `NOT EXISTS (SELECT 1 FROM ${table} WHERE "name" ${syntax.equals} ${bind(revision)})`;
  const absent = numbered === undefined ? unlisted : `(${numbered} OR ${unlisted})`;
  return `INSERT INTO ${table} ("timestamp", "name") SELECT ${values} WHERE ${absent}${rest()}`;
}
