import type { SqliteTarget } from '../../database-url.js';
import { ConnectError } from '../../errors/base.js';
import type { Settings } from '../../settings.js';
import { DriverSession, type Driver, type Opened } from '../driver-session.js';
import type { Place } from '../session.js';
import { explainConnectFailure } from './connect-failure.js';
import { chooseSqliteModule } from './driver.js';
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
  readonly settings: Settings;
  readonly onWarning: (words: string) => void;
  readonly module: SqliteModule;
}

/**
 * Opens a session over whichever driver is installed.
 *
 * @throws SqliteDriverMissingError, ConnectError
 */
export async function openSqliteSession(
  settings: Settings,
  onWarning: (words: string) => void,
): Promise<DriverSession> {
  const module = chooseSqliteModule() as SqliteModule;
  return openSessionOver({ module, settings, onWarning });
}

/** Opens a session over one driver's module. @throws ConnectError */
export async function openSessionOver(opening: Opening): Promise<DriverSession> {
  return new DriverSession(driver, await opened(opening));
}

/** With what TypeORM sets on its own connections. */
async function opened(opening: Opening): Promise<Opened> {
  const { module, settings, onWarning } = opening;
  const { path, shown } = settings.database as SqliteTarget;
  const place: Place = { dialect: 'sqlite', shown, database: path, driver: module };
  try {
    const connection = await openNative(module, path, settings.busyTimeoutMs);
    await execNative(connection, ['PRAGMA foreign_keys = ON', 'PRAGMA journal_mode = WAL']);
    return { place, connection, again: () => opened(opening), onWarning };
  } catch (error) {
    throw new ConnectError(shown, explainConnectFailure(error), { cause: error });
  }
}
