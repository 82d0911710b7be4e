import type { SqliteTarget } from '../../database-url.js';
import { ConnectError } from '../../errors/base.js';
import { DriverSession, type Driver, type Opened } from '../driver-session.js';
import type { ConnectionSettings } from '../database.js';
import type { Place, Purpose } from '../session.js';
import { explainConnectFailure } from './connect-failure.js';
import { chooseSqliteDriver } from './driver.js';
import { assertFile, assertReachable, isInMemory, readFirst } from './file-checks.js';
import {
  allRows,
  closeNative,
  execNative,
  interrupt,
  openNative,
  type NativeConnection,
  type SqliteModule,
} from './native.js';
import { sqliteWire } from './wire.js';

/** Either driver, without TypeORM. */
const driver: Driver = Object.freeze<Driver>({
  ...sqliteWire,
  query: (connection, sql, parameters) => allRows(connection as NativeConnection, sql, parameters ?? []),
  hasEnded: () => false,
  end: (connection) => closeNative(connection as NativeConnection),
  breakOff: (connection) => {
    interrupt(connection as NativeConnection);
    return closeNative(connection as NativeConnection);
  },
});

/** What a session is opened with. */
interface Opening {
  readonly settings: ConnectionSettings;
  readonly onWarning: (words: string) => void;
  readonly module: SqliteModule;
  /** Default `write`. */
  readonly purpose?: Purpose | undefined;
}

/**
 * Opens a session over whichever driver is installed.
 *
 * @throws SqliteDriverMissingError, ConnectError
 */
export async function openSqliteSession(
  settings: ConnectionSettings,
  onWarning: (words: string) => void,
  purpose?: Purpose,
): Promise<DriverSession> {
  const module = chooseSqliteDriver().module as SqliteModule;
  return openSessionOver({ module, settings, onWarning, purpose });
}

/** Opens a session over one driver's module. @throws ConnectError */
export async function openSessionOver(opening: Opening): Promise<DriverSession> {
  return new DriverSession(driver, await opened(opening));
}

async function opened(opening: Opening): Promise<Opened> {
  const { module, settings, onWarning, purpose = 'write' } = opening;
  const { path, shown } = settings.database as SqliteTarget;
  const place: Place = { dialect: 'sqlite', shown, database: path, driver: module };
  if (purpose !== 'write') assertFile(path);
  assertReachable(settings, { readOnly: purpose === 'read' });
  const connection = await connected(opening, path).catch((error: unknown) => {
    throw new ConnectError(shown, explainConnectFailure(error), { cause: error });
  });
  if (purpose === 'read') await readFirst(shown, (sql) => allRows(connection, sql, []));
  return { place, connection, again: () => opened(opening), onWarning };
}

/** With what TypeORM sets on its own connections. */
async function connected({ module, settings, purpose }: Opening, path: string): Promise<NativeConnection> {
  const readOnly = purpose === 'read' && !isInMemory(path);
  const connection = await openNative(module, path, { busyTimeoutMs: settings.busyTimeoutMs, readOnly });
  const wal = purpose === 'read' ? [] : ['PRAGMA journal_mode = WAL'];
  await execNative(connection, ['PRAGMA foreign_keys = ON', ...wal]);
  return connection;
}
