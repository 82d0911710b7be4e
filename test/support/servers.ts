import { parseDatabaseUrl, type PostgresTarget } from '../../src/database-url.js';
import pg from 'pg';
import {
  clientConfig,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { quoteIdentifier, valueLiteral } from '../../src/sql/quote.js';

let embedded: EmbeddedPostgres | undefined;
let target: PostgresTarget | undefined;
let started: Promise<void> | undefined;

/**
 * Finds the PostgreSQL server of this process: TEST_DATABASE_URL, else an embedded one, started once. Each process that
 * runs tests has a server of its own, since tests read what is true of a whole server: its roles, its scratch
 * databases.
 */
export function startServers(): Promise<void> {
  return (started ??= findServer());
}

async function findServer(): Promise<void> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url) target = postgresOnly(url);
  else {
    embedded = await startEmbeddedPostgres();
    target = embedded.target;
    await easePassword(target);
  }
}

/** Each connection of a test proves the password anew: 4096 rounds of a hash, of which one is enough for a random one. */
async function easePassword({ user = '', password = '', ...place }: PostgresTarget): Promise<void> {
  const client = new pg.Client({ ...clientConfig({ ...place, user, password }) });
  await client.connect();
  await client.query(
    `SET scram_iterations = 1; ALTER ROLE ${quoteIdentifier(user)} PASSWORD ${valueLiteral(password)}`,
  );
  await client.end();
}

/** Stops it and removes its data. A process that ends without this has the same effect. */
export async function stopServers(): Promise<void> {
  await embedded?.stop();
  embedded = undefined;
  target = undefined;
  started = undefined;
}

/** The server; its user may create databases. */
export function postgresServer(): PostgresTarget {
  if (!target)
    throw new Error(
      'PostgreSQL was not started: does the configuration of mocha require test/support/global-setup.ts?',
    );
  return target;
}

/** Whether it ends with this process, and everything in it. */
export function isServerOurs(): boolean {
  return embedded !== undefined;
}

/** The URL of a target, password included, for a process that a test starts. */
export function urlOf({ user, password, host, port, database }: PostgresTarget): string {
  const credentials = user
    ? `${encodeURIComponent(user)}${password ? `:${encodeURIComponent(password)}` : ''}@`
    : '';
  return `postgres://${credentials}${host}:${port}/${encodeURIComponent(database)}`;
}

function postgresOnly(url: string): PostgresTarget {
  const parsed = parseDatabaseUrl('TEST_DATABASE_URL', url);
  if (parsed.dialect !== 'postgres') throw new Error('TEST_DATABASE_URL must name a PostgreSQL server.');
  return parsed;
}
