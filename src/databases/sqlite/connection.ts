import { sqliteErrorKind, sqliteViolation } from './error-kind.js';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Place, Session } from '../session.js';
import { isOwnError } from '../../errors/base.js';
import { DatabaseFailedError } from '../../errors/connection.js';
import type { ReadAll } from '../live-schema.js';
import type { SqliteTarget } from '../../database-url.js';
import type { Connections, ConnectionSettings } from '../database.js';
import { codeOf } from '../driver-error.js';
import { explainConnectFailure, reasonOf } from './connect-failure.js';
import { assertFile, assertReachable, isInMemory, readFirst } from './file-checks.js';
import { namePlainly } from './column-names.js';
import { chooseSqliteDriver } from './driver.js';
import { OPEN_READONLY, OPEN_URI } from './native.js';
import { openSqliteSession } from './sqlite-session.js';
import { sqliteWire } from './wire.js';

const OFFLINE: SqliteTarget = { dialect: 'sqlite', path: ':memory:', shown: 'offline' };

/** Connections to files of SQLite. */
export const sqliteConnections: Connections = {
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
  sessionSchema: () => Promise.resolve(''),
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

/** `flags` is for one driver, `readonly` for the other; it refuses that in memory. */
function readOnlyOptions({ options }: DataSource): Readonly<Record<string, unknown>> {
  const inMemory = isInMemory(String(options.database));
  const { flags = 0 } = options as { readonly flags?: number };
  const readOnly = { flags: OPEN_READONLY | (flags & OPEN_URI), readonly: true };
  return { enableWAL: false, ...(inMemory ? {} : readOnly) };
}

function shownDatabase(dataSource: DataSource): string {
  return `sqlite:${String(dataSource.options.database)}`;
}

function assertExists(dataSource: DataSource): void {
  assertFile(String(dataSource.options.database));
}

/** Either driver opens the file when it is first read. */
function firstRead(dataSource: DataSource): Promise<void> {
  return readFirst(shownDatabase(dataSource), (sql) => dataSource.query(sql));
}
