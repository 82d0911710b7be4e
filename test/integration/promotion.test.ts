import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresTarget } from '../../src/database-url.js';
import { clusterUrl, rowsOn, startCluster, type Cluster } from '../support/cluster.js';
import { withClient } from '../support/failures.js';
import {
  dataSourceFile,
  runCommand,
  startProcess,
  type Command,
  type Running,
} from '../support/processes.js';
import { until, untilAsleep, untilLocked } from '../support/until.js';

const SLOW = ['MakeSlowly1800000000201', 'MakeQuickly1800000000202'];
const CHAIN = [
  'CreateFamily1800000000101',
  'CreateCounter1800000000102',
  'FillFamily1800000000103',
  'CountOnce1800000000104',
  'IndexChildren1800000000105',
  'RankParents1800000000106',
  'FillMore1800000000107',
];

/** Both servers stand in the URL throughout: what is run again is the same command. */
describe('A standby that is promoted in the middle of a run', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  before(async () => {
    cluster = await startCluster(1);
  });
  after(() => cluster.stop());
  beforeEach(() => cluster.rejoin());

  /** In a database of that name, with the file of test/support of that name. */
  const commandIn = (database: string, file: string) => {
    const env = { DATABASE_URL: clusterUrl(cluster, database) };
    return (...args: readonly string[]): Command => ({
      script: 'orchestrator-db',
      args: [...args, ...dataSourceFile(file)],
      env,
    });
  };
  const onPrimary = (database: string, sql: string) => rowsOn({ ...cluster.primary, database }, sql);
  const ended = async ({ ended: end }: Running) => {
    const { code, stdout, stderr } = await end;
    return { code, stdout, error: withoutNames(stderr.split('\n').slice(-2).join('\n')) };
  };
  const withoutNames = (text: string) => {
    const [first, second] = cluster.servers.map(({ port }) => `127.0.0.1:${port}`);
    return text
      .replaceAll(/postgres:\/\/[^@ ]*@/g, 'postgres://')
      .replaceAll(first ?? '', 'FIRST')
      .replaceAll(second ?? '', 'SECOND');
  };
  /** Each of two processes has a session that executes and one of the lock; a moment later the second one polls. */
  const untilWaiting = async () => {
    const sessions = `SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;
    await until(async () => (await onPrimary('postgres', sessions)).length === 4);
    await pause(500);
  };
  /** The records, and the attempts with their outcomes. */
  const logOf = async (database: string) => ({
    records: (await onPrimary(database, 'SELECT name FROM migrations ORDER BY id')).map(({ name }) => name),
    attempts: (await onPrimary(database, 'SELECT revision, outcome FROM migrations_attempt ORDER BY id')).map(
      ({ revision, outcome }) => `${String(revision)} ${String(outcome)}`,
    ),
  });

  const onceEach = (records: readonly string[]) => ({
    records,
    attempts: records.map((name) => `${name} done`),
  });

  it('A standby that is promoted in the middle of a transactional revision completes it: the run that is cut off and the one that waits for it say what to do', async () => {
    await onPrimary('postgres', 'CREATE TABLE pace AS SELECT 600 AS seconds');
    const command = commandIn('postgres', 'slow-data-source');
    const running = startProcess(command('up'));
    await untilAsleep((sql) => onPrimary('postgres', sql));
    const waiting = startProcess(command('up'));
    await untilWaiting();
    await cluster.endPrimary('kill -9');
    expect(await ended(running)).to.deep.equal({
      code: 1,
      stdout: '',
      error:
        'error: MakeSlowly1800000000201: up failed: Connection terminated unexpectedly. ' +
        'The connection is gone, and the database rolls its transaction back: it is as it was before this revision. Run it again.\n',
    });
    const { error, ...others } = await ended(waiting);
    // Whichever of its two sessions notices first.
    const reason = /connection (refused|reset)|Connection terminated unexpectedly|read ECONNRESET/;
    expect({ ...others, error: error.replace(reason, 'REASON') }).to.deep.equal({
      code: 1,
      stdout: '',
      error:
        'error: The connection to postgres://FIRST/postgres ended: REASON. ' +
        'The database rolls back the statement that ran; earlier revisions stay applied. Run the same command again.\n',
    });
    expect(await ended(startProcess(command('up')))).to.deep.equal({
      code: 1,
      stdout: '',
      error:
        'error: Cannot connect to postgres://FIRST,SECOND/postgres: no server of the list fits target_session_attrs=primary: ' +
        'FIRST cannot be reached (connection refused); SECOND is a standby. ' +
        'Start the primary, or promote a standby; then try again.\n',
    });
    await cluster.promoteNext();
    await onPrimary('postgres', 'UPDATE pace SET seconds = 0');
    const again = await runCommand(command('up'));
    expect([again.code, again.stderr]).to.deep.equal([0, '']);
    expect(await logOf('postgres')).to.deep.equal(onceEach(SLOW));
    expect(await onPrimary('postgres', 'SELECT count(*)::integer AS n FROM slow')).to.deep.equal([{ n: 1 }]);
  });

  it('A standby that is promoted in the middle of CREATE INDEX CONCURRENTLY builds the index again: the run that is cut off says what it may leave', async () => {
    await onPrimary('postgres', 'CREATE DATABASE chain');
    const command = commandIn('chain', 'chain-data-source');
    expect(await runCommand(command('up', '+4'))).to.include({ code: 0 });
    const { code, stdout } = await withClient({ ...cluster.primary, database: 'chain' }, async (client) => {
      await client.query('BEGIN; LOCK TABLE child IN ROW EXCLUSIVE MODE');
      const started = startProcess(command('up', '--json'));
      await untilLocked((sql) => onPrimary('chain', sql));
      await until(async () => (await invalidOn(cluster.standbys[0]!)).length === 1);
      await cluster.endPrimary('immediate stop');
      return started.ended;
    });
    expect(code).to.equal(1);
    expect(JSON.parse(stdout)).to.deep.include({
      current: CHAIN[3],
      error: {
        code: 'REVISION_FAILED',
        message:
          'IndexChildren1800000000105: up failed: Connection terminated unexpectedly. ' +
          'It runs outside a transaction and is not recorded; part of it may be in the database. Fix the cause, then run the command again.',
      },
    });
    await cluster.promoteNext();
    expect(await invalidOn(cluster.primary)).to.have.length(1);
    const again = await runCommand(command('up'));
    expect([again.code, again.stderr]).to.deep.equal([0, '']);
    expect(await invalidOn(cluster.primary)).to.deep.equal([]);
    expect(await logOf('chain')).to.deep.equal(onceEach(CHAIN));
  });

  const invalidOn = (target: PostgresTarget) =>
    rowsOn({ ...target, database: 'chain' }, 'SELECT FROM pg_index WHERE NOT indisvalid');
});
