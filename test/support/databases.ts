import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { createDataSource, type DataSourceContents, type GuardedDataSource } from '../../src/data-source.js';
import type { KnownTarget, PostgresTarget } from '../../src/database-url.js';
import type { DialectName } from '../../src/databases/registry.js';
import { entities } from '../../src/entities/index.js';
import { LineLogger } from '../../src/logger.js';
import { migrations } from '../../src/migrations/index.js';
import { parseSettings, type Settings } from '../../src/settings.js';
import { copyFileAtHead, createDatabaseAtHead } from './databases-at-head.js';
import { createDatabase, dropDatabase, onServer } from './server-databases.js';
import { isServerOurs, urlOf } from './servers.js';

export { onServer };

/** A database of one test's own, empty at first, gone afterwards. */
export interface TestDatabase {
  readonly dialect: DialectName;
  readonly target: KnownTarget;
  /** For DATABASE_URL of a process that the test starts. */
  readonly url: string;
  /**
   * A DataSource on it, connected; closed after the test. The entities and revisions of the project, unless told
   * otherwise; without a heartbeat, which would be in what tests compare.
   */
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

/** Describes a suite on one kind of database only; the title gives the reason where that is not plain. */
export function onDatabase(
  dialect: DialectName,
  title: string,
  body: (database: () => TestDatabase) => void,
): void {
  describe(title, () => {
    let current: DisposableDatabase | undefined;
    beforeEach(async () => {
      current = lend(dialect, await (dialect === 'sqlite' ? sqlitePlace() : postgresPlace()));
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

interface DisposableDatabase extends TestDatabase {
  takeBack(): Promise<void>;
}

/** Where a database is, from when that is asked for. */
interface Place {
  readonly target: KnownTarget;
  /** Puts all revisions of the project there without running them; false where that is too late. */
  bringToHead(): Promise<boolean>;
  remove(): Promise<void>;
}

async function sqlitePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-test-'));
  const path = join(folder, 'test.db');
  const target = { dialect: 'sqlite', path, shown: `sqlite:${path}` } as const;
  return {
    target,
    bringToHead: async () => {
      if (existsSync(path)) return false;
      await copyFileAtHead(target);
      return true;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** An empty database that the test before this one did not ask for. */
let spare: PostgresTarget | undefined;

/** An empty database, or a copy of one at head: which of them a test needs shows in what it asks for first. */
async function postgresPlace(): Promise<Place> {
  spare ??= await createDatabase('test');
  let target: PostgresTarget | undefined;
  return {
    get target() {
      if (!target) [target, spare] = [spare, undefined];
      if (!target) throw new Error('Two tests at once cannot have a database each.');
      return target;
    },
    bringToHead: async () => {
      if (target) return false;
      target = await createDatabaseAtHead('test');
      return true;
    },
    remove: async () => {
      if (target) await dropDatabase(target);
      if (spare && !isServerOurs()) await dropDatabase(spare);
      if (!isServerOurs()) spare = undefined;
    },
  };
}

function lend(dialect: DialectName, place: Place): DisposableDatabase {
  const opened: DataSource[] = [];
  const connect: TestDatabase['connect'] = async (contents, settings) => {
    const dataSource = createDataSource(
      { ...parseSettings({}), database: place.target, ...settings },
      { entities, migrations, logger: QUIET, heartbeat: false, ...contents },
    );
    await dataSource.initialize();
    opened.push(dataSource);
    return dataSource;
  };
  return {
    dialect,
    get target() {
      return place.target;
    },
    get url() {
      return urlAt(place.target);
    },
    connect,
    connectAtHead: async (contents = {}) => {
      const isThere = isProjectHistory(contents) && (await place.bringToHead());
      const dataSource = await connect(contents);
      if (!isThere) await dataSource.runMigrations();
      return dataSource;
    },
    takeBack: async () => {
      for (const dataSource of opened) if (dataSource.isInitialized) await dataSource.destroy();
      await place.remove();
    },
  };
}

/** A logger would miss what the revisions print, and other revisions are not those of the copy. */
function isProjectHistory({ migrations: own, logger }: Partial<DataSourceContents>): boolean {
  return logger === undefined && (own === undefined || own === migrations);
}

function urlAt(target: KnownTarget): string {
  return target.dialect === 'sqlite' ? `sqlite:${target.path}` : urlOf(target);
}
