import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import type { DatabaseTarget, PostgresTarget } from '../../database-url.js';
import { ConnectError, isOwnError, messageOf, SearchPathError } from '../../errors.js';
import { ConnectionLostError, DatabaseFailedError } from '../../errors/connection.js';
import { SchemaMissingError } from '../../errors/server.js';
import type { ReadAll } from '../live-schema.js';
import { READ_SETTINGS, withPlainBackslashes } from '../../sql/postgres-own.js';
import type { Settings } from '../../settings.js';
import type { ConnectFailure, Connections } from '../database.js';
import type { Probe } from '../probe.js';
import {
  KEEPALIVE,
  ownClient,
  surviveLoss,
  surviveLostClients,
  type PostgresClient,
  type PostgresResult,
} from './client.js';
import { isAbsent, searchPathFacts } from './search-path.js';
import { EQ } from '../../sql/postgres-own.js';
import { codeOf as sqlCodeOf, isLost, isSqlState } from './sql-state.js';

const TOO_MANY_CONNECTIONS = '53300';

/** An administrator's command ends one session, or the server and all of them. */
const SESSION_ENDED = 'the server ended the session or is shutting down; try again';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html and Node's own codes. */
const TRANSIENT: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'no answer in time',
  ENOTFOUND: 'the host name cannot be resolved',
  EAI_AGAIN: 'the host name cannot be resolved at the moment',
  ENOENT: 'no server listens on that socket',
  '57P01': SESSION_ENDED,
  '57P03': 'the server is starting up or shutting down',
  [TOO_MANY_CONNECTIONS]: 'the server has too many connections',
};

/** node-postgres gives no code to its own two time-outs. */
const TIMEOUT_WORDS = /timeout expired|connection timeout|terminated unexpectedly/i;

/** Connections to PostgreSQL. */
export const postgresConnections: Connections = {
  driverTypes: ['postgres'],
  liftStatementTimeout: 'SET LOCAL statement_timeout = 0',
  connectionOptions,
  readOnlyOptions: () => ({ installExtensions: false }),
  readAll,
  assertSchema,
  probe,
  hangUp,
  defaultSchema,
  assertReachable: () => undefined,
  targetOptions,
  shownDatabase,
  assertExists: () => undefined,
  firstRead: () => Promise.resolve(),
  surviveLostConnections: surviveLostClients,
  survivingOptions,
  typedError,
  hasEndedMeanwhile,
  explainConnectFailure,
};

function connectionOptions(settings: Settings): DataSourceOptions {
  const target = settings.database as PostgresTarget;
  return {
    type: 'postgres',
    host: target.host,
    port: target.port,
    ...(target.user === undefined ? {} : { username: target.user }),
    ...(target.password === undefined ? {} : { password: target.password }),
    database: target.database,
    // node-postgres hides the key of the object that it is given, which a frozen one does not allow.
    ssl: target.ssl && { ...target.ssl },
    applicationName: target.applicationName ?? 'orchestrator-db',
    connectTimeoutMS: settings.connectTimeoutMs,
    poolSize: settings.poolSize,
    installExtensions: false,
    extra: poolOptions(target, settings),
  };
}

function targetOptions(target: DatabaseTarget): Readonly<Record<string, unknown>> {
  const { host, port, user, password, database, ssl } = target as PostgresTarget;
  return { host, port, username: user, password, database, ssl, extra: {} };
}

/** A statement of its own, since PgBouncer refuses statement_timeout as a startup parameter. */
function poolOptions(target: PostgresTarget, settings: Settings): Record<string, unknown> {
  const statementTimeout = `SET statement_timeout = ${settings.statementTimeoutMs}`;
  return {
    ...KEEPALIVE,
    ...(target.options === undefined ? {} : { options: target.options }),
    onConnect: async (client: PostgresClient) => {
      surviveLoss(client);
      if (settings.statementTimeoutMs !== 0) await client.query(statementTimeout);
    },
  };
}

/** How long connecting may take where the DataSource specifies nothing, milliseconds; node-postgres would wait forever. */
const CONNECT_MS = 10_000;

/** Before what the DataSource's own options do with a new connection. */
function survivingOptions({ options }: DataSource): Readonly<Record<string, unknown>> {
  const { extra = {}, connectTimeoutMS = CONNECT_MS } = options as {
    readonly extra?: { onConnect?: (client: PostgresClient) => unknown };
    readonly connectTimeoutMS?: number;
  };
  const onConnect = async (client: PostgresClient) => {
    surviveLoss(client);
    await extra.onConnect?.(client);
  };
  return { connectTimeoutMS, extra: { ...extra, onConnect } };
}

function typedError(dataSource: DataSource, error: unknown): unknown {
  if (isOwnError(error)) return error;
  if (isLost(error)) return new ConnectionLostError(shownDatabase(dataSource), error);
  const code = sqlCodeOf(error);
  return isSqlState(code) ? new DatabaseFailedError(shownDatabase(dataSource), code, error) : error;
}

/**
 * TypeORM's own `query` keeps the result of one statement only, so the client below it is asked. One message without
 * BEGIN is one transaction, here a read-only one that sets what the statements depend on; nothing of it stays behind, on
 * a connection of a pooler neither.
 */
export function readAll(queryRunner: QueryRunner): ReadAll {
  return async (statements) => {
    const client = (await queryRunner.connect()) as PostgresClient;
    const sql = [...READ_SETTINGS, ...statements.map(withPlainBackslashes)].join(';\n');
    queryRunner.connection.logger.logQuery(sql, [], queryRunner);
    const results = (await client.query(sql)) as unknown as readonly PostgresResult[];
    return results.slice(READ_SETTINGS.length).map((result) => result.rows);
  };
}

/** A schema that exists and is closed to the role can still be compared: the catalogs tell all about it. */
async function assertSchema(dataSource: DataSource, readAll: ReadAll): Promise<void> {
  const { driver, options } = dataSource;
  const { schema: named } = options as { readonly schema?: string };
  if (named !== undefined) return assertSchemaExists(named, dataSource, readAll);
  const { schema, searchSchema } = driver as { readonly schema?: unknown; readonly searchSchema?: unknown };
  if ((schema ?? searchSchema ?? 'pg_catalog') !== 'pg_catalog') return;
  const facts = await searchPathFacts(readAll);
  if (facts.existing.length === 0) throw new SearchPathError(facts);
}

async function assertSchemaExists(schema: string, dataSource: DataSource, readAll: ReadAll): Promise<void> {
  const [rows = []] = await readAll([`SELECT 1 WHERE ${isAbsent(schema)} ${EQ} 1`]);
  if (rows.length > 0) throw new SchemaMissingError(schema, shownDatabase(dataSource));
}

function probe(dataSource: DataSource): Probe {
  const client = ownClient(dataSource);
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

/** node-postgres breaks the connection off where a query is under way; its pool keeps none that is ending. */
async function hangUp(queryRunner: QueryRunner): Promise<void> {
  await ((await queryRunner.connect()) as PostgresClient).end();
}

function defaultSchema(dataSource: DataSource): string {
  const { schema, searchSchema } = dataSource.driver as {
    readonly schema?: string;
    readonly searchSchema?: string;
  };
  return schema ?? searchSchema ?? 'public';
}

/** What a DataSource connects to, in words and without its password. */
export function shownDatabase(dataSource: DataSource): string {
  const { options, database } = dataSource.driver as unknown as {
    readonly options: { readonly host?: string; readonly port?: number; readonly url?: string };
    readonly database?: string;
  };
  const url = options.url === undefined || !URL.canParse(options.url) ? undefined : new URL(options.url);
  const host = url?.hostname ?? options.host ?? 'localhost';
  const port = url?.port || (options.port ?? 5432);
  return `postgres://${host}:${port}/${url?.pathname.slice(1) ?? database ?? ''}`;
}

/** Whether a connection that was being made has ended meanwhile. */
export function hasEndedMeanwhile(error: unknown): boolean {
  const cause = error instanceof ConnectError ? error.cause : error;
  return explainConnectFailure(cause).reason === SESSION_ENDED;
}

/** Why connecting failed, and whether the same attempt may succeed a little later. */
export function explainConnectFailure(error: unknown): ConnectFailure {
  if (error instanceof ConnectionLostError) return explainConnectFailure(error.cause);
  const code = codeOf(error);
  const transient = code === undefined ? undefined : TRANSIENT[code];
  if (transient) return { reason: transient, transient: true };
  const words = messageOf(error);
  if (TIMEOUT_WORDS.test(words)) return { reason: 'no answer in time', transient: true };
  // What TypeORM asks of a connection that has just ended.
  if (isLost(error)) return { reason: SESSION_ENDED, transient: true };
  return { reason: words, transient: false };
}

function codeOf(error: unknown): string | undefined {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = (error as { code?: unknown }).code ?? (first as { code?: unknown }).code;
  return typeof code === 'string' ? code : undefined;
}
