import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource, type DataSourceContents, type GuardedDataSource } from '../../src/data-source.js';
import type { DatabaseTarget } from '../../src/database-url.js';
import type { DialectName } from '../../src/dialect/dialect.js';
import { entities } from '../../src/entities/index.js';
import { clientConfig } from '../../src/generate/embedded-postgres.js';
import { LineLogger } from '../../src/logger.js';
import { migrations } from '../../src/migrations/index.js';
import { parseSettings, type Settings } from '../../src/settings.js';
import { postgresServer, urlOf } from './servers.js';

/** A database of one test's own, empty at first, gone afterwards. */
export interface TestDatabase {
  readonly dialect: DialectName;
  readonly target: DatabaseTarget;
  /** For DATABASE_URL of a process that the test starts. */
  readonly url: string;
  /** A DataSource on it, connected; closed after the test. The entities and revisions of the project, unless told otherwise. */
  connect(contents?: Partial<DataSourceContents>, settings?: Partial<Settings>): Promise<GuardedDataSource>;
  /** The same, with all revisions applied. */
  connectAtHead(contents?: Partial<DataSourceContents>): Promise<GuardedDataSource>;
}

const QUIET = new LineLogger('error', () => undefined);

/**
 * Describes a suite twice: on an SQLite file and on real PostgreSQL. The body gets a function that gives the database
 * of the running test.
 */
export function eachDatabase(title: string, body: (database: () => TestDatabase) => void): void {
  onDatabase('sqlite', `${title} (SQLite)`, body);
  onDatabase('postgres', `${title} (PostgreSQL)`, body);
}

/** Describes a suite on one kind of database only; the title says why where that is not plain. */
export function onDatabase(
  dialect: DialectName,
  title: string,
  body: (database: () => TestDatabase) => void,
): void {
  describe(title, () => {
    let current: LentDatabase | undefined;
    beforeEach(async () => {
      current = await (dialect === 'sqlite' ? lendSqlite() : lendPostgres());
    });
    afterEach(async () => {
      await current?.takeBack();
      current = undefined;
    });
    body(() => {
      if (!current) throw new Error('A test database exists only while a test runs.');
      return current;
    });
  });
}

interface LentDatabase extends TestDatabase {
  takeBack(): Promise<void>;
}

async function lendSqlite(): Promise<LentDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-test-'));
  const path = join(folder, 'test.db');
  const target = { dialect: 'sqlite', path, shown: `sqlite:${path}` } as const;
  return lend(target, `sqlite:${path}`, () => rm(folder, { recursive: true, force: true }));
}

async function lendPostgres(): Promise<LentDatabase> {
  const database = `test_${randomBytes(8).toString('hex')}`;
  const server = postgresServer();
  await onServer(`CREATE DATABASE ${database} TEMPLATE template0`);
  const target = { ...server, database, shown: server.shown.replace(/\/[^/]*$/, `/${database}`) };
  return lend(target, urlOf(target), () => onServer(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`));
}

function lend(target: DatabaseTarget, url: string, remove: () => Promise<void>): LentDatabase {
  const opened: DataSource[] = [];
  const connect: TestDatabase['connect'] = async (contents, settings) => {
    const dataSource = createDataSource(
      { ...parseSettings({}), database: target, ...settings },
      { entities, migrations, logger: QUIET, ...contents },
    );
    await dataSource.initialize();
    opened.push(dataSource);
    return dataSource;
  };
  return {
    dialect: target.dialect,
    target,
    url,
    connect,
    connectAtHead: async (contents) => {
      const dataSource = await connect(contents);
      await dataSource.runMigrations();
      return dataSource;
    },
    takeBack: async () => {
      for (const dataSource of opened) if (dataSource.isInitialized) await dataSource.destroy();
      await remove();
    },
  };
}

/** Runs a statement on the server's own database. */
export async function onServer(sql: string): Promise<void> {
  const client = new pg.Client(clientConfig(postgresServer()));
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
