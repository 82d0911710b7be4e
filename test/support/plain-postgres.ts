import pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresTarget } from '../../src/database-url.js';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { createDatabase, dropDatabase } from './server-databases.js';

/** A PostgreSQL database for DataSources that are TypeORM's own, not of this project. */
export interface PlainDatabase {
  readonly target: PostgresTarget;
  /**
   * A connected DataSource that has one connection, so that what it reads is inside the transaction of `rolledBack`.
   */
  connect(entities: readonly Function[], options?: object): Promise<DataSource>;
  /** Runs statements in a transaction of the first DataSource, lends the result, and rolls back. */
  rolledBack(statements: readonly string[], use: () => Promise<void>): Promise<void>;
  /** The same; a server older than that major version must refuse the statements as a syntax error instead. */
  rolledBackSince(version: number, statements: readonly string[], use: () => Promise<void>): Promise<void>;
  /** Runs statements for good, on a connection of their own. */
  execute(...statements: readonly string[]): Promise<readonly Record<string, unknown>[]>;
  /** Drops it. */
  takeBack(): Promise<void>;
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const SYNTAX_ERROR = '42601';

/** Creates an empty database, and runs statements in it. */
export async function lendPlainPostgres(prepare: readonly string[] = []): Promise<PlainDatabase> {
  const target = await createDatabase('plain');
  const opened: DataSource[] = [];
  const execute: PlainDatabase['execute'] = (...statements) => onTarget(target, statements);
  await execute(...prepare);
  return {
    target,
    execute,
    connect: async (entities, options = {}) => {
      const dataSource = plainDataSource(target, { entities: [...entities], ...options });
      opened.push(await dataSource.initialize());
      return dataSource;
    },
    rolledBack: (statements, use) => inTransaction(opened[0], statements, use),
    rolledBackSince: async (since, statements, use) => {
      const [row] = await execute('SHOW server_version_num');
      const run = inTransaction(opened[0], statements, use);
      if (Number(row?.['server_version_num']) >= since * 10_000) return run;
      const code = await run.then(
        () => undefined,
        (error: unknown) => (error as { readonly code?: string }).code,
      );
      if (code !== SYNTAX_ERROR) throw new Error(`An old server was to refuse it, but: ${code}`);
    },
    takeBack: async () => {
      for (const dataSource of opened) if (dataSource.isInitialized) await dataSource.destroy();
      await dropDatabase(target);
    },
  };
}

/** TypeORM's own DataSource on a target, not connected. */
export function plainDataSource(target: PostgresTarget, options: object): DataSource {
  const { host, port, user, password, database } = target;
  return new DataSource({
    type: 'postgres',
    host,
    port,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    database,
    installExtensions: false,
    poolSize: 1,
    ...options,
  });
}

async function inTransaction(
  dataSource: DataSource | undefined,
  statements: readonly string[],
  use: () => Promise<void>,
): Promise<void> {
  if (!dataSource) throw new Error('Connect a DataSource first.');
  await dataSource.query('BEGIN');
  try {
    for (const sql of statements) await dataSource.query(sql);
    await use();
  } finally {
    await dataSource.query('ROLLBACK');
  }
}

async function onTarget(
  target: PostgresTarget,
  statements: readonly string[],
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(clientConfig(target));
  await client.connect();
  try {
    let rows: readonly Record<string, unknown>[] = [];
    for (const sql of statements) ({ rows } = await client.query<Record<string, unknown>>(sql));
    return rows;
  } finally {
    await client.end();
  }
}
