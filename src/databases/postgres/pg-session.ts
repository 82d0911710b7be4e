import { createRequire } from 'node:module';
import type { PostgresTarget } from '../../database-url.js';
import type { Settings } from '../../settings.js';
import { DriverSession, type Driver, type Opened } from '../driver-session.js';
import type { Place } from '../session.js';
import {
  endWithin,
  KEEPALIVE,
  lineOf,
  ownClient,
  type PostgresClient,
  type PostgresDriver,
} from './client.js';
import { explainedConnect } from './lock/own-connection.js';
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
  settings: Settings,
  onWarning: (words: string) => void,
): Promise<DriverSession> {
  const { Client } = createRequire(import.meta.url)('pg') as Pick<PostgresDriver, 'Client'>;
  const target = settings.database as PostgresTarget;
  const place: Place = {
    dialect: 'postgres',
    shown: `postgres://${target.host}:${target.port}/${target.database}`,
    database: target.database,
    driver: { Client, options: optionsOf(target, settings) } satisfies PostgresDriver,
  };
  return new DriverSession(driver, await opened(place, { settings, onWarning }));
}

/** What a session is opened with. */
interface Opening {
  readonly settings: Settings;
  readonly onWarning: (words: string) => void;
}

async function opened(place: Place, opening: Opening): Promise<Opened> {
  const client = ownClient(place);
  client.on('error', () => undefined);
  await explainedConnect(client, place.shown);
  lineOf(client);
  const { statementTimeoutMs } = opening.settings;
  if (statementTimeoutMs !== 0) await client.query(`SET statement_timeout = ${statementTimeoutMs}`);
  return { place, connection: client, again: () => opened(place, opening), onWarning: opening.onWarning };
}

function optionsOf(
  { host, port, user, password, database, ssl, applicationName, options }: PostgresTarget,
  { connectTimeoutMs }: Settings,
): Readonly<Record<string, unknown>> {
  return {
    ...KEEPALIVE,
    host,
    port,
    user,
    password,
    database,
    // node-postgres hides the key of the object that it is given, which a frozen one does not allow.
    ssl: ssl && { ...ssl },
    application_name: applicationName ?? 'orchestrator-db',
    connectionTimeoutMillis: connectTimeoutMs,
    ...(options === undefined ? {} : { options }),
  };
}
