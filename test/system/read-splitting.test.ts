import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import type { PostgresTarget } from '../../src/database-url.js';
import { withClient } from '../support/failures.js';
import { startReadSplitter, type ReadSplitter } from '../support/pgpool.js';
import { dataSourceFile, runCommand, startProcess, type Command, type Ended } from '../support/processes.js';
import { urlOf } from '../support/servers.js';
import { startReplicatedPair, type ReplicatedPair } from '../support/standby.js';
import { until } from '../support/until.js';

const REVISIONS = ['MakeCounter1800000000351', 'BumpCounter1800000000352', 'DoubleCounter1800000000353'];
const PROCESSES = 6;

describe('Behind pgpool-II, which sends reads to a standby that lags', () => {
  let pair: ReplicatedPair;
  let pool: ReadSplitter;
  let primary: PostgresTarget;

  before(async () => {
    pair = await startReplicatedPair();
    pool = await startReadSplitter(pair);
  });
  after(async () => {
    await pool.stop();
    await pair.stop();
  });
  beforeEach(async () => {
    const database = `lag_${randomBytes(6).toString('hex')}`;
    await sql(pair.primary, `CREATE DATABASE ${database}`);
    primary = { ...pair.primary, database };
    await until(() =>
      sql({ ...pair.standby, database }, 'SELECT 1').then(
        () => true,
        () => false,
      ),
    );
  });
  afterEach(async () => {
    await onStandby("ALTER SYSTEM SET recovery_min_apply_delay = '0'", 'SELECT pg_reload_conf()');
    await onStandby('SELECT pg_wal_replay_resume()');
  });

  const sql = (target: PostgresTarget, ...statements: readonly string[]) =>
    withClient(target, async (client) => {
      let rows: readonly Record<string, unknown>[] = [];
      for (const statement of statements)
        rows = (await client.query<Record<string, unknown>>(statement)).rows;
      return rows;
    });
  const onStandby = (...statements: readonly string[]) => sql(pair.standby, ...statements);
  const command = (target: PostgresTarget, ...args: readonly string[]): Command => ({
    script: 'orchestrator-db',
    args: [...args, ...dataSourceFile('counter-data-source')],
    env: { DATABASE_URL: urlOf(target) },
  });
  const run = (target: PostgresTarget, ...args: readonly string[]): Promise<Ended> =>
    runCommand(command(target, ...args));
  const pooled = () => pool.through(primary);
  const caughtUp = async () => {
    const [row] = await sql(primary, 'SELECT pg_current_wal_lsn()::text AS lsn');
    await until(async () => {
      const [there] = await onStandby(
        `SELECT pg_last_wal_replay_lsn() >= '${String(row?.['lsn'])}'::pg_lsn AS there`,
      );
      return there?.['there'] === true;
    });
  };

  /** The number of times that each revision was run, and the list. */
  async function outcome(): Promise<readonly unknown[]> {
    const [row] = await sql(
      primary,
      `SELECT (SELECT n FROM counter) AS n, (SELECT json_agg(name ORDER BY id) FROM migrations) AS names`,
    );
    return [row?.['n'], row?.['names']];
  }

  /** Brings it to that target on the primary, lets the standby follow, stops it, and goes on on the primary. */
  async function paused(first: readonly string[], then: readonly string[]): Promise<void> {
    expect((await run(primary, ...first)).code).to.equal(0);
    await caughtUp();
    await onStandby('SELECT pg_wal_replay_pause()');
    await until(async () => {
      const [row] = await onStandby(`SELECT pg_get_wal_replay_pause_state() AS state`);
      return row?.['state'] === 'paused';
    });
    expect((await run(primary, ...then)).code).to.equal(0);
  }

  it('Behind pgpool-II, which sends reads to a standby that lags sends other reads to the standby indeed', async () => {
    await sql(pooled(), `SELECT 'which server', pg_backend_pid()`);
    expect((await pool.sentToStandby()).join('\n')).to.include('which server');
  });

  it('Behind pgpool-II, which sends reads to a standby that lags runs no revision a second time that the standby does not know of yet', async () => {
    await paused(['up', 'MakeCounter'], ['up']);
    const { code, stdout, stderr } = await run(pooled(), 'up');
    expect([code, stdout], stderr).to.deep.equal([0, 'nothing to do, at DoubleCounter1800000000353\n']);
    expect(await outcome()).to.deep.equal([2, REVISIONS]);
  });

  it('Behind pgpool-II, which sends reads to a standby that lags runs what is pending, where the standby still shows it as applied', async () => {
    await paused(['up'], ['down', 'MakeCounter']);
    const { code, stderr } = await run(pooled(), 'up');
    expect(code, stderr).to.equal(0);
    expect(await outcome()).to.deep.equal([2, REVISIONS]);
  });

  it('Behind pgpool-II, which sends reads to a standby that lags lets a revision written by hand read what the one before it has written', async () => {
    await paused(['up', 'MakeCounter'], ['status']);
    const { code, stderr } = await run(pooled(), 'up');
    expect(code, stderr).to.equal(0);
    expect(await outcome()).to.deep.equal([2, REVISIONS]);
  });

  it('Behind pgpool-II, which sends reads to a standby that lags shows the status and the history of the primary, and the lock', async () => {
    await paused(['up', 'MakeCounter'], ['up']);
    const { code, stdout, stderr } = await run(pooled(), 'status', '--json');
    expect(code, stderr).to.equal(0);
    expect(JSON.parse(stdout))
      .to.include({ current: REVISIONS.at(-1) })
      .and.not.have.property('standby');
    const history = await run(pooled(), 'history', '--json');
    expect(history.code, history.stderr).to.equal(0);
    expect((JSON.parse(history.stdout) as { runs: unknown[] }).runs).to.have.length(2);
  });

  it(`Behind pgpool-II, which sends reads to a standby that lags lets ${PROCESSES} processes at once end well, each revision run once, with a lag of 1.5 s`, async () => {
    await onStandby("ALTER SYSTEM SET recovery_min_apply_delay = '1500ms'", 'SELECT pg_reload_conf()');
    const all = Array.from({ length: PROCESSES }, () => startProcess(command(pooled(), 'up')).ended);
    const ended = await Promise.all(all);
    expect(ended.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).to.deep.equal(
      Array.from({ length: PROCESSES }, () => 0),
    );
    expect(await outcome()).to.deep.equal([2, REVISIONS]);
    const attempts = await sql(primary, 'SELECT revision, outcome FROM migrations_attempt ORDER BY id');
    expect(attempts.map(({ revision }) => revision)).to.deep.equal(REVISIONS);
    const runs = await sql(primary, 'SELECT outcome FROM migrations_run');
    expect(runs).to.deep.equal([{ outcome: 'completed' }]);
  });
});
