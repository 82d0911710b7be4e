import { Test } from '@nestjs/testing';
import { getDataSourceToken } from '@nestjs/typeorm';
import { expect } from 'chai';
import type { DataSource, MigrationInterface } from 'typeorm';
import { createDataSource } from '../../../src/data-source.js';
import type { PostgresTarget } from '../../../src/database-url.js';
import { LineLogger } from '../../../src/logger.js';
import { migrations } from '../../../src/migrations/index.js';
import { DatabaseModule } from '../../../src/nest/database-module.js';
import { parseSettings } from '../../../src/settings.js';
import { onDatabase } from '../../support/databases.js';
import { startPooler, type Pooler } from '../../support/pgbouncer.js';
import { replacedMigrations } from '../../support/replaced-migrations/index.js';

const SILENCE = () => undefined;
const SILENT = { log: SILENCE, warn: SILENCE, error: SILENCE };
/** The revisions of this project before the one that builds an index outside of any transaction. */
const TRANSACTIONS = migrations.slice(0, 3);
/** The first two are transactions, the fourth is an index that is built outside of any. */
const NOT_ALL = [...migrations.slice(0, 2), ...replacedMigrations];

onDatabase('postgres', 'A NestJS application behind PgBouncer in transaction mode', (database) => {
  let pooler: Pooler;

  before(async () => {
    pooler = await startPooler();
  });

  after(() => pooler.stop());

  /** Migrates at its start; which revisions are recorded then. */
  async function appliedBy(list: readonly (new () => MigrationInterface)[], direct?: PostgresTarget) {
    const target = pooler.through(database().target as PostgresTarget);
    const settings = { ...parseSettings({}), database: target, ...(direct ? { direct } : {}) };
    const logger = new LineLogger('error', SILENCE);
    const dataSource = createDataSource(settings, { entities: [], migrations: list, logger });
    const imports = [DatabaseModule.forRoot({ dataSource, onStart: 'migrate' })];
    const app = await Test.createTestingModule({ imports }).setLogger(SILENT).compile();
    const live = app.get<DataSource>(getDataSourceToken());
    const rows: { readonly name: string }[] = await live.query(
      'SELECT "name" FROM "migrations" ORDER BY "id"',
    );
    await app.close();
    return rows.map(({ name }) => name);
  }

  const namesOf = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

  it('A NestJS application behind PgBouncer in transaction mode migrates by way of DATABASE_DIRECT_URL, and runs by way of the pooler', async () => {
    const applied = await appliedBy(NOT_ALL, database().target as PostgresTarget);
    expect(applied).to.deep.equal(namesOf(NOT_ALL));
  });

  it('A NestJS application behind PgBouncer in transaction mode migrates through the pooler alone where every revision is a transaction', async () => {
    expect(await appliedBy(TRANSACTIONS)).to.deep.equal(namesOf(TRANSACTIONS));
  });

  it('A NestJS application behind PgBouncer in transaction mode does not start where one is not, and reports which one and what to set', async () => {
    const error = await appliedBy(NOT_ALL).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error);
    expect((error as Error).message).to.contain('DATABASE_DIRECT_URL');
    expect((error as Error).message).to.contain('WorkerWorkspacesBuildIxWorkersCreatedAt1795663514196');
  });
});
