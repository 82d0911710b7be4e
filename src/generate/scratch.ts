import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { PostgresTarget } from '../database-url.js';
import { dialectNamed } from '../dialect/dialect.js';
import { ScratchDatabaseError, messageOf } from '../errors.js';
import { EQ, MATCHES } from '../schema/postgres-sql.js';
import type { Settings } from '../settings.js';
import { unlessAborted } from './abort.js';
import { clientConfig, startEmbeddedPostgres } from './embedded-postgres.js';

/** A server on which databases may be created. */
export interface PostgresServer {
  readonly target: PostgresTarget;
  stop(): Promise<void>;
}

/**
 * The server for scratch databases: SCRATCH_DATABASE_URL, else the embedded one.
 *
 * @throws ScratchDatabaseError when there is neither
 */
export async function scratchServer(settings: Pick<Settings, 'scratch'>): Promise<PostgresServer> {
  const { scratch } = settings;
  if (!scratch) return startEmbeddedPostgres();
  if (scratch.dialect !== 'postgres')
    throw new ScratchDatabaseError('SCRATCH_DATABASE_URL must name a PostgreSQL server.');
  return { target: scratch, stop: () => Promise.resolve() };
}

/**
 * Creates a database of a random name, lends it, and drops it again, whatever happens, also when the signal is aborted
 * meanwhile. Touches nothing else there.
 *
 * @throws ScratchDatabaseError when it cannot be created
 */
export async function withScratchDatabase<T>(
  server: PostgresTarget,
  use: (target: PostgresTarget) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const database = `scratch_${randomBytes(8).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${database} TEMPLATE template0`);
  try {
    const target = { ...server, database, shown: server.shown.replace(/\/[^/]*$/, `/${database}`) };
    return await unlessAborted(use(target), signal);
  } finally {
    await onServer(server, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  }
}

/** Scratch databases that nobody is connected to: a process that was killed could not drop its own. */
export async function leftBehind(server: PostgresTarget): Promise<readonly string[]> {
  const found = await onServer(
    server,
    `SELECT datname FROM pg_catalog.pg_database d WHERE datname ${MATCHES} '^scratch_[0-9a-f]{16}$' AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid ${EQ} d.oid) ORDER BY datname`,
  );
  return found.map(({ datname }) => String(datname));
}

async function onServer(
  server: PostgresTarget,
  sql: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client(clientConfig(server));
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Readonly<Record<string, unknown>>>(sql);
    return rows;
  } catch (error) {
    throw new ScratchDatabaseError(
      `No scratch database on ${server.shown}: ${reasonOf(error)}${remedyFor(error, server)}`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

function reasonOf(error: unknown): string {
  const { reason } = dialectNamed('postgres').explainConnectFailure(error);
  return `${(reason === '' ? messageOf(error) : reason).replace(/\.$/, '')}.`;
}

/** insufficient_privilege */
const NOT_ALLOWED = '42501';

function remedyFor(error: unknown, { user }: PostgresTarget): string {
  if ((error as { readonly code?: unknown }).code === NOT_ALLOWED)
    return ` Its user must be allowed to create databases: ALTER ROLE ${user === undefined ? 'that user' : `"${user}"`} CREATEDB.`;
  return ' SCRATCH_DATABASE_URL names a server on which databases may be created; without it the embedded one is used.';
}
