import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { getDataSourceToken, getRepositoryToken } from '@nestjs/typeorm';
import { expect } from 'chai';
import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource, MigrationInterface, QueryRunner, Repository } from 'typeorm';
import {
  createDataSource,
  type DataSourceContents,
  type GuardedDataSource,
} from '../../../src/data-source.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import type { DialectName } from '../../../src/databases/registry.js';
import { entities, Worker } from '../../../src/entities/index.js';
import { LineLogger } from '../../../src/logger.js';
import { migrations } from '../../../src/migrations/index.js';
import { TestDatabaseModule } from '../../../src/nest/testing/test-database-module.js';
import { parseSettings } from '../../../src/settings.js';
import { root, runProcess } from '../../support/run-script.js';
import { postgresServer, urlOf } from '../../support/servers.js';
import { withRawClient } from '../../support/raw-postgres.js';

class Feature {}
Module({})(Feature);

/** As ormconfig.ts makes it; its own database is never connected to. */
function project(list: DataSourceContents['migrations']): GuardedDataSource {
  const settings = parseSettings({
    DATABASE_URL: 'sqlite:/nowhere/at/all.db',
    SCRATCH_DATABASE_URL: urlOf(postgresServer()),
  });
  return createDataSource(settings, {
    entities,
    migrations: list,
    logger: new LineLogger('error', () => undefined),
  });
}

async function testing(
  on?: DialectName,
  name?: string,
  list: DataSourceContents['migrations'] = migrations,
): Promise<TestingModule> {
  const database = TestDatabaseModule.forRoot({
    dataSource: project(list),
    ...(on ? { on } : {}),
    ...(name ? { name } : {}),
  });
  const module = await Test.createTestingModule({ imports: [database, Feature] }).compile();
  return module.init();
}

/** Its `up` may do what stands elsewhere. */
class ByHand1900000000000 implements MigrationInterface {
  up(queryRunner: QueryRunner): Promise<unknown> {
    return queryRunner.query('CREATE TABLE "by_hand" ("id" integer)');
  }

  down(queryRunner: QueryRunner): Promise<unknown> {
    return queryRunner.query('DROP TABLE "by_hand"');
  }
}

const CACHE = join(root, 'node_modules/.cache/orchestrator-db');

/** The folder has files of other commands as well, which run at the same time. */
function kept(): readonly string[] {
  return readdirSync(CACHE).filter((name) => name.startsWith('head-'));
}

async function scratchDatabases(): Promise<readonly string[]> {
  return withRawClient(postgresServer(), async (client) => {
    const sql = `SELECT datname FROM pg_database WHERE datname LIKE 'scratch_%' ORDER BY datname`;
    return (await client.query<{ datname: string }>(sql)).rows.map(({ datname }) => datname);
  });
}

describe('A test database', () => {
  for (const on of ['sqlite', 'postgres'] as const) {
    it(`A test database is at head, in sync, and belongs to one test (${on})`, async () => {
      const [first, second] = await Promise.all([testing(on), testing(on)]);
      const workers = first.get<Repository<Worker>>(getRepositoryToken(Worker));
      await workers.save(workers.create({ workerId: 'w-1' }));
      expect(await second.get<Repository<Worker>>(getRepositoryToken(Worker)).count()).to.equal(0);
      const dataSource = first.get<DataSource>(getDataSourceToken());
      expect(dataSource.options.type === 'postgres').to.equal(on === 'postgres');
      const { changes, pending } = await checkDrift(dataSource);
      expect({ changes, pending }).to.deep.equal({ changes: [], pending: [] });
      await Promise.all([first.close(), second.close()]);
    });
  }

  it('A test database is removed when the module is closed', async () => {
    const sqlite = await testing();
    const file = String(sqlite.get<DataSource>(getDataSourceToken()).options.database);
    expect(existsSync(file)).to.equal(true);
    await sqlite.close();
    expect(existsSync(file)).to.equal(false);
    const before = await scratchDatabases();
    const postgres = await testing('postgres');
    expect(await scratchDatabases()).to.have.lengthOf(before.length + 1);
    await postgres.close();
    expect(await scratchDatabases()).to.deep.equal(before);
  });

  for (const on of ['sqlite', 'postgres'] as const)
    it(`A test database is removed with the process where the module cannot be closed (${on})`, async () => {
      const before = await scratchDatabases();
      const env = { SCRATCH_DATABASE_URL: urlOf(postgresServer()) };
      const script = ['--import', 'tsx', 'test/support/leaking-test.ts', on];
      const { code, stdout, stderr } = await runProcess(process.execPath, script, { env });
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.match(on === 'sqlite' ? /orchestrator-db-test-.*\.db$/ : /^scratch_/);
      expect(existsSync(stdout)).to.equal(false);
      expect(await scratchDatabases()).to.deep.equal(before);
    });

  it('Each process creates its own test database for a revision written by hand, and does not keep it', async () => {
    await (await testing()).close();
    const before = kept();
    const byHand = await testing('sqlite', undefined, [...migrations, ByHand1900000000000]);
    const dataSource = byHand.get<DataSource>(getDataSourceToken());
    expect(await dataSource.query('SELECT * FROM "by_hand"')).to.deep.equal([]);
    await byHand.close();
    expect(kept()).to.deep.equal(before);
  });

  it('Many test databases register one listener for the end of the process (postgres)', async () => {
    await (await testing('postgres')).close();
    const before = process.listenerCount('beforeExit');
    await (await testing('postgres')).close();
    expect(process.listenerCount('beforeExit')).to.equal(before);
  });

  it('The cache keeps no file for longer than a week', async () => {
    for (const file of kept()) rmSync(join(CACHE, file));
    const old = join(CACHE, `head-${'0'.repeat(32)}.db`);
    writeFileSync(old, '');
    utimesSync(old, new Date(0), new Date(0));
    await (await testing()).close();
    expect(existsSync(old)).to.equal(false);
    expect(kept()).to.have.lengthOf(1);
  });

  it('Named test databases exist together', async () => {
    const module = await testing('sqlite', 'second');
    expect(await module.get<Repository<Worker>>(getRepositoryToken(Worker, 'second')).count()).to.equal(0);
    await module.close();
  });
});
