import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { PostgresTarget } from '../database-url.js';
import { ScratchDatabaseError, messageOf } from '../errors.js';
import type { Settings } from '../settings.js';
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
 * Creates a database of a random name, lends it, and drops it again, whatever happens. Touches nothing else there.
 *
 * @throws ScratchDatabaseError when it cannot be created
 */
export async function withScratchDatabase<T>(
  server: PostgresTarget,
  use: (target: PostgresTarget) => Promise<T>,
): Promise<T> {
  const database = `scratch_${randomBytes(8).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${database} TEMPLATE template0`);
  try {
    return await use({ ...server, database, shown: server.shown.replace(/\/[^/]*$/, `/${database}`) });
  } finally {
    await onServer(server, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  }
}

async function onServer(server: PostgresTarget, sql: string): Promise<void> {
  const client = new pg.Client(clientConfig(server));
  try {
    await client.connect();
    await client.query(sql);
  } catch (error) {
    throw new ScratchDatabaseError(`${server.shown}: ${messageOf(error)}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
