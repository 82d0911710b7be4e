import { sqliteErrorKind, sqliteViolation } from './error-kind.js';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Place, Session } from '../session.js';
import { ConnectError, isOwnError } from '../../errors/base.js';
import { DatabaseFailedError } from '../../errors/connection.js';
import type { ReadAll } from '../live-schema.js';
import type { SqliteTarget } from '../../database-url.js';
import type { Connections, ConnectionSettings } from '../database.js';
import { codeOf } from '../driver-error.js';
import { explainConnectFailure, reasonOf, toldBy } from './connect-failure.js';
import { namePlainly } from './column-names.js';
import { chooseSqliteDriver } from './driver.js';
import { openSqliteSession } from './sqlite-session.js';
import { sqliteWire } from './wire.js';

/** https://www.sqlite.org/wal.html#read_only_databases */
const UNREADABLE = ['SQLITE_READONLY', 'SQLITE_CANTOPEN'];
const WAL_IN_CLOSED_FOLDER =
  'to read a file in WAL mode, or one with an unfinished transaction, this user must be able to write to its folder';

const OFFLINE: SqliteTarget = { dialect: 'sqlite', path: ':memory:', shown: 'offline' };

/** Connections to files of SQLite. */
export const sqliteConnections: Connections = {
  driverTypes: ['sqlite', 'better-sqlite3'],
  readOnlyOptions,
  wire: sqliteWire,
  place: (dataSource) => ({
    dialect: 'sqlite',
    shown: shownDatabase(dataSource),
    database: String(dataSource.options.database),
    driver: (dataSource.driver as unknown as { readonly sqlite: unknown }).sqlite,
  }),
  openSession: openSqliteSession,
  readAll,
  assertSchema: () => Promise.resolve(),
  probe: (dataSource) => ({ answer: dataSource.query('SELECT 1'), giveUp: () => undefined }),
  defaultSchema: () => '',
  connectionOptions,
  primaryOf: ({ database }) => Promise.resolve(database),
  assertReplicas: () => Promise.resolve(),
  replicaRecords: () => Promise.resolve([]),
  offlineTarget: OFFLINE,
  targetOptions: (target) => ({ database: (target as SqliteTarget).path, enableWAL: false }),
  assertReachable,
  shownDatabase,
  assertExists,
  firstRead,
  surviveLostConnections: () => undefined,
  assertOptions: namePlainly,
  letProcessEnd: () => undefined,
  survivingOptions: () => ({}),
  typedError,
  errorKind: sqliteErrorKind,
  violation: sqliteViolation,
  hasEndedMeanwhile: () => false,
  explainConnectFailure,
};

function typedError({ shown }: Place, error: unknown): unknown {
  const code = codeOf(error);
  return code.startsWith('SQLITE_') && !isOwnError(error)
    ? new DatabaseFailedError(shown, code, { cause: error, reason: reasonOf(error) })
    : error;
}

function readAll(session: Session): ReadAll {
  return async (statements) => {
    const results: (readonly unknown[])[] = [];
    for (const statement of statements) results.push(await session.query(statement));
    return results;
  };
}

/** Foreign keys are switched on by TypeORM itself, on every connection of either driver. */
function connectionOptions(settings: ConnectionSettings): DataSourceOptions {
  const { path } = settings.database as SqliteTarget;
  const driver = chooseSqliteDriver();
  const common = { database: path, driver: driver.module, enableWAL: true };
  if (driver.type === 'better-sqlite3')
    return { ...common, type: driver.type, timeout: settings.busyTimeoutMs };
  // TypeORM 1 has no such type any more, and its types are what this has to compile with as well.
  const options: Record<string, unknown> = {
    ...common,
    type: driver.type,
    busyTimeout: settings.busyTimeoutMs,
  };
  return options as unknown as DataSourceOptions;
}

/** TypeORM would create the folder of a mistyped path, and report a read-only file only on the first write. */
function assertReachable(settings: ConnectionSettings, { readOnly }: { readonly readOnly: boolean }): void {
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

/** https://www.sqlite.org/c3ref/open.html */
const OPEN_READONLY = 0x01;
const OPEN_URI = 0x40;

/** `flags` is for one driver, `readonly` for the other; it refuses that in memory. */
function readOnlyOptions({ options }: DataSource): Readonly<Record<string, unknown>> {
  const inMemory = [':memory:', ''].includes(String(options.database));
  const { flags = 0 } = options as { readonly flags?: number };
  const readOnly = { flags: OPEN_READONLY | (flags & OPEN_URI), readonly: true };
  return { enableWAL: false, ...(inMemory ? {} : readOnly) };
}

function shownDatabase(dataSource: DataSource): string {
  return `sqlite:${String(dataSource.options.database)}`;
}

/** Either driver would create the folder, one of them the file. */
function assertExists(dataSource: DataSource): void {
  const path = String(dataSource.options.database);
  if (path === ':memory:' || path === '' || path.startsWith('file:') || existsSync(resolve(path))) return;
  const folder = dirname(resolve(path));
  const reason = existsSync(folder)
    ? 'the file does not exist; `up` creates it'
    : `the folder ${folder} does not exist`;
  throw new ConnectError(shownDatabase(dataSource), { reason, transient: false });
}

/** Either driver opens the file when it is first read. */
async function firstRead(dataSource: DataSource): Promise<void> {
  try {
    await dataSource.query('SELECT 1 FROM sqlite_schema LIMIT 1');
  } catch (error) {
    const { reason, transient } = explainConnectFailure(error);
    const code = UNREADABLE.find((name) => toldBy(error).includes(name));
    throw new ConnectError(
      shownDatabase(dataSource),
      { reason: code ? `${WAL_IN_CLOSED_FOLDER} (${code})` : reason, transient },
      { cause: error },
    );
  }
}
