/** The SQL by which a contract revision learns which processes still run. The same for all databases. */

import { beginHeartbeats } from './sql.js';
import type { RecordSyntax } from './syntax.js';
import { valueLiteral } from '../../sql/quote.js';
import type { RecordTables } from './tables.js';

/**
 * In words, what keeps a contract revision with that stamp from running, in the column `why`; no rows where nothing
 * does. For scripts, which have nothing but SQL to decide with.
 */
export function contractHindrances(
  syntax: RecordSyntax,
  tables: RecordTables,
  { stamp, releaseTimeoutMs }: { readonly stamp: number; readonly releaseTimeoutMs: number },
): string {
  const { elapsedMs, isOlder, differs, equals, lessThan, joined, youngMs } = syntax;
  const { heartbeats } = tables;
  const silent = `${elapsedMs('"seen_at"')} ${lessThan} ${releaseTimeoutMs}`;
  const parts = [
    `'older releases are connected: '`,
    '"host"',
    `' pid '`,
    'CAST("pid" AS varchar)',
    `' at '`,
    `coalesce("head", 'no revision')`,
  ];
  const older = `SELECT ${parts.join(` ${joined} `)} AS "why" FROM ${heartbeats.sql} WHERE "replica" ${differs} '' AND ${silent} AND (${isOlder('"head"', stamp)})`;
  const young = `SELECT 'the table of heartbeats is not a minute old' AS "why" FROM ${heartbeats.sql} WHERE "replica" ${equals} '' AND "head" IS NOT NULL AND ${elapsedMs('"started_at"')} ${lessThan} ${youngMs}`;
  return [older, young, ...(youngMs > 0 ? [emptied(syntax, tables)] : [])].join(' UNION ALL ');
}

/** A script that is refused leaves nothing behind, so it says how to date the table again. */
function emptied({ equals, literal }: RecordSyntax, tables: RecordTables): string {
  const own = { host: 'by hand', pid: 0, tool: 'by hand' };
  const words = `no row of the table of heartbeats shows its age, so it may have lost its rows. Run: ${beginHeartbeats(tables, own, valueLiteral)}; and start this script again after a minute`;
  return `SELECT ${literal(words)} AS "why" WHERE NOT EXISTS (SELECT 1 FROM ${tables.heartbeats.sql} WHERE "replica" ${equals} '')`;
}

/** Every heartbeat, and the row of no replica, whose age is that of the table. */
export function readHeartbeats({ elapsedMs, onPrimary }: RecordSyntax, { heartbeats }: RecordTables): string {
  return `SELECT "replica", "head", "version", "host", "pid", "started_at", "seen_at", ${elapsedMs('"seen_at"')} AS "silent_ms", ${elapsedMs('"started_at"')} AS "age_ms"
  FROM ${heartbeats.sql} WHERE ${onPrimary} ORDER BY "started_at", "replica"`;
}
