import { expect } from 'chai';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import type { PostgresTarget } from '../../../src/database-url.js';
import { freePort } from '../../../src/databases/postgres/scratch/embedded-postgres.js';
import { systemClock } from '../../../src/clock.js';
import { LineLogger } from '../../../src/logger.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { Readiness, type Health } from '../../../src/nest/readiness.js';
import { parseSettings } from '../../../src/settings.js';
import { withPrimary } from '../../../src/with-primary.js';
import { withClient } from '../../support/failures.js';
import { Gauge } from '../../support/gauge-entity.js';
import { revision } from '../../support/revisions.js';
import { urlOf } from '../../support/servers.js';
import { delayReplay, startReplicatedPair, type ReplicatedPair } from '../../support/standby.js';
import { until } from '../../support/until.js';

const GAUGES = revision(
  'MakeGauges1800000000391',
  ['CREATE TABLE gauges (id integer CONSTRAINT pk_gauges PRIMARY KEY, level integer NOT NULL)'],
  ['DROP TABLE gauges'],
);

describe('Readiness with maxLagMs', function () {
  this.timeout(60_000);
  let pair: ReplicatedPair;
  let opened: GuardedDataSource[] = [];
  before(async () => {
    pair = await startReplicatedPair();
    await migrateUp(await connected({ database: pair.primary }));
    // Writes what precedes it, so that a standby has replayed a transaction when it has replayed all.
    await write('CREATE TABLE written ()');
  });
  after(() => pair.stop());
  afterEach(async () => {
    await Promise.all(opened.map((dataSource) => dataSource.destroy()));
    opened = [];
    await sql(pair.standby, 'SELECT pg_wal_replay_resume()');
    await delayReplay(pair, 0);
  });

  const sql = (target: PostgresTarget, statement: string) =>
    withClient(target, async (client) => (await client.query<Record<string, unknown>>(statement)).rows);
  /** The server of the tests does not wait until a commit is written, and what is not written is no lag. */
  const write = (statement: string) => sql(pair.primary, `SET synchronous_commit = local; ${statement}`);
  async function connected({
    database,
    replicas = [],
  }: {
    readonly database: PostgresTarget;
    readonly replicas?: readonly PostgresTarget[];
  }): Promise<GuardedDataSource> {
    const urls = replicas.length === 0 ? {} : { DATABASE_REPLICA_URLS: replicas.map(urlOf).join(',') };
    const dataSource = createDataSource(parseSettings({ DATABASE_URL: urlOf(database), ...urls }), {
      entities: [Gauge],
      migrations: [GAUGES],
      logger: new LineLogger('error', () => undefined),
    });
    opened.push(await dataSource.initialize());
    return dataSource;
  }
  const logged: string[] = [];
  const readinessOf = (
    dataSource: GuardedDataSource,
    maxLagMs: number | undefined,
    showDetails: 'never' | 'always' = 'always',
  ) =>
    new Readiness(dataSource, {
      driftCacheMs: 60_000,
      maxLagMs,
      clock: systemClock,
      showDetails,
      log: (line) => logged.push(line),
    });
  const server = () => `127.0.0.1:${pair.standby.port}`;
  async function untilDown(readiness: Readiness): Promise<Health> {
    let health: Health = { status: 'up' };
    await until(async () => (health = await readiness.ready()).status === 'down');
    return health;
  }
  const replayed = async () => {
    const [row] = await sql(pair.primary, 'SELECT pg_current_wal_lsn()::text AS lsn');
    await until(async () => {
      const [reached] = await sql(
        pair.standby,
        `SELECT pg_last_wal_replay_lsn() >= '${String(row?.['lsn'])}' AS yes`,
      );
      return reached?.['yes'] === true;
    });
  };

  it('Readiness with maxLagMs is down while a replica lags by more, with the reason; reads on the primary go on, and it recovers', async () => {
    const dataSource = await connected({ database: pair.primary, replicas: [pair.standby] });
    await replayed();
    const readiness = readinessOf(dataSource, 500);
    expect(await readiness.ready()).to.deep.equal({ status: 'up' });
    await delayReplay(pair, 1500);
    await dataSource.manager.insert(Gauge, { id: 1, level: 7 });
    const health = await untilDown(readiness);
    expect(health).to.deep.include({ reason: 'lag', counts: { behind: 1, away: 0 } });
    expect(health)
      .to.have.nested.property('details[0]')
      .that.matches(
        new RegExp(`^${server()} lags behind by [\\d.]+ s \\(\\d+ bytes\\), and the limit is 0\\.5 s$`),
      );
    expect(await withPrimary(dataSource, (manager) => manager.countBy(Gauge, { id: 1 }))).to.equal(1);
    await delayReplay(pair, 0);
    await until(async () => (await readiness.ready()).status === 'up');
    expect(logged.map((line) => line.replaceAll(/ by .*/g, ''))).to.deep.equal([
      `not ready, lag: ${server()} lags behind`,
      'ready again',
    ]);
  });

  it('Readiness with maxLagMs is up on an idle primary, however old the last transaction is', async () => {
    const dataSource = await connected({ database: pair.primary, replicas: [pair.standby] });
    await replayed();
    await systemClock.pause(300);
    expect(await readinessOf(dataSource, 50).ready()).to.deep.equal({ status: 'up' });
    // A transaction after a pause: the one before it is old while it is replayed.
    await delayReplay(pair, 100);
    await write('INSERT INTO gauges VALUES (4, 7)');
    expect(await readinessOf(dataSource, 200).ready()).to.deep.equal({ status: 'up' });
  });

  it('Readiness with maxLagMs knows from its last look that a replica had replayed all by then', async () => {
    const dataSource = await connected({ database: pair.primary, replicas: [pair.standby] });
    await replayed();
    await systemClock.pause(1600);
    const readiness = readinessOf(dataSource, 1500);
    expect(await readiness.ready()).to.deep.equal({ status: 'up' });
    await sql(pair.standby, 'SELECT pg_wal_replay_pause()');
    await write('INSERT INTO gauges VALUES (3, 7)');
    expect(await readiness.ready()).to.deep.equal({ status: 'up' });
    // Another one has no such look: the age of the last transaction is all that it knows.
    expect(await readinessOf(dataSource, 1500).ready()).to.deep.include({ status: 'down', reason: 'lag' });
    await untilDown(readiness);
  });

  it('Readiness with maxLagMs names a replica that is away, and stays up, since new connections go elsewhere', async () => {
    const away = { ...pair.standby, port: await freePort() };
    const dataSource = await connected({ database: pair.primary, replicas: [pair.standby, away] });
    await replayed();
    const health = await readinessOf(dataSource, 60_000).ready();
    expect(health).to.deep.include({ status: 'up', counts: { behind: 0, away: 1 } });
    expect(health)
      .to.have.nested.property('details[0]')
      .that.matches(
        new RegExp(
          `^127\\.0\\.0\\.1:${away.port} cannot be reached \\(.+\\); new connections go to another server$`,
        ),
      );
    expect(await readinessOf(dataSource, undefined).ready()).to.deep.equal({ status: 'up' });
  });

  it('Readiness with maxLagMs on a standby itself knows what that has received and not replayed', async () => {
    await replayed();
    const dataSource = await connected({ database: pair.standby });
    expect(await readinessOf(dataSource, 500).ready()).to.deep.equal({ status: 'up', standby: true });
    await sql(pair.standby, 'SELECT pg_wal_replay_pause()');
    await write('INSERT INTO gauges VALUES (2, 7)');
    const readiness = readinessOf(dataSource, 500);
    const health = await untilDown(readiness);
    expect(health).to.deep.include({ reason: 'lag', standby: true });
    expect(health)
      .to.have.nested.property('details[0]')
      .that.matches(
        /^postgres:\/\/127\.0\.0\.1:\d+\/postgres lags behind by [\d.]+ s \(\d+ bytes\), and the limit is 0\.5 s$/,
      );
    expect(await readinessOf(dataSource, 500, 'never').ready()).to.deep.equal({
      status: 'down',
      reason: 'lag',
      counts: { behind: 1, away: 0 },
      standby: true,
    });
  });
});
