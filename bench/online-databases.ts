import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { DataSource, type EntitySchema, type MigrationInterface } from 'typeorm';
import { parseDatabaseUrl, type PostgresTarget } from '../src/database-url.js';
import { clientConfig } from '../src/databases/postgres/scratch/embedded-postgres.js';
import { scratchServer, type PostgresServer } from '../src/databases/postgres/scratch/scratch.js';

/** Revision classes. */
export type Revisions = readonly (new () => MigrationInterface)[];

/** The server of TEST_DATABASE_URL or SCRATCH_DATABASE_URL, else the embedded one. */
export function onlineServer(): Promise<PostgresServer> {
  const url = process.env['TEST_DATABASE_URL'] || process.env['SCRATCH_DATABASE_URL'];
  return scratchServer(url ? { scratch: parseDatabaseUrl('TEST_DATABASE_URL', url) } : {});
}

/** Lends a copy of a database, by copying its files; the database itself must have no connections. */
export async function onCopy<T>(
  server: PostgresTarget,
  template: string,
  use: (target: PostgresTarget) => Promise<T>,
): Promise<T> {
  const database = `online_${randomBytes(8).toString('hex')}`;
  const [version] = (await query(server, 'SHOW server_version_num')) as readonly Record<string, string>[];
  const strategy = Number(version?.['server_version_num']) >= 150_000 ? ' STRATEGY file_copy' : '';
  await query(server, `CREATE DATABASE ${database} TEMPLATE ${template}${strategy}`);
  try {
    return await use({ ...server, database, shown: server.shown.replace(/\/[^/]*$/, `/${database}`) });
  } finally {
    await query(server, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  }
}

/** Sends one statement on a connection of its own. */
export async function query(target: PostgresTarget, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client(clientConfig(target));
  await client.connect();
  try {
    const { rows } = (await client.query(sql)) as { readonly rows: readonly unknown[] };
    return rows;
  } finally {
    await client.end();
  }
}

/** A DataSource like that of any project. */
export function dataSourceOn(
  { host, port, user, password, database, ssl, applicationName }: PostgresTarget,
  entities: EntitySchema[],
  migrations: Revisions,
): DataSource {
  return new DataSource({
    type: 'postgres',
    ...(applicationName === undefined ? {} : { applicationName }),
    host,
    port,
    database,
    ssl: ssl && { ...ssl },
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    entities,
    migrations: [...migrations],
  });
}

/** Lends it connected. */
export async function connected<T>(
  dataSource: DataSource,
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  await dataSource.initialize();
  try {
    return await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
