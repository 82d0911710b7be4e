/** What either driver would hide of a file: that it does not exist, or cannot be written or read. */

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { SqliteTarget } from '../../database-url.js';
import { ConnectError } from '../../errors/base.js';
import type { ConnectionSettings } from '../database.js';
import { codeOf } from '../driver-error.js';
import { explainConnectFailure, toldBy } from './connect-failure.js';

/** https://www.sqlite.org/wal.html#read_only_databases */
const UNREADABLE = ['SQLITE_READONLY', 'SQLITE_CANTOPEN'];
const WAL_IN_CLOSED_FOLDER =
  'to read a file in WAL mode, or one with an unfinished transaction, this user must be able to write to its folder';

/** Whether a path means a database that ends with its connection. */
export function isInMemory(path: string): boolean {
  return [':memory:', ''].includes(path);
}

/** TypeORM would create the folder of a mistyped path, and report a read-only file only on the first write. */
export function assertReachable(
  settings: ConnectionSettings,
  { readOnly }: { readonly readOnly: boolean },
): void {
  const { path, shown } = settings.database as SqliteTarget;
  if (path === ':memory:') return;
  const folder = dirname(resolve(path));
  const refuse = (reason: string) => new ConnectError(shown, { reason, transient: false });
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw refuse(`the folder ${folder} does not exist`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw refuse('this is a folder, not a file');
  const obstacle = readOnly || !existsSync(path) ? null : whyNotWritable(path);
  if (obstacle !== null) throw refuse(obstacle);
}

function whyNotWritable(path: string): string | null {
  try {
    accessSync(path, constants.W_OK);
    return null;
  } catch (error) {
    return codeOf(error) === 'EROFS'
      ? 'its file system is mounted read-only'
      : 'the file cannot be written by this user';
  }
}

/** Either driver would create the folder, one of them the file. @throws ConnectError */
export function assertFile(path: string): void {
  if (isInMemory(path) || path.startsWith('file:') || existsSync(resolve(path))) return;
  const folder = dirname(resolve(path));
  const reason = existsSync(folder)
    ? 'the file does not exist; `up` creates it'
    : `the folder ${folder} does not exist`;
  throw new ConnectError(`sqlite:${path}`, { reason, transient: false });
}

/** Reads something, since either driver opens the file then. @throws ConnectError */
export async function readFirst(shown: string, query: (sql: string) => Promise<unknown>): Promise<void> {
  try {
    await query('SELECT 1 FROM sqlite_schema LIMIT 1');
  } catch (error) {
    const { reason, transient } = explainConnectFailure(error);
    const code = UNREADABLE.find((name) => toldBy(error).includes(name));
    throw new ConnectError(
      shown,
      { reason: code ? `${WAL_IN_CLOSED_FOLDER} (${code})` : reason, transient },
      { cause: error },
    );
  }
}
