import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { PostgresTarget } from '../../src/database-url.js';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { postgresServer } from './servers.js';

/** @types/pg does not know that a client need not keep its process alive. */
interface Client extends pg.Client {
  ref(): void;
  unref(): void;
}

let connected: Promise<Client> | undefined;
let pending = 0;

/** Runs a statement on the server's own database, on a connection that stays open and keeps no process alive. */
export async function onServer(sql: string): Promise<void> {
  const client = await (connected ??= connect());
  pending += 1;
  client.ref();
  try {
    await client.query(sql);
  } finally {
    pending -= 1;
    if (pending === 0) client.unref();
  }
}

async function connect(): Promise<Client> {
  const client = new pg.Client(clientConfig(postgresServer())) as Client;
  client.on('error', () => (connected = undefined));
  client.on('end', () => (connected = undefined));
  await client.connect();
  return client;
}

let fileCopy: Promise<string> | undefined;

/** Copies files, which costs half of what writing them to the log costs; before PostgreSQL 15 there is nothing else. */
function strategy(): Promise<string> {
  return (fileCopy ??= serverVersion().then((version) => (version >= 150_000 ? ' STRATEGY FILE_COPY' : '')));
}

/** Of the server of this process: 150003 for 15.3. */
export async function serverVersion(): Promise<number> {
  const client = await (connected ??= connect());
  const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
  return Number(rows[0]?.server_version_num);
}

/** Creates a database of a random name, empty unless it is a copy of another one without connections. */
export async function createDatabase(prefix: string, template = 'template0'): Promise<PostgresTarget> {
  const database = `${prefix}_${randomBytes(8).toString('hex')}`;
  await onServer(`CREATE DATABASE ${database} TEMPLATE ${template}${await strategy()}`);
  const server = postgresServer();
  return { ...server, database, shown: server.shown.replace(/\/[^/]*$/, `/${database}`) };
}

/** Drops it, with open connections too. */
export function dropDatabase({ database }: Pick<PostgresTarget, 'database'>): Promise<void> {
  return onServer(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
}
