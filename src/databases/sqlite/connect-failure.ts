import { messageOf } from '../../errors/base.js';
import type { ConnectFailure } from '../database.js';
import { codeOf } from '../driver-error.js';

/** https://www.sqlite.org/rescode.html; better-sqlite3 gives extended codes, whose beginning is the same. */
const REASONS: Readonly<Record<string, string>> = {
  SQLITE_NOTADB: 'the file is not an SQLite database; check the path',
  SQLITE_CORRUPT:
    'the file is damaged; restore it from a backup, or recover its rows with .recover in sqlite3',
  SQLITE_READONLY:
    'the file, or the folder it is in, cannot be written, or the connection has set PRAGMA query_only',
  SQLITE_CANTOPEN: 'the file cannot be opened; check that this user may read and write it and its folder',
  SQLITE_BUSY:
    'another process has locked the file; wait until it has ended, or set DB_BUSY_TIMEOUT_MS higher',
  SQLITE_FULL: 'the disk is full',
};

/** Why a file could not be opened or read, in words. */
export function explainConnectFailure(error: unknown): ConnectFailure {
  return { reason: attachReason(error) ?? reasonOf(error) ?? messageOf(error), transient: false };
}

/** TypeORM attaches the files that entities name; a connection that only reads creates none. */
function attachReason(error: unknown): string | undefined {
  const { query } = error as { readonly query?: unknown };
  const file = /^ATTACH "(.*)" AS /s.exec(String(query))?.[1];
  if (file === undefined || !toldBy(error).includes('SQLITE_CANTOPEN')) return undefined;
  return `the attached file ${file} cannot be opened; check that it exists, and that this user may read and write it and its folder (SQLITE_CANTOPEN)`;
}

/** What is wrong with the file, what to do, and SQLite's code; undefined for other errors. */
export function reasonOf(error: unknown): string | undefined {
  const known = Object.keys(REASONS).find((name) => toldBy(error).includes(name));
  return known === undefined ? undefined : `${REASONS[known]} (${known})`;
}

/** The code of an error; a driver that gives none begins its message with it. */
export function toldBy(error: unknown): string {
  return codeOf(error) || messageOf(error);
}
