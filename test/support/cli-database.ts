import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { parseDatabaseUrl } from '../../src/database-url.js';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import type { TestDatabase } from './databases.js';

/** One row, by column name. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * How a process shows the database of a URL that it was given; not the same as the target's own `shown` where
 * TEST_DATABASE_URL leaves the port out.
 */
export function shownOf(url: string): string {
  const target = parseDatabaseUrl('DATABASE_URL', url);
  const secret = target.dialect === 'postgres' ? target.password : undefined;
  if (secret !== undefined && target.shown.includes(secret)) throw new Error('A password is shown.');
  return target.shown;
}

/** Runs SQL and gives its rows. */
export type Query = (sql: string) => Promise<readonly Row[]>;

/** Provides a connection that knows nothing of our entities, so that what it reads is what is there. */
export async function onRawConnection<T>(
  database: Pick<TestDatabase, 'target'>,
  use: (query: Query) => Promise<T>,
): Promise<T> {
  return database.target.dialect === 'postgres'
    ? onPostgres(clientConfig(database.target), use)
    : onSqlite(database.target.path, use);
}

/** The rows of one statement, by a connection of its own. */
export function rowsOf(database: Pick<TestDatabase, 'target'>, sql: string): Promise<readonly Row[]> {
  return onRawConnection(database, (query) => query(sql));
}

/** Runs statements one after the other, on one connection. */
export function execute(
  database: Pick<TestDatabase, 'target'>,
  statements: readonly string[],
): Promise<void> {
  return onRawConnection(database, async (query) => {
    for (const sql of statements) await query(sql);
  });
}

/**
 * Every row of every table, the list of revisions included, the counters that number new rows, and the statements or
 * types that the tables consist of.
 */
export function dumpOf(database: TestDatabase): Promise<Readonly<Record<string, readonly Row[]>>> {
  return onRawConnection(database, async (query) => {
    const dump: Record<string, readonly Row[]> = { schema: await query(SCHEMA[database.dialect]) };
    if (database.dialect === 'postgres') dump['counters'] = await query(COUNTERS);
    for (const { name } of await query(TABLES[database.dialect]))
      dump[String(name)] = await query(`SELECT * FROM "${String(name)}" ORDER BY 1`);
    return dump;
  });
}

/** Names of the tables; none in an empty database. */
export async function tablesOf(database: TestDatabase): Promise<readonly string[]> {
  return (await rowsOf(database, TABLES[database.dialect])).map(({ name }) => String(name));
}

const TABLES = {
  sqlite: `SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`,
  postgres: `SELECT relname AS name FROM pg_class
              WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname`,
};

/** SQLite keeps them in a table, sqlite_sequence. */
const COUNTERS = 'SELECT sequencename, last_value FROM pg_sequences ORDER BY sequencename';

const SCHEMA = {
  sqlite: 'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name',
  postgres: `SELECT c.relkind, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
              WHERE c.relnamespace = 'public'::regnamespace ORDER BY c.relname, a.attnum`,
};

async function onPostgres<T>(config: pg.ClientConfig, use: (query: Query) => Promise<T>): Promise<T> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return await use(async (sql) => (await client.query<Row>(sql)).rows);
  } finally {
    await client.end();
  }
}

/** Through a DataSource without entities, which hides the difference between the two drivers. */
async function onSqlite<T>(path: string, use: (query: Query) => Promise<T>): Promise<T> {
  const { type, module } = chooseSqliteDriver();
  const options = { type, database: path, driver: module } as DataSourceOptions;
  const dataSource = await new DataSource(options).initialize();
  try {
    return await use((sql) => dataSource.query(sql));
  } finally {
    await dataSource.destroy();
  }
}
