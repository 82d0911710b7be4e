import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import { cacheFolder } from '../../../src/cache-folder.js';
import type { DialectName } from '../../../src/databases/registry.js';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import { readRawCatalog } from '../../../src/generate/verify/raw-catalog.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { withScratchDatabases } from '../../../src/scratch/scratch-databases.js';
import { scratchSourcesOf } from '../../../src/scratch/scratch-sources.js';
import { eachDatabase, onServer, type TestDatabase } from '../../support/databases.js';
import { withRawClient } from '../../support/raw-postgres.js';
import { revision } from '../../support/revisions.js';
import { postgresServer } from '../../support/servers.js';

type Class = new () => MigrationInterface;

/** A history that no former run of this file had, with a table that has this name. */
function history(...more: readonly string[]): { readonly table: string; readonly classes: readonly Class[] } {
  const table = `kept_${randomBytes(6).toString('hex')}`;
  const create = `CREATE TABLE "${table}" ("id" integer PRIMARY KEY, "at" varchar NOT NULL DEFAULT 'now')`;
  const drop = `DROP TABLE "${table}"`;
  return { table, classes: [revision('Kept1795700000000', [create, ...more], [drop])] };
}

interface Asked {
  readonly dialect: DialectName;
  readonly classes: readonly Class[];
  readonly isFresh?: boolean;
  /** In place of running the history. */
  readonly toHead?: (dataSource: DataSource) => Promise<void>;
}

/** One command that needs the history twice: how often it was run, and the catalogs: of both, and of a run beside. */
async function command({ dialect, classes, isFresh = false, toHead = up }: Asked) {
  const type = dialect === 'sqlite' ? chooseSqliteDriver().type : 'postgres';
  const options = { type, database: 'nowhere', migrations: [...classes], entities: [] } as unknown;
  const sources = scratchSourcesOf(new DataSource(options as DataSourceOptions));
  let runs = 0;
  const settings = { scratch: postgresServer(), isFresh };
  return withScratchDatabases({ settings, sources }, async (databases) => {
    const lend = () =>
      databases.lendAtHead(
        dialect,
        {
          more: [],
          toHead: async (dataSource) => {
            runs += 1;
            await toHead(dataSource);
          },
        },
        catalogOf,
      );
    const first = await lend();
    const second = await lend();
    const made = await databases.lend(dialect, [], async (dataSource) => {
      await up(dataSource);
      return catalogOf(dataSource);
    });
    return { first, second, made, runs };
  });
}

function up(dataSource: DataSource): Promise<void> {
  return migrateUp(dataSource).then(() => undefined);
}

/** What it has, its name and that of the connection aside, and whether anything else can be written. */
async function catalogOf(dataSource: DataSource): Promise<readonly string[]> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    const lines = await readRawCatalog(queryRunner);
    await queryRunner.query('CREATE TABLE "left_behind" ("id" integer)');
    return lines;
  } finally {
    await queryRunner.release();
  }
}

/** The names under which databases are kept. */
async function kept(dialect: DialectName): Promise<readonly string[]> {
  if (dialect === 'sqlite')
    return readdirSync(cacheFolder() ?? '').filter((name) => name.startsWith('history-'));
  return withRawClient(postgresServer(), async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE datname ~ '^orchestrator_db_kept_[0-9a-f]{32}$'",
    );
    return rows.map(({ datname }) => datname);
  });
}

eachDatabase('A history that is kept', (database: () => TestDatabase) => {
  const former = process.cwd();
  let project = '';
  beforeEach(async () => {
    // A cache folder of its own: other tests at the same time have theirs in the one of this project.
    project = await mkdtemp(join(tmpdir(), 'orchestrator-db-kept-'));
    await mkdir(join(project, 'node_modules'));
    process.chdir(project);
  });
  afterEach(async () => {
    process.chdir(former);
    await rm(project, { recursive: true });
  });

  it('The history runs once for all databases of a command, and not again in the next one', async () => {
    const { dialect } = database();
    const { table, classes } = history();
    const one = await command({ dialect, classes });
    const next = await command({ dialect, classes });
    expect([one.runs, next.runs]).to.deep.equal([1, 0]);
    expect(one.first.join('\n')).to.include(table);
    expect([one.second, next.first, next.second]).to.deep.equal([one.first, one.first, one.first]);
  });

  it('A copy is what the history makes', async () => {
    const { dialect } = database();
    const { classes } = history(`CREATE VIEW "kept_view" AS SELECT 1 AS "one"`);
    const { second: copied, made } = await command({ dialect, classes });
    expect(copied.join('\n')).to.include('kept_view');
    expect(copied).to.deep.equal(made);
  });

  it('A revision that changed, and --fresh, run it again', async () => {
    const { dialect } = database();
    const { table, classes } = history();
    await command({ dialect, classes });
    const changed = [
      revision(
        'Kept1795700000000',
        [`CREATE TABLE "${table}" ("id" integer PRIMARY KEY)`],
        [`DROP TABLE "${table}"`],
      ),
    ];
    expect((await command({ dialect, classes: changed })).runs).to.equal(1);
    expect((await command({ dialect, classes, isFresh: true })).runs).to.equal(1);
    expect((await command({ dialect, classes })).runs).to.equal(0);
  });

  it('What fails in the middle is not kept, and the next command runs it', async () => {
    const { dialect } = database();
    const { classes } = history();
    const before = await kept(dialect);
    const half = async (dataSource: DataSource) => {
      await up(dataSource);
      throw new Error('killed');
    };
    const error = await command({ dialect, classes, toHead: half }).catch((reason: unknown) => reason);
    expect(error).to.have.property('message', 'killed');
    expect(await kept(dialect)).to.have.members(before);
    expect((await command({ dialect, classes })).runs).to.equal(1);
  });

  it('Two commands at once have equal databases, and one of them is kept', async () => {
    const { dialect } = database();
    const { classes } = history();
    const both = await Promise.all([command({ dialect, classes }), command({ dialect, classes })]);
    const [one, other] = both;
    expect(one.first).to.deep.equal(other.first);
    expect(one.second).to.deep.equal(other.second);
    expect((await command({ dialect, classes })).runs).to.equal(0);
  });

  it('The newest three stay', async () => {
    const { dialect } = database();
    const all = [history(), history(), history(), history()];
    for (const { classes } of all) await command({ dialect, classes });
    expect(await kept(dialect)).to.have.lengthOf(3);
    const [oldest, ...newer] = all;
    for (const { classes } of newer) expect((await command({ dialect, classes })).runs).to.equal(0);
    expect((await command({ dialect, classes: oldest?.classes ?? [] })).runs).to.equal(1);
  });

  it('A class written by hand, and statements about more than the database, run each time', async () => {
    const { dialect } = database();
    const byHand = class ByHand1795700000000 implements MigrationInterface {
      async up(): Promise<void> {
        // Nothing: what it would do is not known from its text.
      }
      async down(): Promise<void> {
        // The same.
      }
    };
    const beside = history(`SELECT 'ALTER ROLE nobody'`).classes;
    for (const classes of [[byHand], beside]) {
      await command({ dialect, classes });
      expect((await command({ dialect, classes })).runs).to.equal(2);
    }
  });
});

describe('A template of PostgreSQL', () => {
  it('A history with partitions is kept', async () => {
    const { table } = history();
    const parted = history(
      `CREATE TABLE "${table}" ("id" integer) PARTITION BY RANGE ("id")`,
      `CREATE TABLE "${table}_1" ("id" integer)`,
      `ALTER TABLE "${table}" ATTACH PARTITION "${table}_1" FOR VALUES FROM (1) TO (2)`,
    );
    await command({ dialect: 'postgres', classes: parted.classes });
    const next = await command({ dialect: 'postgres', classes: parted.classes });
    expect(next.runs).to.equal(0);
    expect(next.first.join('\n')).to.include(`${table}_1`);
  });

  it('A database that somebody can connect to is not taken for one that is kept', async () => {
    const { classes } = history();
    await command({ dialect: 'postgres', classes });
    for (const name of await kept('postgres'))
      await onServer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    expect((await command({ dialect: 'postgres', classes })).runs).to.be.above(0);
    for (const name of await kept('postgres')) await onServer(`DROP DATABASE ${name}`);
  });
});
