import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { PostgresTarget } from '../../src/database-url.js';
import { readReplicas } from '../../src/migrator/replicas.js';
import { beatsIn, connectBeating, GAUGES, startApplication } from '../support/beats.js';
import { newDatabase, postgresTargetOf, type ChainDatabase } from '../support/chain-database.js';
import { onTarget, withClient } from '../support/failures.js';
import { startPooler, type Pooler } from '../support/pgbouncer.js';
import { startReadSplitter, type ReadSplitter } from '../support/pgpool.js';
import { urlOf } from '../support/servers.js';
import { delayReplay, startReplicatedPair, type ReplicatedPair } from '../support/standby.js';
import { until } from '../support/until.js';

const OWN = { entities: [], migrations: [GAUGES] };

/** Two processes through the pooler, one that stays and one that is killed; what is seen of them past the pooler. */
async function assertSeen(direct: PostgresTarget, pooled: PostgresTarget): Promise<void> {
  await onTarget(direct, { contents: OWN }, async (seen) => {
    const [staying, killed] = await Promise.all([
      startApplication(urlOf(pooled)),
      startApplication(urlOf(pooled)),
    ]);
    try {
      const ids = [staying.replica, killed.replica];
      expect((await readReplicas(seen)).map(({ id }) => id)).to.have.members(ids);
      killed.signal('SIGKILL');
      await killed.ended;
      await until(async () => (await silenceOf(seen, killed.replica)) > 1500);
      expect(await silenceOf(seen, staying.replica)).to.be.below(1000);
      expect(staying.stderr()).to.equal('');
    } finally {
      staying.signal('SIGKILL');
      killed.signal('SIGKILL');
    }
  });
}

async function silenceOf(seen: DataSource, replica: string): Promise<number> {
  return (await readReplicas(seen)).find(({ id }) => id === replica)?.silentMs ?? 0;
}

/** A process of createDataSource, which ends in an orderly way. */
async function assertLeaves(direct: PostgresTarget, pooled: PostgresTarget): Promise<void> {
  await onTarget(direct, { contents: OWN }, async (seen) => {
    const application = await connectBeating(pooled);
    expect(await beatsIn(seen)).to.have.length(1);
    await application.destroy();
    expect(await beatsIn(seen)).to.deep.equal([]);
  });
}

describe('Heartbeats behind PgBouncer in transaction mode', () => {
  let database: ChainDatabase;
  let pooler: Pooler;
  beforeEach(async () => {
    database = await newDatabase('postgres');
    await onTarget(postgresTargetOf(database), { contents: OWN }, (dataSource) => dataSource.runMigrations());
    pooler = await startPooler({ poolSize: 2 });
  });
  afterEach(async () => {
    await pooler.stop();
    await database.remove();
  });
  const pooled = () => pooler.through(postgresTargetOf(database));

  it('Heartbeats behind PgBouncer show the processes that run, and that one is gone', () =>
    assertSeen(postgresTargetOf(database), pooled()));

  it('Heartbeats behind PgBouncer are deleted when a DataSource is destroyed', () =>
    assertLeaves(postgresTargetOf(database), pooled()));

  it('Heartbeats behind PgBouncer wait while a contract revision holds the table', async () => {
    await withClient(postgresTargetOf(database), async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE "migrations_heartbeat" IN SHARE MODE');
      let isConnected = false;
      const connected = startApplication(urlOf(pooled())).then((application) => {
        isConnected = true;
        return application;
      });
      await pause(1500);
      expect(isConnected).to.equal(false);
      await client.query('COMMIT');
      (await connected).signal('SIGKILL');
    });
  });
});

describe('Heartbeats behind pgpool-II, which sends reads to a standby that lags', () => {
  let pair: ReplicatedPair;
  let pool: ReadSplitter;
  let primary: PostgresTarget;
  before(async () => {
    pair = await startReplicatedPair();
    pool = await startReadSplitter(pair);
    const database = `beats_${randomBytes(6).toString('hex')}`;
    await withClient(pair.primary, (client) => client.query(`CREATE DATABASE ${database}`));
    primary = { ...pair.primary, database };
    await onTarget(primary, { contents: OWN }, (dataSource) => dataSource.runMigrations());
    const there = () =>
      withClient({ ...pair.standby, database }, (client) =>
        client.query('TABLE "migrations_heartbeat"'),
      ).then(
        ({ rows }) => rows.length > 0,
        () => false,
      );
    await until(there);
    await delayReplay(pair, 60_000);
  });
  after(async () => {
    await pool.stop();
    await pair.stop();
  });

  it('Heartbeats behind pgpool-II show the processes that run, and that one is gone', () =>
    assertSeen(primary, pool.through(primary)));

  it('Heartbeats behind pgpool-II are read on the primary', async () => {
    await onTarget(pool.through(primary), { contents: OWN }, async (seen) => {
      const application = await startApplication(urlOf(primary));
      expect((await readReplicas(seen)).map(({ id }) => id)).to.include(application.replica);
      application.signal('SIGKILL');
    });
    await withClient(primary, (client) => client.query('DELETE FROM "migrations_heartbeat"'));
  });

  it('Heartbeats behind pgpool-II are deleted when a DataSource is destroyed', () =>
    assertLeaves(primary, pool.through(primary)));
});
