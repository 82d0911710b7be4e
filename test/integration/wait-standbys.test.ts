import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { freePort } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { LineLogger } from '../../src/logger.js';
import { Migrator } from '../../src/migrator-api.js';
import { only, onTarget, withClient } from '../support/failures.js';
import { revision } from '../support/revisions.js';
import { documentOf, runCommandHere } from '../support/run-shelves.js';
import { postgresServer, urlOf } from '../support/servers.js';
import { delayReplay, startReplicatedPair, type ReplicatedPair } from '../support/standby.js';

const GAUGES = revision(
  'MakeGauges1800000000381',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);

describe('up --wait-standbys', function () {
  this.timeout(60_000);
  let pair: ReplicatedPair;
  before(async () => {
    pair = await startReplicatedPair();
    await on(
      pair.primary,
      `CREATE ROLE unseeing LOGIN SUPERUSER PASSWORD 'x'; ALTER ROLE unseeing NOSUPERUSER`,
    );
    await on(pair.primary, 'GRANT CREATE ON SCHEMA public TO unseeing');
  });
  after(() => pair.stop());
  afterEach(async () => {
    await on(pair.standby, 'SELECT pg_wal_replay_resume()');
    await delayReplay(pair, 0);
    await on(pair.primary, 'DROP TABLE IF EXISTS gauges, migrations, migrations_run, migrations_attempt');
  });

  const on = (target: PostgresTarget, sql: string) =>
    withClient(target, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
  const run = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    runCommandHere(
      { entities: [], migrations: [GAUGES] },
      { DATABASE_URL: urlOf(pair.primary), ...env },
      args,
    );
  const isThere = async (target: PostgresTarget) =>
    (await on(target, `SELECT to_regclass('gauges') IS NOT NULL AS there`))[0]?.['there'];
  const withoutNumbers = (text: string) =>
    text.replaceAll(/\b[0-9A-F]+\/[0-9A-F]+\b/g, 'LSN').replaceAll(/\d+ (ms|bytes)/g, 'N $1');

  it('up --wait-standbys ends when the standby has replayed the last revision, and not before', async () => {
    await delayReplay(pair, 1500);
    const { code, stdout, stderr } = await run({}, 'up', '--wait-standbys', '30');
    expect(await isThere(pair.standby)).to.equal(true);
    expect([code, stderr, withoutNumbers(stdout)]).to.deep.equal([
      0,
      '',
      'applied MakeGauges1800000000381 in N ms\n1 standby has replayed LSN, waited N ms\nat MakeGauges1800000000381\n',
    ]);
    expect(Number(/waited (\d+) ms/.exec(stdout)?.[1])).to.be.above(1000);
  });

  it('up --wait-standbys applies the revisions and ends with code 2 where a standby has not replayed them in time, and the next run waits for it', async () => {
    await on(pair.standby, 'SELECT pg_wal_replay_pause()');
    const { code, stdout, stderr } = await run({}, 'up', '--wait-standbys', '0.5', '--json');
    expect(code, stderr).to.equal(2);
    expect(withoutNumbers(stderr).split('\n').at(-2)).to.match(
      new RegExp(
        '^error: The revisions are applied, but 1 of 1 standbys has not replayed LSN after 0\\.[5-9] s: walreceiver \\(127\\.0\\.0\\.1\\) lacks N bytes\\. ' +
          'Run the same command again to wait longer\\. To look further, on the primary: ' +
          'SELECT application_name, client_addr, state, replay_lsn, replay_lag FROM pg_stat_replication;$',
      ),
    );
    const document = documentOf({ stdout });
    expect(document).to.nested.include({
      'error.code': 'STANDBYS_BEHIND',
      'error.standbys[0].name': 'walreceiver',
      'error.standbys[0].address': '127.0.0.1',
      'done[0].id': 'MakeGauges1800000000381',
      current: 'MakeGauges1800000000381',
    });
    expect(document).to.have.nested.property('error.standbys[0].missingBytes').that.is.above(0);
    expect(await isThere(pair.primary)).to.equal(true);
    await on(pair.standby, 'SELECT pg_wal_replay_resume()');
    const again = await run({}, 'up', '--wait-standbys', '30', '--json');
    expect(again.code).to.equal(0);
    expect(documentOf(again)).to.deep.include({ status: 'nothing-to-do' });
    expect(documentOf(again)).to.nested.include({ 'standbys.standbys': 1, 'standbys.replicas': 0 });
  });

  it('up --wait-standbys waits for the servers of DATABASE_REPLICA_URLS too, and names those that cannot be asked', async () => {
    const away = { ...pair.standby, port: await freePort() };
    const env = { DATABASE_REPLICA_URLS: [pair.standby, away].map(urlOf).join(',') };
    await delayReplay(pair, 1500);
    const { code, stdout, stderr } = await run(env, 'up', '--wait-standbys', '30');
    expect(code, stderr).to.equal(0);
    expect(withoutNumbers(stdout)).to.include(
      '1 standby and 1 server of DATABASE_REPLICA_URLS have replayed LSN, waited N ms\n',
    );
    expect(stderr).to.match(
      new RegExp(
        `^warning: 127\\.0\\.0\\.1:${away.port} of DATABASE_REPLICA_URLS cannot be asked \\(.+\\), so the run does not wait for it\\.\n$`,
      ),
    );
  });

  it('up --wait-standbys refuses a role that may not see standbys before it runs anything, and names the right', async () => {
    const { stderr, code } = await runCommandHere(
      { entities: [], migrations: [GAUGES] },
      urlOf({ ...pair.primary, user: 'unseeing', password: 'x' }),
      ['up', '--wait-standbys', '5'],
    );
    expect([code, stderr]).to.deep.equal([
      1,
      'error: The role unseeing may not see how far standbys have replayed, so a run cannot wait for them. Nothing was changed. ' +
        'Let a superuser run: GRANT pg_read_all_stats TO unseeing; or do not wait for standbys.\n',
    ]);
    expect(await isThere(pair.primary)).to.equal(false);
  });

  it('up --wait-standbys on a standby with nothing to apply reports that only the primary knows', async () => {
    await run({}, 'up', '--wait-standbys', '30');
    const { stderr, code } = await runCommandHere(
      { entities: [], migrations: [GAUGES] },
      urlOf(pair.standby),
      ['up', '--wait-standbys', '5'],
    );
    expect([code, stderr]).to.deep.equal([
      1,
      `error: postgres://127.0.0.1:${pair.standby.port}/postgres is a standby, and only the primary knows how far its standbys have replayed. Nothing was changed. ` +
        'Set DATABASE_URL or DATABASE_DIRECT_URL to the primary, or do not wait for standbys.\n',
    ]);
  });

  it('up --wait-standbys ends at once where no server follows, and refuses a value that is no number', async () => {
    const alone = { ...postgresServer() };
    const contents = { entities: [], migrations: [] };
    const { stdout, code } = await runCommandHere(contents, urlOf(alone), ['up', '--wait-standbys', '30']);
    expect([code, stdout]).to.deep.equal([0, 'no standby to wait for\nnothing to do, at base\n']);
    for (const [args, words] of [
      [
        ['--wait-standbys', 'soon'],
        "option '--wait-standbys <seconds>' argument 'soon' is invalid. Use a number of seconds, 0.5 for example, up to 99999.",
      ],
      [
        ['--wait-standbys', '5', '--plan'],
        '--wait-standbys waits after a run: pass it without --plan and --sql',
      ],
    ] as const) {
      const refused = await runCommandHere(contents, urlOf(alone), ['up', ...args]);
      expect([refused.code, refused.stderr]).to.deep.equal([64, `error: ${words}\n`]);
    }
  });

  it('init --wait-standbys waits too, and its document has what it waited for', async () => {
    const { code, stdout, stderr } = await run(
      {},
      'init',
      '--env',
      'production',
      '--wait-standbys',
      '30',
      '--json',
    );
    expect(code, stderr).to.equal(0);
    expect(withoutNumbers(stderr)).to.include('1 standby has replayed LSN, waited N ms\n');
    expect(documentOf({ stdout })).to.nested.include({ status: 'ready', 'standbys.standbys': 1 });
  });

  it('runMigrations waits for standbys with the option migrating of the DataSource, and logs that', async () => {
    const lines: string[] = [];
    const logger = new LineLogger('info', (line) => lines.push(line));
    const contents = { ...only(GAUGES), logger, migrating: { waitStandbysMs: 30_000 } };
    await onTarget(pair.primary, { contents }, (dataSource) => dataSource.runMigrations());
    expect(lines.map(withoutNumbers)).to.include('info: 1 standby has replayed LSN, waited N ms');
  });

  it('The Migrator waits for standbys with waitStandbysMs, and its error has the report of the run', async () => {
    await on(pair.standby, 'SELECT pg_wal_replay_pause()');
    await onTarget(pair.primary, { contents: only(GAUGES) }, async (dataSource) => {
      const error: unknown = await new Migrator(dataSource, { waitStandbysMs: 300 })
        .up()
        .catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'STANDBYS_BEHIND');
      expect(error).to.have.nested.property('report.done[0].id', 'MakeGauges1800000000381');
      await on(pair.standby, 'SELECT pg_wal_replay_resume()');
      const report = await new Migrator(dataSource, { waitStandbysMs: 30_000 }).up();
      expect(report).to.nested.include({ 'standbys.standbys': 1, current: 'MakeGauges1800000000381' });
    });
  });
});
