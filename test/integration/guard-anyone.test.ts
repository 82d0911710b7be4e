import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { AbstractLogger, DataSource, type Logger, type MigrationInterface, type QueryRunner } from 'typeorm';
import { databaseNamed } from '../../src/databases/registry.js';
import { guard } from '../../src/guard.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { parseSettings } from '../../src/settings.js';
import { eachDatabase, type TestDatabase } from '../support/databases.js';

class MakeCups1800000000021 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE TABLE cups (id integer)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE cups');
  }
}

class FillCups1800000000022 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('INSERT INTO cups VALUES (7)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DELETE FROM cups');
  }
}

class SpillCups1800000000023 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('SELECT spilt FROM cups');
  }

  async down(): Promise<void> {}
}

/** A logger of TypeORM that keeps every statement, as `logging: true` prints it. */
function loggerOfTypeorm(): { readonly logger: Logger; readonly logged: string[] } {
  const logged: string[] = [];
  class Keeping extends AbstractLogger {
    protected override writeLog(): void {}
    override logQuery(sql: string): void {
      logged.push(sql);
    }
    override logQueryError(_error: string | Error, sql: string): void {
      logged.push(`failed: ${sql}`);
    }
  }
  return { logger: new Keeping(true), logged };
}

/** TypeORM's own DataSource, as a foreign project has it. */
function somebodys(database: TestDatabase, options: object): DataSource {
  const settings = { ...parseSettings({}), database: database.target };
  return new DataSource({
    ...databaseNamed(database.dialect).connectionOptions(settings),
    entities: [],
    migrations: [MakeCups1800000000021, FillCups1800000000022],
    migrationsTableName: 'their_migrations',
    ...options,
  });
}

eachDatabase('guard, on a DataSource of another project', (database) => {
  let dataSource: DataSource | undefined;
  afterEach(async () => {
    if (dataSource?.isInitialized === true) await dataSource.destroy();
  });

  it('guard returns the same DataSource, whose migrationsRun goes through the migrator', async () => {
    const plain = somebodys(database(), { migrationsRun: true });
    dataSource = guard(plain);
    expect(dataSource).to.equal(plain);
    await dataSource.initialize();
    const [run] = await readHistory(dataSource);
    expect(run).to.deep.include({ direction: 'up', outcome: 'completed' });
    expect(run?.attempts.map(({ revision, outcome }) => `${revision} ${outcome}`)).to.deep.equal([
      'MakeCups1800000000021 done',
      'FillCups1800000000022 done',
    ]);
    expect(await dataSource.query('SELECT id FROM cups')).to.deep.equal([{ id: 7 }]);
  });

  it('the log of the project has the statements of the migrations, and not those of lock and records', async () => {
    const { logger, logged } = loggerOfTypeorm();
    dataSource = await guard(somebodys(database(), { logger })).initialize();
    logged.length = 0;
    await dataSource.runMigrations();
    await dataSource.showMigrations();
    await dataSource.undoLastMigration();
    expect(logged).to.deep.equal([
      'CREATE TABLE cups (id integer)',
      'INSERT INTO cups VALUES (7)',
      'DELETE FROM cups',
    ]);
    expect(dataSource.logger).to.equal(logger);
  });

  it('the log of the project has the statement of a migration that fails, with its error', async () => {
    const { logger, logged } = loggerOfTypeorm();
    dataSource = await guard(
      somebodys(database(), { logger, migrations: [MakeCups1800000000021, SpillCups1800000000023] }),
    ).initialize();
    logged.length = 0;
    await dataSource.runMigrations().catch(() => undefined);
    expect(logged).to.deep.equal([
      'CREATE TABLE cups (id integer)',
      'SELECT spilt FROM cups',
      'failed: SELECT spilt FROM cups',
      'ROLLBACK',
    ]);
    await dataSource.query('SELECT 1');
    expect(logged.at(-1)).to.equal('SELECT 1');
  });

  it('the message of an error has the commands that the project can run', async () => {
    const plain = somebodys(database(), {});
    dataSource = await guard(plain).initialize();
    await dataSource.runMigrations();
    await dataSource.destroy();
    const renamed = { migrations: [class MakeMugs1800000000024 extends MakeCups1800000000021 {}] };
    dataSource = await guard(somebodys(database(), renamed)).initialize();
    const error = await dataSource.undoLastMigration().then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    expect(error?.message)
      .to.match(/npx orchestrator-db stamp -d <file> /)
      .and.not.match(/npm run/);
  });

  it('guard keeps the records in the table that the project has chosen, and beside it', async () => {
    dataSource = await guard(somebodys(database(), {})).initialize();
    const made = await dataSource.runMigrations();
    expect(made.map(({ name }) => name)).to.deep.equal(['MakeCups1800000000021', 'FillCups1800000000022']);
    for (const table of ['their_migrations', 'their_migrations_run', 'their_migrations_attempt'])
      expect(await dataSource.query(`SELECT count(*) AS n FROM ${table}`)).to.have.length(1);
  });

  it('guard reports classes written by hand as not checksummed', async () => {
    dataSource = await guard(somebodys(database(), { migrationsRun: true })).initialize();
    const { applied, edited } = await readStatus(dataSource);
    expect(applied.map(({ verification }) => verification)).to.deep.equal([
      'not checksummed',
      'not checksummed',
    ]);
    expect(edited).to.deep.equal([]);
  });

  it('guard reverts and shows through the migrator', async () => {
    dataSource = await guard(somebodys(database(), { migrationsRun: true })).initialize();
    await dataSource.undoLastMigration();
    expect(await dataSource.query('SELECT id FROM cups')).to.deep.equal([]);
    expect(await dataSource.showMigrations()).to.equal(true);
    expect((await readHistory(dataSource)).map(({ direction }) => direction)).to.deep.equal(['up', 'down']);
  });

  it('guard reports what TypeORM alone has applied as unverified or not checksummed, and continues', async () => {
    const theirs = await somebodys(database(), { migrations: [MakeCups1800000000021] }).initialize();
    await theirs.runMigrations();
    await theirs.destroy();
    dataSource = await guard(somebodys(database(), {})).initialize();
    expect(await dataSource.runMigrations()).to.have.length(1);
    const { applied } = await readStatus(dataSource);
    expect(applied.map(({ appliedAt }) => appliedAt === null)).to.deep.equal([true, false]);
  });

  it('guard leaves a list that TypeORM alone can continue', async () => {
    dataSource = await guard(somebodys(database(), { migrations: [MakeCups1800000000021] })).initialize();
    await dataSource.runMigrations();
    const theirs = await somebodys(database(), {}).initialize();
    expect((await theirs.runMigrations()).map(({ name }) => name)).to.deep.equal(['FillCups1800000000022']);
    await theirs.undoLastMigration();
    await theirs.destroy();
    expect((await readStatus(dataSource)).applied.map(({ id }) => id)).to.deep.equal([
      'MakeCups1800000000021',
    ]);
  });
});

describe('guard, with migrations that are named by files', () => {
  it('guard runs the migrations that TypeORM finds in files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-files-'));
    const source = `module.exports = { MakePlates1800000000031: class MakePlates1800000000031 {
      async up(queryRunner) { await queryRunner.query('CREATE TABLE plates (id integer)'); }
      async down(queryRunner) { await queryRunner.query('DROP TABLE plates'); } } };`;
    await writeFile(join(folder, '1800000000031-MakePlates.cjs'), source);
    const memory = { dialect: 'sqlite', path: ':memory:', shown: 'sqlite::memory:' } as const;
    const dataSource = guard(
      new DataSource({
        ...databaseNamed('sqlite').connectionOptions({ ...parseSettings({}), database: memory }),
        migrations: [join(folder, '*.cjs')],
      }),
    );
    await dataSource.initialize();
    try {
      expect(await dataSource.runMigrations()).to.have.length(1);
      expect(await dataSource.query('SELECT * FROM plates')).to.deep.equal([]);
    } finally {
      await dataSource.destroy();
      await rm(folder, { recursive: true });
    }
  });
});
