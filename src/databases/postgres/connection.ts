import { postgresErrorKind, postgresViolation } from './error-kind.js';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Place, Session } from '../session.js';
import type { DatabaseTarget, PostgresTarget } from '../../database-url.js';
import { ConnectError, SearchPathError } from '../../errors/base.js';
import { ConnectionLostError, DatabaseFailedError, StandbyConflictError } from '../../errors/connection.js';
import type { ReadAll } from '../live-schema.js';
import { READ_SETTINGS, withPlainBackslashes } from '../../sql/postgres-operators.js';
import type { Connections, ConnectionSettings } from '../database.js';
import type { Probe } from '../probe.js';
import {
  CONNECT_MS,
  KEEPALIVE,
  letProcessEnd,
  ownClient,
  poolOf,
  surviveLoss,
  surviveLostClients,
  type PostgresClient,
} from './client.js';
import { searchPathFacts } from './search-path.js';
import { assertOptionsHold } from './startup-options.js';
import { codeOf, ownErrorIn } from '../driver-error.js';
import {
  explainConnectFailure,
  hasEndedMeanwhile,
  isInvalidAnswer,
  TOO_MANY_CONNECTIONS,
} from './connect-failure.js';
import { limitAnswers } from './answers.js';
import { assertReplicas } from './assert-replicas.js';
import { replicaLists, replicaPools, replicasOf, type Credentials } from './replicas.js';
import { shownParts } from '../../server-list.js';
import { openPgSession } from './pg-session.js';
import { primaryOf } from './primary.js';
import { forWrites, type Listed } from './choose-server.js';
import { listClient } from './list-client.js';
import { isLost, isRecoveryConflict, isSqlState } from './sql-state.js';
import { tableLocked } from './table-locks.js';
import { replicaRecords } from './where/replica-records.js';
import { postgresWire } from './wire.js';
import { poolerRemedy } from './pooler-words.js';
import { assertSchemaExists, sessionSchema } from './session-schema.js';

const LOCK_NOT_AVAILABLE = '55P03';

const OFFLINE: PostgresTarget = {
  dialect: 'postgres',
  host: 'localhost',
  port: 5432,
  database: 'offline',
  ssl: false,
  shown: 'offline',
};

/** Connections to PostgreSQL. */
export const postgresConnections: Connections = {
  liftStatementTimeout: 'SET LOCAL statement_timeout = 0',
  connectionOptions,
  primaryOf,
  assertReplicas,
  replicaRecords,
  offlineTarget: OFFLINE,
  readOnlyOptions: () => ({ installExtensions: false }),
  wire: postgresWire,
  place: postgresPlace,
  openSession: openPgSession,
  readAll,
  assertSchema,
  sessionSchema,
  probe,
  defaultSchema,
  assertReachable: () => undefined,
  targetOptions,
  shownDatabase,
  assertExists: () => undefined,
  firstRead: () => Promise.resolve(),
  surviveLostConnections: surviveLostClients,
  assertOptions: (connection) => assertOptionsHold(connection as PostgresClient),
  letProcessEnd,
  survivingOptions,
  typedError,
  errorKind: postgresErrorKind,
  violation: postgresViolation,
  hasEndedMeanwhile,
  explainConnectFailure,
};

function connectionOptions(settings: ConnectionSettings): DataSourceOptions {
  const target = settings.database as PostgresTarget;
  return {
    type: 'postgres',
    ...serversOf(target, replicasOf(settings)),
    applicationName: target.applicationName ?? 'orchestrator-db',
    connectTimeoutMS: settings.connectTimeoutMs,
    poolSize: settings.poolSize,
    installExtensions: false,
    extra: poolOptions(target, settings),
  };
}

/** TypeORM's replication where there are replicas. */
function serversOf(target: PostgresTarget, replicas: readonly PostgresTarget[]): object {
  const master = credentialsOf(target);
  if (replicas.length === 0) return master;
  return { replication: { master, slaves: replicaPools(replicas, credentialsOf) } };
}

function credentialsOf(target: PostgresTarget): Credentials {
  return {
    host: target.host,
    port: target.port,
    ...(target.user === undefined ? {} : { username: target.user }),
    ...(target.password === undefined ? {} : { password: target.password }),
    database: target.database,
    // node-postgres hides the key of the object that it is given, which a frozen one does not allow.
    ssl: target.ssl && { ...target.ssl },
  };
}

function targetOptions(target: DatabaseTarget): Readonly<Record<string, unknown>> {
  const { host, port, user, password, database, ssl } = target as PostgresTarget;
  return { host, port, username: user, password, database, ssl, extra: {} };
}

/** For how long a replica may be silent after its limit of a statement, milliseconds: an answer takes its way. */
const SILENCE_MS = 3000;

/** A statement of its own, since PgBouncer refuses statement_timeout as a startup parameter. */
function poolOptions(target: PostgresTarget, settings: ConnectionSettings): Record<string, unknown> {
  const statementTimeout = `SET statement_timeout = ${settings.statementTimeoutMs}`;
  return {
    ...KEEPALIVE,
    ...(target.options === undefined ? {} : { options: target.options }),
    ...listOptions(target, replicasOf(settings)),
    ...(settings.statementTimeoutMs === 0 ? {} : { silenceMs: settings.statementTimeoutMs + SILENCE_MS }),
    onConnect: async (client: PostgresClient) => {
      surviveLoss(client);
      await assertOptionsHold(client, settings.statementTimeoutMs === 0 ? undefined : statementTimeout);
    },
  };
}

/** Each new connection of a pool looks for its server. With pools for reads, the other one is for writes. */
function listOptions(target: PostgresTarget, replicas: readonly PostgresTarget[]): Record<string, unknown> {
  const { list, shown } = target;
  const listed = list && (replicas.length === 0 ? { list, shown } : forWrites({ list, shown }));
  return {
    ...(listed === undefined ? {} : { listed }),
    ...(replicas.length === 0 ? {} : { replicas: replicaLists(replicas, target) }),
    ...(list === undefined && replicas.length === 0 ? {} : { Client: listClient() }),
  };
}

/** Before what the DataSource's own options do with a new connection. */
function survivingOptions(dataSource: DataSource): Readonly<Record<string, unknown>> {
  const { options } = dataSource;
  const { extra = {}, connectTimeoutMS = CONNECT_MS } = options as {
    readonly extra?: { onConnect?: (client: PostgresClient) => unknown };
    readonly connectTimeoutMS?: number;
  };
  const onConnect = async (client: PostgresClient) => {
    surviveLoss(client);
    limitAnswers(client, { place: postgresPlace(dataSource) });
    await extra.onConnect?.(client);
    await assertOptionsHold(client);
  };
  return { connectTimeoutMS, extra: { ...extra, onConnect } };
}

function typedError({ shown }: Place, error: unknown): unknown {
  const own = ownErrorIn(error);
  if (own) return own;
  if (isLost(error)) return new ConnectionLostError(shown, error, poolerRemedy(error));
  if (isInvalidAnswer(error)) return new ConnectError(shown, explainConnectFailure(error), { cause: error });
  if (isRecoveryConflict(error)) return new StandbyConflictError(shown, error);
  const code = codeOf(error);
  return isSqlState(code) ? new DatabaseFailedError(shown, code, { cause: error }) : error;
}

/**
 * One message without BEGIN is one transaction, here a read-only one that sets what the statements depend on; nothing
 * of it stays behind, on a connection of a pool neither.
 *
 * @throws TableLockedError when another session keeps readers out of a table for longer than a read waits
 */
export function readAll(session: Session): ReadAll {
  const read = reader(session);
  return (statements) =>
    read(statements).catch(async (error: unknown): Promise<never> => {
      if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
      throw await tableLocked(session.place.shown, { read, statements }, error);
    });
}

function reader(session: Session): ReadAll {
  return async (statements) => {
    const sql = [...READ_SETTINGS, ...statements.map(withPlainBackslashes)].join(';\n');
    const results = await session.send([sql]);
    return results.slice(READ_SETTINGS.length);
  };
}

/** A schema that exists and is closed to the role can still be compared: the catalogs tell all about it. */
async function assertSchema(dataSource: DataSource, readAll: ReadAll): Promise<void> {
  const { driver, options } = dataSource;
  const { schema: named } = options as { readonly schema?: string };
  if (named !== undefined) return assertSchemaExists(named, shownDatabase(dataSource), readAll);
  const { schema, searchSchema } = driver as { readonly schema?: unknown; readonly searchSchema?: unknown };
  if ((schema ?? searchSchema ?? 'pg_catalog') !== 'pg_catalog') return;
  const facts = await searchPathFacts(readAll);
  if (facts.existing.length === 0) throw new SearchPathError(facts);
}

/** Where a DataSource connects to. */
export function postgresPlace(dataSource: DataSource): Place {
  return {
    dialect: 'postgres',
    shown: shownDatabase(dataSource),
    database: String(dataSource.options.database),
    // The pool is there only once the DataSource is connected.
    get driver() {
      return poolOf(dataSource);
    },
  };
}

function probe(dataSource: DataSource): Probe {
  const client = ownClient(postgresPlace(dataSource));
  client.on('error', () => undefined);
  const end = () => client.end().catch(() => undefined);
  return { answer: isAlive(client).finally(end), giveUp: () => void end() };
}

/** A server that has no connection to spare has answered. */
async function isAlive(client: PostgresClient): Promise<void> {
  try {
    await client.connect();
    await client.query('SELECT 1');
  } catch (error) {
    if (codeOf(error) !== TOO_MANY_CONNECTIONS) throw error;
  }
}

function defaultSchema(dataSource: DataSource): string {
  const { schema, searchSchema } = dataSource.driver as {
    readonly schema?: string;
    readonly searchSchema?: string;
  };
  return schema ?? searchSchema ?? 'public';
}

/** An address as TypeORM's options have it. */
interface Server {
  readonly host?: string;
  readonly port?: number;
  readonly url?: string;
  readonly extra?: { readonly listed?: Listed };
}

/** What a DataSource connects to, in words and without its password; of several servers, the one that is written to. */
export function shownDatabase(dataSource: DataSource): string {
  const { options: given, database } = dataSource.driver as unknown as {
    readonly options: Server & { readonly replication?: { readonly master: Server } };
    readonly database?: string;
  };
  const { listed } = given.extra ?? {};
  if (listed !== undefined) return withoutUser(listed.shown);
  const options = given.replication?.master ?? given;
  const list = listIn(options.url);
  if (list !== undefined) return list;
  const written = options.url && behindPassword(options.url);
  const url = written === undefined || !URL.canParse(written) ? undefined : new URL(written);
  const host = url?.hostname ?? options.host ?? 'localhost';
  const port = url?.port || (options.port ?? 5432);
  return `postgres://${host}:${port}/${url?.pathname.slice(1) ?? database ?? ''}`;
}

/** TypeORM takes no list of servers; where a URL has one, no address of it would be true. Never a part of a password. */
function listIn(url = ''): string | undefined {
  const [, servers, database] =
    /^[^:]+:\/\/(?:[^/?#@]*@)?([^/?#@]+,[^/?#@]+)(\/[^/?#@]*)[^@]*$/.exec(url) ?? [];
  return servers === undefined ? undefined : `postgres://${servers}${database}`;
}

/** A password that is not encoded may contain @ and /, which a parser takes for the end of the user or the host. */
function behindPassword(url: string): string {
  const path = url.replace(/\?\w+=.*$/, '');
  return path.split('@').length > 2 ? `postgres://${path.slice(path.lastIndexOf('@') + 1)}` : url;
}

function withoutUser(shown: string): string {
  const { servers, after } = shownParts(shown);
  return `postgres://${servers}${after}`;
}
