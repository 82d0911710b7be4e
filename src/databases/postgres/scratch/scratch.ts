/** Scratch databases of PostgreSQL: creates, marks and drops them, on a server of their own. */

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { PostgresTarget } from '../../../database-url.js';
import { limitAnswers } from '../answers.js';
import { endWithin, hangUpClient, type PostgresClient, type PostgresDriver } from '../client.js';
import { explainConnectFailure } from '../connect-failure.js';
import type { GuardScratch } from '../../scratch-place.js';
import type { Place } from '../../session.js';
import { isOwnError, ScratchDatabaseError, messageOf } from '../../../errors/base.js';
import { ServerSilentError } from '../../../errors/connection.js';
import { ScratchUnreachableError } from '../../../errors/scratch.js';
import { EQ, GE, MATCHES } from '../../../sql/postgres-operators.js';
import type { ScratchSettings } from '../../../settings.js';
import { cacheFolder } from '../../../cache-folder.js';
import { unlessAborted } from '../../abort.js';
import { clientConfig, startEmbeddedPostgres } from './embedded-postgres.js';
import { runSetUp, type SetUp } from './set-up.js';
import {
  assertMarked,
  assertNew,
  checkConnections,
  markStatements,
  newMark,
  type CheckedClient,
  type ScratchMark,
} from './scratch-mark.js';

/** A server on which databases may be created. */
export interface PostgresServer {
  readonly target: PostgresTarget;
  /** Has its data kept, where that ends with the process. */
  keep?(): void;
  stop(): Promise<void>;
}

/**
 * The server for scratch databases: SCRATCH_DATABASE_URL, else the embedded one.
 *
 * @throws ScratchDatabaseError when there is neither
 */
export async function scratchServer({ scratch, isFresh }: ScratchSettings): Promise<PostgresServer> {
  if (!scratch) return startEmbeddedPostgres({ cache: cacheFolder(), isFresh });
  if (scratch.dialect !== 'postgres')
    throw new ScratchDatabaseError('SCRATCH_DATABASE_URL must name a PostgreSQL server.');
  return { target: scratch, stop: () => Promise.resolve() };
}

/**
 * Creates a database with a random name, makes sure that connections to it reach it, lends it, and drops it again,
 * whatever happens, also when the signal is aborted meanwhile. Touches nothing else there.
 *
 * @throws ScratchDatabaseError when it cannot be created
 * @throws WrongScratchDatabaseError when a connection reaches another database, or this one is not empty
 * @throws ScratchUnreachableError when it was created, and no connection reaches it
 * @throws ScratchSetupError when a statement of the set-up fails
 */
export async function withScratchDatabase<T>(
  server: PostgresTarget,
  use: (target: PostgresTarget, guard: GuardScratch) => Promise<T>,
  { signal, setUp, templateOf, keep }: ScratchOptions = {},
): Promise<T> {
  signal?.throwIfAborted();
  const database = `scratch_${randomBytes(8).toString('hex')}`;
  const scratch = newMark(database, server);
  await unlessAborted(create(server, scratch, templateOf), signal, CREATE_MS);
  const result = await unlessAborted(onCreated(), signal).catch(async (error: unknown): Promise<never> => {
    await drop(server, database, error instanceof ServerSilentError ? FAREWELL_MS : DROP_MS).catch(
      () => undefined,
    );
    throw error;
  });
  if (!(await keep?.(database))) await drop(server, database);
  return result;

  async function onCreated(): Promise<T> {
    const target = { ...server, database, shown: server.shown.replace(/\/[^/]*$/, `/${database}`) };
    if (!templateOf)
      await onServer(target, (client) => assertNew(client, scratch)).catch((error: unknown) => {
        throw explained(error, scratch);
      });
    signal?.throwIfAborted();
    if (setUp) await onMarked(target, scratch, setUp);
    return guarded({ scratch, target }, (guard) => use(target, guard));
  }
}

/** How a scratch database is made, and what becomes of it. */
interface ScratchOptions {
  readonly signal?: AbortSignal | undefined;
  readonly setUp?: SetUp | undefined;
  /** The database of which it is a copy; default the empty one of the server. */
  readonly templateOf?: ((client: ServerClient) => Promise<string>) | undefined;
  /** Gives it another name, when nothing uses it any more; false where it did not, so that it is dropped. */
  readonly keep?: ((database: string) => Promise<boolean>) | undefined;
}

/** A connection to a server, beside those of a DataSource. */
export type ServerClient = Pick<pg.Client, 'query'>;

/** How long creating one may still take when a signal is aborted meanwhile, milliseconds. */
const CREATE_MS = 3000;
/** How long dropping one may take after a failure, and where the server is silent, milliseconds. */
const DROP_MS = 5000;
const FAREWELL_MS = 1000;

/** In a session of its own: the statements may set its search path, for example. */
function onMarked(target: PostgresTarget, scratch: ScratchMark, setUp: SetUp): Promise<void> {
  return onServer(target, async (client) => {
    await assertMarked(client, scratch);
    await runSetUp(setUp, (sql) => client.query(sql));
  });
}

/**
 * The mark is set on the connection that has created the database: through a pooler, another one may lead elsewhere.
 */
async function create(
  server: PostgresTarget,
  scratch: ScratchMark,
  templateOf: ScratchOptions['templateOf'],
): Promise<void> {
  await onServer(server, async (client) => {
    const strategy = await strategyOn(client);
    const template = (await templateOf?.(client)) ?? 'template0';
    await client.query(`CREATE DATABASE ${scratch.database} TEMPLATE ${template}${strategy}`);
    try {
      await client.query(markStatements(scratch));
    } catch (error) {
      await client.query(`DROP DATABASE IF EXISTS ${scratch.database} WITH (FORCE)`);
      throw error;
    }
  });
}

/**
 * A server that does not wait for the disk copies files in a quarter of the time; for others that means two checkpoints.
 * https://www.postgresql.org/docs/current/sql-createdatabase.html
 */
async function strategyOn(client: ServerClient): Promise<string> {
  const { rows } = await client.query<{ readonly copies: boolean }>(COPIES_FILES);
  return rows[0]?.copies === true ? ' STRATEGY FILE_COPY' : '';
}

const COPIES_FILES = `
  SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 ${GE} 150000
         AND pg_catalog.current_setting('fsync') ${EQ} 'off' AS copies`;

/** @param limitMs how long it may take, milliseconds; then it is left to the server, or to a person */
function drop(server: PostgresTarget, database: string, limitMs?: number): Promise<unknown> {
  const sql = `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`;
  return onServer(server, (client) => client.query(sql), limitMs);
}

/** What a refused connection, or a silent server, makes of the work that wanted it is not what went wrong. */
async function guarded<T>(
  { scratch, target }: { readonly scratch: ScratchMark; readonly target: PostgresTarget },
  use: (guard: GuardScratch) => Promise<T>,
): Promise<T> {
  const refused: unknown[] = [];
  const limit = (client: CheckedClient) =>
    limitAnswers(client as unknown as PostgresClient, {
      place: placeOf(target),
      onSilent: (error) => refused.push(error),
    });
  const check = (client: CheckedClient, connecting: Promise<unknown>) =>
    connecting
      .then(() => {
        limit(client);
        return assertMarked(client, scratch);
      })
      .catch((error: unknown) => {
        const known = explained(error, scratch);
        if (isOwnError(known)) refused.push(known);
        throw isOwnError(known) ? known : noScratch(target, error);
      });
  const result = await use((dataSource) => checkConnections(dataSource, check)).catch((error: unknown) => {
    throw refused[0] ?? error;
  });
  if (refused.length > 0) throw refused[0];
  return result;
}

/** Classes of errors that the server itself reports: rights, resources, operator. */
const OF_SERVER = /^(?:28|53|57)/;

/** A server that has just created a database can be reached by its name: what cannot is something in between. */
function explained(error: unknown, { database, server }: ScratchMark): unknown {
  const cause = error instanceof ScratchDatabaseError ? error.cause : error;
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  const { transient } = explainConnectFailure(cause);
  const isOfServer = transient || (typeof code === 'string' && OF_SERVER.test(code));
  if (isOwnError(cause) || isOfServer) return error;
  return new ScratchUnreachableError(database, { server, reason: reasonOf(cause), cause });
}

/** Scratch databases without a connection: a killed process could not drop its own. */
export async function leftBehind(server: PostgresTarget): Promise<readonly string[]> {
  const { rows } = await onServer(server, (client) => client.query<{ datname: string }>(LEFT_BEHIND));
  return rows.map(({ datname }) => datname);
}

const LEFT_BEHIND = `
  SELECT d.datname FROM pg_catalog.pg_database d
   WHERE d.datname ${MATCHES} '^scratch_[0-9a-f]{16}$'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid ${EQ} d.oid)
   ORDER BY d.datname`;

/** How further connections to it are opened. */
function placeOf(server: PostgresTarget): Place {
  const { shown, database } = server;
  const driver = {
    Client: pg.Client as unknown as PostgresDriver['Client'],
    options: { ...clientConfig(server) },
  };
  return { dialect: 'postgres', shown, database, driver };
}

/**
 * Provides a connection to a server.
 *
 * @param limitMs how long it may take, milliseconds; default without limit
 * @throws ScratchDatabaseError
 */
export async function onServer<T>(
  server: PostgresTarget,
  use: (client: pg.Client) => Promise<T>,
  limitMs?: number,
): Promise<T> {
  const client = new pg.Client(clientConfig(server));
  client.on('error', () => undefined);
  const inside = client as unknown as PostgresClient;
  const late = limitMs === undefined ? undefined : setTimeout(() => hangUpClient(inside), limitMs);
  try {
    await client.connect();
    limitAnswers(inside, { place: placeOf(server) });
    return await use(client);
  } catch (error) {
    throw isOwnError(error) ? error : noScratch(server, error);
  } finally {
    clearTimeout(late);
    await endWithin(inside, FAREWELL_MS);
  }
}

function noScratch(server: PostgresTarget, cause: unknown): ScratchDatabaseError {
  const words = `${reasonOf(cause)}${remedyFor(cause, server)}`;
  return new ScratchDatabaseError(`No scratch database on ${server.shown}: ${words}`, { cause });
}

function reasonOf(error: unknown): string {
  const { reason } = explainConnectFailure(error);
  return `${(reason === '' ? messageOf(error) : reason).replace(/\.$/, '')}.`;
}

/** insufficient_privilege */
const NOT_ALLOWED = '42501';
/** read_only_sql_transaction */
const READ_ONLY = '25006';

function remedyFor(error: unknown, { user }: PostgresTarget): string {
  const { code } = error as { readonly code?: unknown };
  if (code === NOT_ALLOWED)
    return ` Its user must be allowed to create databases: ALTER ROLE ${user === undefined ? 'that user' : `"${user}"`} CREATEDB.`;
  if (code === READ_ONLY)
    return ' The server accepts no writes: it is a standby, or default_transaction_read_only is on. Set SCRATCH_DATABASE_URL to a server that accepts writes, or unset it to use the embedded server.';
  return ' Set SCRATCH_DATABASE_URL to a server on which databases may be created, or unset it to use the embedded server.';
}
