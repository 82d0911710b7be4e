import { createRequire } from 'node:module';
import { noteWait } from '../../awaited.js';
import type { ConnectionSettings } from '../database.js';
import { DriverSession, type Driver, type Opened } from '../driver-session.js';
import type { Place } from '../session.js';
import { limitAnswers } from './answers.js';
import { clientOptions } from './client-options.js';
import { endWithin, lineOf, ownClient, type PostgresClient, type PostgresDriver } from './client.js';
import { hasEndedMeanwhile } from './connect-failure.js';
import { explainedConnect } from './lock/own-connection.js';
import { primaryOf } from './primary.js';
import { postgresWire } from './wire.js';

/** How long the farewell may take, milliseconds. */
const FAREWELL_MS = 1000;

/** node-postgres, without TypeORM. */
const driver: Driver = Object.freeze<Driver>({
  ...postgresWire,
  query: async (connection, sql, parameters) => {
    const { rows } = await (connection as PostgresClient).query(sql, parameters);
    return rows;
  },
  hasEnded: (connection) => lineOf(connection as PostgresClient).ended !== undefined,
  end: (connection) => endWithin(connection as PostgresClient, FAREWELL_MS),
});

/** Opens a session over node-postgres, which has to be installed. @throws ConnectError */
export async function openPgSession(
  settings: ConnectionSettings,
  onWarning: (words: string) => void,
): Promise<DriverSession> {
  const { Client } = createRequire(import.meta.url)('pg') as Pick<PostgresDriver, 'Client'>;
  const target = await primaryOf(settings);
  const place: Place = {
    dialect: 'postgres',
    shown: `postgres://${target.host}:${target.port}/${target.database}`,
    database: target.database,
    driver: { Client, options: clientOptions(target, settings) } satisfies PostgresDriver,
  };
  return new DriverSession(driver, await opened(place, { settings, shown: target.shown, onWarning }));
}

/** What a session is opened with. */
interface Opening {
  readonly settings: ConnectionSettings;
  /** The URL for people to read, without a password. */
  readonly shown: string;
  readonly onWarning: (words: string) => void;
}

async function opened(place: Place, opening: Opening): Promise<Opened> {
  const forget = noteWait(() => `a connection to ${place.shown}`);
  const client = await connected(place, opening).finally(forget);
  limitAnswers(client, { place });
  return { place, connection: client, again: () => opened(place, opening), onWarning: opening.onWarning };
}

/** How often a connection may end while it is being made. */
const TRIES = 3;

async function connected(place: Place, opening: Opening, tries = TRIES): Promise<PostgresClient> {
  const client = ownClient(place);
  client.on('error', () => undefined);
  const { statementTimeoutMs: limit } = opening.settings;
  const first = limit === 0 ? undefined : `SET statement_timeout = ${limit}`;
  try {
    await explainedConnect(client, opening.shown, first);
    return client;
  } catch (error) {
    if (tries > 1 && hasEndedMeanwhile(error)) return connected(place, opening, tries - 1);
    throw error;
  }
}
