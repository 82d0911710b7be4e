import { expect } from 'chai';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import { systemClock } from '../../../src/clock.js';
import { LineLogger } from '../../../src/logger.js';
import { Readiness, type Health } from '../../../src/nest/readiness.js';
import { parseSettings } from '../../../src/settings.js';
import { withRawClient } from '../../support/raw-postgres.js';
import { startLogicalPostgres, type RestartablePostgres } from '../../support/restartable-postgres.js';
import { urlOf } from '../../support/servers.js';
import { until } from '../../support/until.js';

describe('Readiness with maxLagMs and a subscriber', function () {
  this.timeout(60_000);
  let server: RestartablePostgres;
  let dataSource: GuardedDataSource;
  before(async () => {
    server = await startLogicalPostgres();
    await execute('postgres', 'CREATE DATABASE publisher', 'CREATE DATABASE subscriber');
    await execute('postgres', `CREATE ROLE reader LOGIN PASSWORD 'x'`);
    await execute(
      'publisher',
      'CREATE TABLE counts (n integer)',
      'CREATE PUBLICATION all_tables FOR ALL TABLES',
      `SELECT pg_create_logical_replication_slot('lagging', 'pgoutput')`,
    );
    await execute(
      'subscriber',
      'CREATE TABLE counts (n integer)',
      `CREATE SUBSCRIPTION lagging CONNECTION '${urlOf(at('publisher'))}' PUBLICATION all_tables WITH (create_slot = false)`,
    );
    const reader = { user: 'reader', password: 'x' };
    dataSource = createDataSource(
      parseSettings({
        DATABASE_URL: urlOf({ ...at('publisher'), ...reader }),
        DATABASE_REPLICA_URLS: urlOf({ ...at('subscriber'), ...reader }),
      }),
      { entities: [], migrations: [], logger: new LineLogger('error', () => undefined) },
    );
    await dataSource.initialize();
  });
  after(async () => {
    await dataSource.destroy();
    await execute('subscriber', 'DROP SUBSCRIPTION lagging');
    await server.stop();
  });

  const at = (database: string) => ({ ...server.target, database });
  const execute = (database: string, ...statements: readonly string[]) =>
    withRawClient(at(database), async (client) => {
      for (const sql of statements) await client.query(sql);
    });
  const readinessOf = (maxLagMs: number) =>
    new Readiness(dataSource, {
      driftCacheMs: 60_000,
      maxLagMs,
      clock: systemClock,
      showDetails: 'always',
      log: () => undefined,
    });
  const health = () => readinessOf(5000).ready();
  /** Waits for one that looks so. */
  async function untilHealth(isWanted: (found: Health) => boolean): Promise<Health> {
    let found: Health = { status: 'up' };
    await until(async () => isWanted((found = await health())));
    return found;
  }

  it('Readiness with maxLagMs and a subscriber is up while that has confirmed all, and names the right for a lag that the role may not see', async () => {
    await untilHealth(({ status, details }) => status === 'up' && details === undefined);
    await withRawClient(at('subscriber'), async (client) => {
      await client.query('BEGIN; LOCK TABLE counts IN ACCESS EXCLUSIVE MODE');
      await execute('publisher', 'INSERT INTO counts VALUES (1)');
      const { status, details } = await untilHealth((found) => found.details !== undefined);
      expect(status).to.equal('up');
      expect(details?.[0]?.replace(/\d+ bytes/, 'N bytes')).to.equal(
        `127.0.0.1:${server.target.port}: how long it lags behind cannot be known (N bytes): ` +
          'the role reader may not see it: GRANT pg_read_all_stats TO reader;',
      );
      await client.query('ROLLBACK');
    });
  });

  for (const right of ['REVOKE pg_read_all_stats FROM reader', 'GRANT pg_read_all_stats TO reader'])
    it(`Readiness with maxLagMs and a subscriber is down while a change waits there for longer, whatever the publisher measures: ${right}`, async () => {
      await execute('publisher', right);
      await untilHealth(({ status, details }) => status === 'up' && details === undefined);
      const readiness = readinessOf(700);
      await withRawClient(at('subscriber'), async (client) => {
        await client.query('BEGIN; LOCK TABLE counts IN ACCESS EXCLUSIVE MODE');
        await execute('publisher', 'INSERT INTO counts VALUES (3)');
        const start = systemClock.now();
        let found = await readiness.ready();
        expect(found.status).to.equal('up');
        // So often that sixteen looks take less than the limit.
        while (found.status === 'up' && systemClock.now() - start < 10_000) {
          await systemClock.pause(5);
          found = await readiness.ready();
        }
        expect(found).to.deep.include({ status: 'down', reason: 'lag', counts: { behind: 1, away: 0 } });
        expect(found.details?.[0]).to.match(
          /^127\.0\.0\.1:\d+ lags behind by (at least )?[\d.]+ s \(\d+ bytes\), and the limit is 0\.7 s$/,
        );
        await client.query('ROLLBACK');
      });
      await until(async () => (await readiness.ready()).status === 'up');
    });

  it('Readiness with maxLagMs and a subscriber is down while its subscription is not active and lacks changes', async () => {
    await execute('subscriber', 'ALTER SUBSCRIPTION lagging DISABLE');
    await execute('publisher', 'INSERT INTO counts VALUES (2)');
    const found = await untilHealth(({ status }) => status === 'down');
    expect(found).to.deep.include({ reason: 'lag', counts: { behind: 1, away: 0 } });
    expect(found.details?.[0]).to.match(/ lags behind by \d+ bytes: its subscription is not active$/);
    await execute('subscriber', 'ALTER SUBSCRIPTION lagging ENABLE');
    await untilHealth(({ status, details }) => status === 'up' && details === undefined);
  });
});
