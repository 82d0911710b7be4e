import { expect } from 'chai';
import { CommitUncertain } from '../../src/databases/commit-uncertain.js';
import { LockLostError, RevisionFailedError } from '../../src/errors/migration.js';
import type { PostgresTarget } from '../../src/database-url.js';
import type { GuardedDataSource } from '../../src/data-source.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { startCuttingProxy, type Cut } from '../support/cutting-proxy.js';
import { onDatabase } from '../support/databases.js';
import {
  attemptsIn,
  failureOf,
  formerState,
  impatientClock,
  only,
  onTarget,
  readable,
  recordsIn,
  runsIn,
  withClient,
} from '../support/failures.js';
import { startRestartablePostgres, type RestartablePostgres } from '../support/restartable-postgres.js';
import { revision } from '../support/revisions.js';
import { until } from '../support/until.js';

const FIRST = revision(
  'MakeGauges1800000000301',
  [
    'CREATE TABLE gauges (id integer PRIMARY KEY, reading integer NOT NULL)',
    'INSERT INTO gauges VALUES (1, 11)',
    'CREATE TABLE pace (seconds integer NOT NULL)',
    'INSERT INTO pace VALUES (0)',
  ],
  ['DROP TABLE pace', 'DROP TABLE gauges'],
);
const SLOW = revision(
  'ReadSlowly1800000000302',
  ['CREATE TABLE slow (id integer)', 'UPDATE gauges SET reading = 12', 'SELECT pg_sleep(seconds) FROM pace'],
  ['UPDATE gauges SET reading = 11', 'DROP TABLE slow'],
);
const ROLLED_BACK =
  'The connection is gone, and the database rolls its transaction back: it is as it was before this revision. Run it again.';
const UNCERTAIN =
  'The connection was lost during its COMMIT, so it is either applied and recorded, or neither. Run the command again.';
/** Not the word in READ COMMITTED: the whole statement, as it ends on the wire. */
const COMMIT = 'COMMIT\0';
const ALL = ['MakeGauges1800000000301', 'ReadSlowly1800000000302'];

/** At FIRST, its state then, and as slow as that. */
async function prepare(target: PostgresTarget, seconds: number): Promise<void> {
  await onTarget(target, { contents: only(FIRST) }, (dataSource) => migrateUp(dataSource));
  await withClient(target, (client) => client.query('UPDATE pace SET seconds = $1', [seconds]));
}

function sleeping(target: PostgresTarget): Promise<boolean> {
  return withClient(target, async (client) => {
    const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
    return (await client.query(sql)).rowCount === 1;
  });
}

const completes = async (dataSource: GuardedDataSource, done: readonly string[]) => {
  const report = await migrateUp(dataSource, { lockTimeoutMs: 500, clock: impatientClock });
  expect(report.done.map(({ id }) => id)).to.deep.equal(done);
};

describe('A server that is stopped and started in the middle of a run (PostgreSQL)', () => {
  let server: RestartablePostgres;
  before(async () => {
    server = await startRestartablePostgres();
  });
  beforeEach(() => server.resume());
  after(() => server.stop());

  for (const [signal, name, words] of [
    ['SIGINT', 'stopped', 'terminating connection due to administrator command'],
    // It has no time to see to it that its last words arrive.
    [
      'SIGQUIT',
      'crashed',
      '(terminating connection due to immediate shutdown command|Connection terminated unexpectedly)',
    ],
  ] as const) {
    it(`A server that is stopped and started in the middle of a run fails, saying that the server has ended, and completes on the next run: ${name}`, async () => {
      const target = { ...server.target, database: `while_${name}` };
      await withClient(server.target, async (client) => {
        await client.query(`CREATE DATABASE ${target.database}`);
        // The server does without it to be quick, and would lose in a crash what was committed just before.
        await client.query(`ALTER DATABASE ${target.database} SET synchronous_commit = on`);
      });
      await prepare(target, 600);
      const before = await formerState(readable(target));
      await onTarget(target, { contents: only(FIRST, SLOW) }, async (dataSource) => {
        const failure = failureOf(migrateUp(dataSource));
        await until(() => sleeping(target));
        await server.halt(signal);
        expect((await failure).message).to.match(
          new RegExp(`^ReadSlowly1800000000302: up failed: ${words}\\. `),
        );
        expect((await failure).message).to.include(ROLLED_BACK);
        expect(await failure).to.be.instanceOf(RevisionFailedError);
        await server.resume();
        expect(await formerState(readable(target))).to.deep.equal(before);
        const runs = await readHistory(dataSource);
        expect(runs.map(({ outcome }) => outcome)).to.deep.equal(['completed', 'interrupted']);
        const { failed, pending } = await readStatus(dataSource);
        expect(failed.map(({ id, outcome }) => `${id} ${outcome}`)).to.deep.equal([
          'ReadSlowly1800000000302 interrupted',
        ]);
        expect(pending).to.deep.equal(['ReadSlowly1800000000302']);
        await dataSource.query('UPDATE pace SET seconds = 0');
        await completes(dataSource, ['ReadSlowly1800000000302']);
        expect((await readStatus(dataSource)).failed).to.deep.equal([]);
      });
      expect(await recordsIn(readable(target))).to.deep.equal(ALL);
    });
  }
});

onDatabase('postgres', 'A connection that is cut in the middle of a run (PostgreSQL)', (database) => {
  /** Runs it by a way that breaks; gives the failure, and whether it was recorded. */
  async function runAndCut(cut: Cut, seconds: number): Promise<Error> {
    const target = database().target as PostgresTarget;
    await prepare(target, seconds);
    const front = await startCuttingProxy(target, cut);
    try {
      const options = { contents: only(FIRST, SLOW), settings: { poolSize: 2 } };
      return await onTarget(front.target, options, async (dataSource) => {
        const failure = await failureOf(migrateUp(dataSource));
        expect(front.isCut).to.equal(true);
        return failure;
      });
    } finally {
      await front.close();
    }
  }

  const again = (done: readonly string[]) =>
    onTarget(database().target, { contents: only(FIRST, SLOW) }, (dataSource) => completes(dataSource, done));

  const connectionLost =
    /^ReadSlowly1800000000302: up failed: (Connection terminated unexpectedly|read ECONNRESET)\. /;

  for (const when of ['unsent', 'running'] as const) {
    it(`A connection that is cut in the middle of a run leaves the former state when a statement is ${when}, and notes the failure on another connection`, async () => {
      const before = await prepare(database().target as PostgresTarget, 0).then(() =>
        formerState(database()),
      );
      const failure = await runAndCut({ at: 'pg_sleep', when, scope: 'one' }, when === 'running' ? 1 : 0);
      expect(failure.message).to.match(connectionLost).and.include(ROLLED_BACK);
      expect(failure).to.be.instanceOf(RevisionFailedError);
      await until(async () => !(await sleeping(database().target as PostgresTarget)));
      await withClient(database().target, (client) => client.query('UPDATE pace SET seconds = 0'));
      expect(await formerState(database())).to.deep.equal(before);
      const [, attempt] = await attemptsIn(database());
      expect(attempt).to.include({ revision: ALL[1], outcome: 'failed', tries: 1 });
      await again([ALL[1]!]);
      expect(await recordsIn(database())).to.deep.equal(ALL);
    });
  }

  it('A connection that is cut in the middle of a run rolls back when it is cut before COMMIT arrives, and reports that the outcome is unknown', async () => {
    const failure = await runAndCut({ at: COMMIT, when: 'unsent', scope: 'one' }, 0);
    expect(failure.message).to.match(connectionLost).and.include(UNCERTAIN);
    expect(failure.cause).to.be.instanceOf(CommitUncertain);
    expect(await recordsIn(database())).to.deep.equal([ALL[0]]);
    expect((await statusNow()).pending).to.deep.equal([ALL[1]]);
    expect((await runsIn(database())).at(-1)).to.include({ outcome: 'failed', error: failure.message });
    await again([ALL[1]!]);
  });

  it('A connection that is cut in the middle of a run stays applied when it is cut after COMMIT was done, reports that the outcome is unknown, and status reports which', async () => {
    const failure = await runAndCut({ at: COMMIT, when: 'unanswered', scope: 'one' }, 0);
    expect(failure.message).to.match(connectionLost).and.include(UNCERTAIN);
    expect(await recordsIn(database())).to.deep.equal(ALL);
    const { failed, pending, current } = await statusNow();
    expect({ failed, pending, current }).to.deep.equal({ failed: [], pending: [], current: ALL[1] });
    expect((await attemptsIn(database())).map(({ outcome }) => outcome)).to.deep.equal(['done', 'done']);
    await again([]);
  });

  for (const when of ['unsent', 'unanswered'] as const) {
    it(`A connection that is cut in the middle of a run claims nothing that it cannot know when all its connections are cut and COMMIT is ${when}`, async () => {
      const failure = await runAndCut({ at: COMMIT, when, scope: 'all' }, 0);
      expect(failure.message).to.include(UNCERTAIN);
      expect(await recordsIn(database())).to.deep.equal(when === 'unsent' ? [ALL[0]] : ALL);
      await again(when === 'unsent' ? [ALL[1]!] : []);
      const { failed, pending } = await statusNow();
      expect({ failed, pending }).to.deep.equal({ failed: [], pending: [] });
    });
  }

  it('A connection that is cut in the middle of a run stops, and records nothing, when all its connections are cut under a statement', async () => {
    const failure = await runAndCut({ at: 'pg_sleep', when: 'running', scope: 'all' }, 2);
    expect(failure.message).to.match(connectionLost).and.include(ROLLED_BACK);
    expect(failure).not.to.be.instanceOf(LockLostError);
    expect(await recordsIn(database())).to.deep.equal([ALL[0]]);
    await until(async () => !(await sleeping(database().target as PostgresTarget)));
    await withClient(database().target, (client) => client.query('UPDATE pace SET seconds = 0'));
    await again([ALL[1]!]);
  });

  const statusNow = () => onTarget(database().target, { contents: only(FIRST, SLOW) }, readStatus);
});
