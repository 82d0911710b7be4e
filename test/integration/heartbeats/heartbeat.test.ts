import { expect } from 'chai';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { createDataSource } from '../../../src/data-source.js';
import { guard, type GuardOptions } from '../../../src/guard.js';
import { Heartbeat } from '../../../src/migrator/heartbeat.js';
import { toolVersion } from '../../../src/package-version.js';
import { parseSettings } from '../../../src/settings.js';
import { beatsIn, connectBeating, GAUGES } from '../../support/beats.js';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { keepingLogger, revision } from '../../support/revisions.js';
import { until } from '../../support/until.js';

const OWN = { entities: [], migrations: [GAUGES] };
const DIALS = revision('MakeDials1800000000502', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);
const FAST_MS = 30;

function seenAt(row: Record<string, unknown> | undefined): number {
  return new Date(row?.['seen_at'] as string | Date).getTime();
}

eachDatabase('The heartbeat of a DataSource', (database) => {
  /** With the tables of the records, and without a heartbeat of its own. */
  async function observer() {
    const dataSource = await database().connect({ ...OWN, heartbeat: false });
    await dataSource.runMigrations();
    return dataSource;
  }

  it('The heartbeat shows release, version, host and process, and is deleted when the DataSource is destroyed', async () => {
    const seen = await observer();
    const application = await connectBeating(database().target, [GAUGES, DIALS]);
    const [row, ...others] = await beatsIn(seen);
    expect(others).to.deep.equal([]);
    expect(row).to.include({
      head: 'MakeDials1800000000502',
      version: toolVersion(),
      host: hostname(),
      pid: process.pid,
    });
    await application.destroy();
    expect(await beatsIn(seen)).to.deep.equal([]);
  });

  it('Two DataSources of a process have a heartbeat each, and one without revisions has no release', async () => {
    const seen = await observer();
    const applications = [
      await connectBeating(database().target),
      await connectBeating(database().target, []),
    ];
    const rows = await beatsIn(seen);
    for (const application of applications) await application.destroy();
    expect(rows.map(({ head }) => head)).to.have.members(['MakeGauges1800000000501', null]);
    expect(new Set(rows.map(({ replica }) => replica)).size).to.equal(2);
    expect(new Set(rows.map(({ pid }) => pid))).to.deep.equal(new Set([process.pid]));
  });

  /** Of the class of TypeORM, as another project has it. */
  function guarded(options: GuardOptions = {}) {
    const { logger } = keepingLogger();
    const own = createDataSource({ ...parseSettings({}), database: database().target }, { ...OWN, logger });
    const others = { ...own.options } as { subscribers?: unknown };
    delete others.subscribers;
    return guard(new DataSource(others as DataSourceOptions), options);
  }

  it('A guarded DataSource of TypeORM has a heartbeat each time that it is connected, and none for a script or a command', async () => {
    const seen = await observer();
    const application = guarded();
    for (let times = 0; times < 2; times += 1) {
      await application.initialize();
      expect((await beatsIn(seen)).map(({ head }) => head)).to.deep.equal(['MakeGauges1800000000501']);
      await application.destroy();
      expect(await beatsIn(seen)).to.deep.equal([]);
    }
    const asCommand = guarded();
    asCommand.setOptions({ subscribers: [], synchronize: false, migrationsRun: false, dropSchema: false });
    for (const other of [guarded({ heartbeat: false }), asCommand]) {
      await other.initialize();
      expect(await beatsIn(seen)).to.deep.equal([]);
      await other.destroy();
    }
  });

  it('Scripts, other databases, direct connections and connections of commands have no heartbeat', async () => {
    const seen = await observer();
    const asCommand = createDataSource(
      { ...parseSettings({}), database: database().target },
      { ...OWN, logger: keepingLogger().logger },
    );
    asCommand.setOptions({ subscribers: [], synchronize: false, migrationsRun: false, dropSchema: false });
    await asCommand.initialize();
    const elsewhere = (await database().connect({ ...OWN, heartbeat: false })).elsewhere(database().target);
    await elsewhere.initialize();
    try {
      expect(await beatsIn(seen)).to.deep.equal([]);
    } finally {
      await asCommand.destroy();
      await elsewhere.destroy();
    }
  });

  it('Without the table nothing is reported, and the heartbeat begins once the table is there', async () => {
    const { logger, lines } = keepingLogger();
    const dataSource = await database().connect({ ...OWN, logger, heartbeat: false });
    const heartbeat = await Heartbeat.begin(dataSource, FAST_MS);
    await pause(3 * FAST_MS);
    expect(lines).to.deep.equal([]);
    const migrating = await observer();
    await until(async () => (await beatsIn(migrating)).length === 1);
    expect(lines).to.deep.equal([]);
    await heartbeat.stop();
    expect(await beatsIn(migrating)).to.deep.equal([]);
  });

  it('A heartbeat is renewed, keeps its beginning, and is written again after it was deleted', async () => {
    const dataSource = await observer();
    const heartbeat = await Heartbeat.begin(dataSource, FAST_MS);
    const [first] = await beatsIn(dataSource);
    await until(async () => seenAt((await beatsIn(dataSource))[0]) > seenAt(first));
    expect((await beatsIn(dataSource))[0]).to.deep.include({
      replica: heartbeat.replica,
      started_at: first?.['started_at'],
    });
    await dataSource.query('DELETE FROM "migrations_heartbeat"');
    await until(async () => (await beatsIn(dataSource)).length === 1);
    await heartbeat.stop();
    await pause(3 * FAST_MS);
    expect(await beatsIn(dataSource)).to.deep.equal([]);
  });

  it('A process whose release a contract revision is ahead of reports that once', async () => {
    const seen = await observer();
    const { logger, lines } = keepingLogger();
    const dataSource = await database().connect({ ...OWN, logger, heartbeat: false });
    const heartbeat = await Heartbeat.begin(dataSource, FAST_MS);
    const record = (id: string, phase: string) =>
      seen.query(
        `INSERT INTO "migrations_phase" ("revision", "phase", "changes") VALUES ('${id}', '${phase}', '[]')`,
      );
    await record('GaugesExpand1800000000503', 'expand');
    await record('OldContract1700000000000', 'contract');
    await pause(5 * FAST_MS);
    expect(lines).to.deep.equal([]);
    await record('GaugesContract1800000000504', 'contract');
    await until(() => Promise.resolve(lines.length > 0));
    await pause(3 * FAST_MS);
    expect(lines).to.deep.equal([
      'error: This process is of an older release, MakeGauges1800000000501: the contract revision GaugesContract1800000000504 has removed what only older releases use. Replace this process by the current release.',
    ]);
    await heartbeat.stop();
  });
});

onDatabase('sqlite', 'The heartbeat of a DataSource on SQLite', (database) => {
  it('A transaction of the application has no heartbeat in it', async () => {
    const dataSource = await database().connect({ ...OWN, heartbeat: false });
    await dataSource.runMigrations();
    const heartbeat = await Heartbeat.begin(dataSource, FAST_MS);
    await dataSource.transaction(async (manager) => {
      await manager.query('DELETE FROM "migrations_heartbeat"');
      await pause(5 * FAST_MS);
      expect(await manager.query('SELECT 1 FROM "migrations_heartbeat"')).to.deep.equal([]);
    });
    await until(async () => (await beatsIn(dataSource)).length === 1);
    await heartbeat.stop();
  });

  it('A database that another process writes to is passed over without a word', async () => {
    const writer = await database().connect({ ...OWN, heartbeat: false });
    await writer.runMigrations();
    const { logger, lines } = keepingLogger();
    const dataSource = await database().connect({ ...OWN, logger, heartbeat: false }, { busyTimeoutMs: 20 });
    await writer.query('BEGIN IMMEDIATE');
    const heartbeat = await Heartbeat.begin(dataSource, FAST_MS);
    await pause(5 * FAST_MS);
    await writer.query('ROLLBACK');
    await until(async () => (await beatsIn(writer)).length === 1);
    expect(lines).to.deep.equal([]);
    await heartbeat.stop();
  });

  it('A database in memory has none', async () => {
    const { logger, lines } = keepingLogger();
    const target = { dialect: 'sqlite', path: ':memory:', shown: 'sqlite::memory:' } as const;
    const dataSource = createDataSource({ ...parseSettings({}), database: target }, { ...OWN, logger });
    await dataSource.initialize();
    await dataSource.runMigrations();
    const heartbeat = await Heartbeat.begin(dataSource, FAST_MS);
    expect(await beatsIn(dataSource)).to.deep.equal([]);
    await heartbeat.stop();
    await dataSource.destroy();
    expect(lines.filter((line) => line.startsWith('error'))).to.deep.equal([]);
  });
});
