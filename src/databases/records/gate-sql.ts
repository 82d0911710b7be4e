/** The SQL by which a contract revision learns which processes still run. The same for all databases. */

import type { RecordSyntax } from './syntax.js';
import type { RecordTables } from './tables.js';

/** Every heartbeat, and the row of no replica, whose age is that of the table. */
export function readHeartbeats({ elapsedMs, onPrimary }: RecordSyntax, { heartbeats }: RecordTables): string {
  return `SELECT "replica", "head", "version", "host", "pid", "started_at", "seen_at", ${elapsedMs('"seen_at"')} AS "silent_ms", ${elapsedMs('"started_at"')} AS "age_ms"
  FROM ${heartbeats.sql} WHERE ${onPrimary} ORDER BY "started_at", "replica"`;
}
