/** The SQL of heartbeats: the row that each process of the application keeps. The same for all databases. */

import type { RecordSyntax } from './syntax.js';
import type { RecordTables } from './tables.js';
import { valueLiteral } from '../../sql/quote.js';

/** A process of the application, as it describes itself. */
export interface Beating {
  /** Of this process and DataSource; chosen at random. */
  readonly replica: string;
  /** The newest revision of its code; null for none. */
  readonly head: string | null;
  /** Of this package. */
  readonly version: string;
  readonly host: string;
  readonly pid: number;
}

/**
 * Writes the row of a process. Only the primary key has an index, so an update changes no index, and the pages stay as
 * many as they are (HOT).
 */
export function beat({ literal, now }: RecordSyntax, { heartbeats }: RecordTables, process: Beating): string {
  const { replica, head, version, host, pid } = process;
  const text = (value: string | null) => (value === null ? 'NULL' : literal(value));
  const values = [text(replica), text(head), text(version), text(host), valueLiteral(pid)].join(', ');
  return `INSERT INTO ${heartbeats.sql} ("replica", "head", "version", "host", "pid") VALUES (${values})
  ON CONFLICT ("replica") DO UPDATE SET "seen_at" = ${now}, "head" = excluded."head", "version" = excluded."version"`;
}

/** Deletes the row of a process. */
export function leave(
  { literal, equals }: RecordSyntax,
  { heartbeats }: RecordTables,
  replica: string,
): string {
  return `DELETE FROM ${heartbeats.sql} WHERE "replica" ${equals} ${literal(replica)}`;
}

/** The applied contract revisions, which took away what older code uses. */
export function contractRevisions({ equals, onPrimary }: RecordSyntax, { phases }: RecordTables): string {
  return `SELECT "revision" FROM ${phases.sql} WHERE "phase" ${equals} 'contract' AND ${onPrimary}`;
}
