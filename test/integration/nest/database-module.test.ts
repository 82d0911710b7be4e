import { Test, type TestingModule } from '@nestjs/testing';
import { getDataSourceToken, getRepositoryToken } from '@nestjs/typeorm';
import { expect } from 'chai';
import type { DataSource, Repository } from 'typeorm';
import { systemClock } from '../../../src/clock.js';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import type { GuardOptions } from '../../../src/guard.js';
import { DatabaseAheadError } from '../../../src/errors/migration.js';
import { entities, Worker } from '../../../src/entities/index.js';
import { DatabaseOptionError, StartRefusedError, StartWaitError } from '../../../src/errors/start.js';
import { LineLogger } from '../../../src/logger.js';
import { migrations } from '../../../src/migrations/index.js';
import type { DatabaseHealthIndicator } from '../../../src/nest/health-indicator.js';
import {
  databaseHealthToken,
  DatabaseModule,
  type DatabaseModuleOptions,
} from '../../../src/nest/database-module.js';
import { Readiness } from '../../../src/nest/readiness.js';
import { parseSettings } from '../../../src/settings.js';
import { eachDatabase, type TestDatabase } from '../../support/databases.js';

const silence = () => undefined;
const SILENT = { log: silence, warn: silence, error: silence };

type GivenOptions = Partial<DatabaseModuleOptions>;

function sourceOn({ target }: TestDatabase, migrating: GuardOptions = {}): GuardedDataSource {
  const logger = new LineLogger('error', () => undefined);
  const settings = { ...parseSettings({}), database: target };
  return createDataSource(settings, { entities, migrations, logger, migrating });
}

async function started(database: TestDatabase, given: GivenOptions, name?: string): Promise<TestingModule> {
  const options = { dataSource: sourceOn(database), ...given, ...(name === undefined ? {} : { name }) };
  const module = await Test.createTestingModule({ imports: [DatabaseModule.forRoot(options)] })
    .setLogger(SILENT)
    .compile();
  return module.init();
}

/** The error of an application that does not start. It closes the connections. */
async function refusal(database: TestDatabase, given: GivenOptions): Promise<unknown> {
  const dataSource = given.dataSource ?? sourceOn(database);
  try {
    await (await started(database, { ...given, dataSource })).close();
  } catch (error) {
    expect(dataSource.isInitialized).to.equal(false);
    return error;
  }
  throw new Error('It started.');
}

eachDatabase('The database module of a NestJS application', (database) => {
  it('The database module migrates, and provides repositories', async () => {
    const app = await started(database(), { onStart: 'migrate' });
    const workers = app.get<Repository<Worker>>(getRepositoryToken(Worker));
    await workers.save(workers.create({ workerId: 'w-1' }));
    expect(await workers.countBy({ workerId: 'w-1' })).to.equal(1);
    await app.close();
  });

  it('The database module provides the DataSource only after it has migrated', async () => {
    const counting = {
      provide: 'counting',
      inject: [getDataSourceToken()],
      useFactory: (dataSource: DataSource) => dataSource.query('SELECT count(*) AS n FROM "jobs"'),
    };
    const options = { dataSource: sourceOn(database()), onStart: 'migrate' as const };
    const module = await Test.createTestingModule({
      imports: [DatabaseModule.forRoot(options)],
      providers: [counting],
    })
      .setLogger(SILENT)
      .compile();
    expect(Number(module.get<{ n: unknown }[]>('counting')[0]?.n)).to.equal(0);
    await module.close();
  });

  for (const [given, words] of [
    [{ onStart: 'chek' }, "onStart is 'chek'; it takes one of nothing, check, migrate, wait."],
    [{ waitMs: NaN }, 'waitMs is NaN; it takes a number of milliseconds from 0 to 2147483647.'],
    [{ driftCacheMs: '60' }, "driftCacheMs is '60'; it takes a number of milliseconds from 0 to 2147483647."],
    [{ showDetails: true }, 'showDetails is true; it takes one of never, always.'],
  ] as const)
    it(`The database module refuses: ${words}`, async () => {
      const error = await refusal(database(), given as unknown as GivenOptions);
      expect(error).to.be.instanceOf(DatabaseOptionError);
      expect((error as Error).message).to.equal(`DatabaseModule: ${words}`);
    });

  it('The application does not start while revisions are pending, and names them, unless onStart is nothing', async () => {
    const error = await refusal(database(), {});
    expect(error).to.be.instanceOf(StartRefusedError);
    expect((error as Error).message).to.contain('Apply the pending revisions');
    for (const { name } of migrations) expect((error as Error).message).to.contain(name);
    await (await started(database(), { onStart: 'nothing' })).close();
  });

  it('The application does not start on a schema that differs from the entities, and names the differences', async () => {
    const live = await database().connectAtHead();
    await (await started(database(), {})).close();
    await live.query('ALTER TABLE "workers" ADD COLUMN "by_hand" integer');
    const error = await refusal(database(), { onStart: 'check' });
    expect(error).to.be.instanceOf(StartRefusedError);
    expect((error as Error).message).to.contain('workers.by_hand');
  });

  it('The application waits until another process has migrated, and at most waitMs', async () => {
    const error = await refusal(database(), { onStart: 'wait', waitMs: 100 });
    expect(error).to.be.instanceOf(StartWaitError);
    const [first, last] = [migrations[0].name, migrations.at(-1)?.name ?? ''];
    expect((error as Error).message).to.contain(
      `after 0.1 s these revisions are still pending: ${first} ... ${last}, ${migrations.length} in all`,
    );
    const waiting = started(database(), { onStart: 'wait', waitMs: 30_000 });
    await database().connectAtHead();
    await (await waiting).close();
  });

  it('Readiness reports why the application is not ready, and when it is ready again', async () => {
    const live = await database().connect();
    const app = await started(database(), { onStart: 'nothing', driftCacheMs: 0 });
    const health = app.get<DatabaseHealthIndicator>(databaseHealthToken());
    expect(await health.live('db')).to.deep.equal({ db: { status: 'up' } });
    expect(await health.ready('db')).to.deep.equal({
      db: { status: 'down', reason: 'pending', counts: { pending: migrations.length } },
    });
    await live.runMigrations();
    expect(await health.ready('db')).to.deep.equal({ db: { status: 'up' } });
    await live.query('DROP INDEX "ix_workers_created_at"');
    expect(await health.ready('db')).to.deep.equal({
      db: { status: 'down', reason: 'drift', counts: { differences: 1, uncomparable: 0 } },
    });
    await live.destroy();
    await app.get<DataSource>(getDataSourceToken()).destroy();
    for (const look of [health.live('db'), health.ready('db')])
      expect(await look).to.deep.equal({ db: { status: 'down', reason: 'unreachable' } });
    await app.close();
  });

  it('Readiness shows names only with showDetails, and logs them once for each change', async () => {
    const live = await database().connect();
    const told: string[] = [];
    const app = await started(database(), { onStart: 'nothing', driftCacheMs: 0, showDetails: 'always' });
    app.useLogger({ ...SILENT, warn: (line: string) => told.push(line) });
    const health = app.get<DatabaseHealthIndicator>(databaseHealthToken());
    const ids = migrations.map(({ name }) => name);
    for (let times = 0; times < 2; times += 1)
      expect((await health.ready('db'))['db']).to.deep.include({ reason: 'pending', details: ids });
    await live.runMigrations();
    await live.query('DROP INDEX "ix_workers_created_at"');
    expect(JSON.stringify(await health.ready('db'))).to.contain('ix_workers_created_at');
    await live.query('CREATE INDEX "ix_workers_created_at" ON "workers" ("created_at")');
    for (let times = 0; times < 2; times += 1)
      expect(await health.ready('db')).to.deep.equal({ db: { status: 'up' } });
    expect(told.map((line) => line.replace(/; .*/, '; ...'))).to.deep.equal([
      `default: not ready, pending: ${ids[0] ?? ''}; ...`,
      'default: not ready, drift: 1 difference in 1 table; ...',
      'default: ready again',
    ]);
    await app.close();
  });

  it('Readiness reuses its result for driftCacheMs', async () => {
    const live = await database().connectAtHead();
    const app = await started(database(), { driftCacheMs: 600_000 });
    const health = app.get<DatabaseHealthIndicator>(databaseHealthToken());
    expect(await health.ready('db')).to.deep.equal({ db: { status: 'up' } });
    await live.query('DROP INDEX "ix_workers_created_at"');
    expect(await health.ready('db')).to.deep.equal({ db: { status: 'up' } });
    await app.close();
  });

  it('The application starts on a database ahead of the code where that is allowed, and is ready', async () => {
    const live = await database().connectAtHead();
    await live.query(
      `INSERT INTO "migrations" ("timestamp", "name") VALUES (1900000000000, 'Later1900000000000')`,
    );
    for (const onStart of ['nothing', 'wait'] as const) {
      const app = await started(database(), { onStart });
      const health = app.get<DatabaseHealthIndicator>(databaseHealthToken());
      expect(await health.ready('db')).to.deep.equal({ db: { status: 'up' } });
      await app.close();
    }
    const ahead = await refusal(database(), { onStart: 'migrate' });
    expect(ahead).to.be.instanceOf(DatabaseAheadError);
    expect((ahead as Error).message).to.match(
      /During a rolling deploy, continue with: the option { allow: { missing: true } }$/,
    );
    const dataSource = sourceOn(database(), { allow: { missing: true } });
    await (await started(database(), { onStart: 'migrate', dataSource })).close();
  });

  it('The application that does not start names a command of the installed package', async () => {
    const live = await database().connect();
    await live.query('CREATE TABLE workers (id integer)');
    const refused = (await refusal(database(), { onStart: 'migrate' })) as Error;
    expect(refused.message).to.match(
      /record that without running anything: npx orchestrator-db stamp -d <file> head$/,
    );
    const waited = (await refusal(database(), { onStart: 'wait', waitMs: 0 })) as Error;
    expect(waited.message).to.contain('Run npx orchestrator-db up -d <file>, or an application with');
  });

  it('Readiness runs one check for simultaneous requests', async () => {
    await database().connectAtHead();
    const checks = async (asking: number) => {
      const lines: string[] = [];
      const logger = new LineLogger('sql', (line) => lines.push(line));
      const dataSource = createDataSource(
        { ...parseSettings({}), database: database().target },
        { entities, migrations, logger },
      );
      await dataSource.initialize();
      const readiness = new Readiness(dataSource, {
        driftCacheMs: 600_000,
        clock: systemClock,
        showDetails: 'never',
        log: silence,
      });
      await Promise.all(Array.from({ length: asking }, () => readiness.ready()));
      await dataSource.destroy();
      return lines.filter((line) => /pg_constraint|pragma_index_xinfo/.test(line)).length;
    };
    const one = await checks(1);
    expect(one).to.be.above(0);
    expect(await checks(8)).to.equal(one);
  });

  it('Named databases exist together, and close their connections', async () => {
    await database().connectAtHead();
    const app = await started(database(), {}, 'second');
    const dataSource = app.get<DataSource>(getDataSourceToken('second'));
    expect(await app.get<Repository<Worker>>(getRepositoryToken(Worker, 'second')).count()).to.equal(0);
    const health = app.get<DatabaseHealthIndicator>(databaseHealthToken('second'));
    await app.close();
    expect(dataSource.isInitialized).to.equal(false);
    expect((await health.live('db'))['db']).to.include({ status: 'down', reason: 'unreachable' });
  });
});
