import type { Row } from '../row.js';

/** A connection of `sqlite3`, which calls back. */
interface Calling {
  configure(option: 'busyTimeout', value: number): void;
  all(
    sql: string,
    parameters: readonly unknown[],
    done: (error: Error | null, rows: readonly Row[]) => void,
  ): void;
  exec(sql: string, done: (error: Error | null) => void): void;
  interrupt(): void;
  close(done: (error: Error | null) => void): void;
}

/** A connection of `better-sqlite3`, which is done when it returns. */
interface Blocking {
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
  close(): unknown;
}

interface Statement {
  readonly reader: boolean;
  all(...parameters: readonly unknown[]): readonly Row[];
  run(...parameters: readonly unknown[]): unknown;
}

/** What `sqlite3` exports. */
interface CallingModule {
  readonly Database: new (path: string, flags: number, opened: (error: Error | null) => void) => Calling;
}

/** What `better-sqlite3` exports. */
type BlockingModule = new (
  path: string,
  options: { readonly timeout: number; readonly readonly: boolean },
) => Blocking;

/** https://www.sqlite.org/c3ref/open.html */
export const OPEN_READONLY = 0x01;
export const OPEN_URI = 0x40;
const OPEN_READWRITE = 0x02;
const OPEN_CREATE = 0x04;
const OPEN_FULLMUTEX = 0x10000;

/** The module of either driver. */
export type SqliteModule = CallingModule | BlockingModule;

/** A connection of either driver. */
export type NativeConnection = Calling | Blocking;

/** How a file is opened. */
interface Opening {
  /** How long a busy file is waited for, milliseconds. */
  readonly busyTimeoutMs: number;
  /** Whether nothing can be written, and a missing file is an error; default false. */
  readonly readOnly?: boolean;
}

/** Opens a file, which is made where it does not exist. */
export async function openNative(
  module: SqliteModule,
  path: string,
  { busyTimeoutMs, readOnly = false }: Opening,
): Promise<NativeConnection> {
  if (!('Database' in module)) return new module(path, { timeout: busyTimeoutMs, readonly: readOnly });
  const flags = readOnly ? OPEN_READONLY : OPEN_READWRITE | OPEN_CREATE | OPEN_FULLMUTEX;
  const connection = await new Promise<Calling>((done, fail) => {
    const opened = new module.Database(path, flags, (error) => (error ? fail(error) : done(opened)));
  });
  connection.configure('busyTimeout', busyTimeoutMs);
  return connection;
}

/** Whether nothing else happens in the process while the driver works. */
export function blocks(connection: NativeConnection): connection is Blocking {
  return !('parallelize' in connection);
}

/** The rows of one statement. */
export async function allRows(
  connection: NativeConnection,
  sql: string,
  parameters: readonly unknown[],
): Promise<readonly Row[]> {
  if (!blocks(connection))
    return new Promise((done, fail) => {
      connection.all(sql, parameters, (error, rows) => (error ? fail(error) : done(rows)));
    });
  const statement = connection.prepare(sql);
  if (statement.reader) return statement.all(...parameters);
  statement.run(...parameters);
  return [];
}

/**
 * Sends statements without parameters in one go; the first error ends it, and what comes behind is not done. A turn of
 * the driver takes longer than most statements.
 */
export async function execNative(connection: NativeConnection, statements: readonly string[]): Promise<void> {
  const sql = statements.join('; ');
  if (blocks(connection)) connection.exec(sql);
  else await called((done) => connection.exec(sql, done));
}

/** Whether a transaction is open. One driver cannot tell, but SQLite refuses to begin one inside another. */
export async function isInTransaction(connection: NativeConnection): Promise<boolean> {
  try {
    await execNative(connection, ['BEGIN']);
  } catch {
    return true;
  }
  await execNative(connection, ['ROLLBACK']);
  return false;
}

/** Ends the running statement where the driver can; the other one blocks the process until it is done. */
export function interrupt(connection: NativeConnection): void {
  if (!blocks(connection)) connection.interrupt();
}

/** Closes a connection when what is under way is done. */
export async function closeNative(connection: NativeConnection): Promise<void> {
  if (blocks(connection)) connection.close();
  else await called((done) => connection.close(done));
}

function called(send: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((done, fail) => send((error) => (error ? fail(error) : done())));
}
