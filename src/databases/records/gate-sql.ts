/** The SQL by which a contract revision learns which processes still run. The same for all databases. */

import type { RecordSyntax } from './syntax.js';
import type { RecordTables } from './tables.js';

/**
 * In words, what keeps a contract revision with that stamp from running, in the column `why`; no rows where nothing
 * does. For scripts, which have nothing but SQL to decide with.
 */
export function contractHindrances(
  { elapsedMs, isOlder, differs, equals, lessThan, joined, youngMs }: RecordSyntax,
  { heartbeats }: RecordTables,
  { stamp, releaseTimeoutMs }: { readonly stamp: number; readonly releaseTimeoutMs: number },
): string {
  const silent = `${elapsedMs('"seen_at"')} ${lessThan} ${releaseTimeoutMs}`;
  const parts = ['"host"', `' pid '`, 'CAST("pid" AS varchar)', `' at '`, `coalesce("head", 'no revision')`];
  const older = `SELECT ${parts.join(` ${joined} `)} AS "why" FROM ${heartbeats.sql} WHERE "replica" ${differs} '' AND ${silent} AND (${isOlder('"head"', stamp)})`;
  const young = `SELECT 'the table of heartbeats is not a minute old' AS "why" FROM ${heartbeats.sql} WHERE "replica" ${equals} '' AND "head" IS NOT NULL AND ${elapsedMs('"started_at"')} ${lessThan} ${youngMs}`;
  return `${older} UNION ALL ${young}`;
}

/** Every heartbeat, and the row of no replica, whose age is that of the table. */
export function readHeartbeats({ elapsedMs, onPrimary }: RecordSyntax, { heartbeats }: RecordTables): string {
  return `SELECT "replica", "head", "version", "host", "pid", "started_at", "seen_at", ${elapsedMs('"seen_at"')} AS "silent_ms", ${elapsedMs('"started_at"')} AS "age_ms"
  FROM ${heartbeats.sql} WHERE ${onPrimary} ORDER BY "started_at", "replica"`;
}
