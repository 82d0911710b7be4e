import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { forgetReplica, isSilent, readReplicas } from '../../../src/migrator/replicas.js';
import { beatsIn, GAUGES, startApplication, type Application } from '../../support/beats.js';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { until } from '../../support/until.js';

const OWN = { entities: [], migrations: [GAUGES] };

eachDatabase('Processes with a heartbeat', (database) => {
  let seen: DataSource;
  const started: Application[] = [];
  const start = async (env?: Readonly<Record<string, string>>) => {
    const application = await startApplication(database().url, env);
    started.push(application);
    return application;
  };
  beforeEach(async () => {
    seen = await database().connect(OWN);
    await seen.runMigrations();
  });
  afterEach(async () => {
    for (const application of started.splice(0)) {
      application.signal('SIGKILL');
      await application.ended;
    }
  });
  const silence = async () => (await readReplicas(seen))[0]?.silentMs ?? 0;

  it('A process that is killed leaves its row, which becomes silent and can be forgotten', async () => {
    const application = await start();
    const { replica, pid } = application;
    application.signal('SIGKILL');
    await application.ended;
    const before = await silence();
    await until(async () => (await silence()) > before + 300);
    const past = database().dialect === 'sqlite' ? `'2020-01-01 00:00:00.000'` : `'2020-01-01'`;
    await seen.query(`UPDATE "migrations_heartbeat" SET "seen_at" = ${past} WHERE "replica" <> ''`);
    const [found, ...others] = await readReplicas(seen);
    expect(others).to.deep.equal([]);
    expect(found).to.include({ id: replica, pid, head: 'MakeGauges1800000000501' });
    expect(found && isSilent(found)).to.equal(true);
    await forgetReplica(seen, replica.slice(0, 6));
    expect(await readReplicas(seen)).to.deep.equal([]);
  });

  it('A paused process becomes silent, and writes its heartbeat again when it wakes', async () => {
    const application = await start();
    const { replica } = application;
    application.signal('SIGSTOP');
    await until(async () => (await silence()) > 500);
    await forgetReplica(seen, replica);
    application.signal('SIGCONT');
    await until(async () => (await beatsIn(seen)).length === 1);
    expect((await readReplicas(seen))[0]?.id).to.equal(replica);
  });

  it('A process that wakes behind a contract revision reports that its release is too old', async () => {
    const application = await start();
    application.signal('SIGSTOP');
    await until(async () => (await silence()) > 300);
    await seen.query(
      `INSERT INTO "migrations_phase" ("revision", "phase", "changes") VALUES ('GaugesContract1800000000504', 'contract', '[]')`,
    );
    application.signal('SIGCONT');
    await until(() => Promise.resolve(application.stderr().includes('GaugesContract1800000000504')));
    await pause(300);
    expect(application.stderr().match(/This process is of an older release/g)).to.have.length(1);
  });
});

onDatabase('postgres', 'A process with a heartbeat and nothing else to do', (database) => {
  it('It ends although it has not destroyed its DataSource', async function () {
    this.timeout(30_000);
    const seen = await database().connect(OWN);
    await seen.runMigrations();
    // So often that a connection of the pool would never be idle for long enough to be closed.
    const application = await startApplication(database().url, { IDLE: '1', BEAT_MS: '1000' });
    void pause(20_000, undefined, { ref: false }).then(() => application.signal('SIGKILL'));
    expect(await application.ended).to.deep.equal([0, null]);
  });
});
