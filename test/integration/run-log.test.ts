import { expect } from 'chai';
import { hostname, userInfo } from 'node:os';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateDown, migrateUp, stampAt } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { toolName } from '../../src/package-version.js';
import { execute, rowsOf, tablesOf, type Row } from '../support/cli-database.js';
import { problemsOf } from '../support/json-schemas.js';
import { eachDatabase } from '../support/databases.js';
import {
  attemptsIn,
  expectFailure,
  failureOf,
  holdingLock,
  only,
  recordsIn,
  runsIn,
} from '../support/failures.js';
import { handWritten } from '../support/hand-written.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision(
  'MakeGauges1800000000391',
  ['CREATE TABLE gauges (id integer PRIMARY KEY, reading integer)', 'INSERT INTO gauges VALUES (1, 11)'],
  ['DROP TABLE gauges'],
);
const DIALS = revision('MakeDials1800000000392', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);
const KNOBS = revision(
  'MakeKnobs1800000000393',
  ['CREATE TABLE knobs (id integer)'],
  ['SELECT no_such FROM knobs'],
);
const EDITED = revision(
  'MakeGauges1800000000391',
  ['CREATE TABLE gauges (id bigint)'],
  ['DROP TABLE gauges'],
);
const [FIRST, SECOND, THIRD] = [
  'MakeGauges1800000000391',
  'MakeDials1800000000392',
  'MakeKnobs1800000000393',
] as const;
const SHA256 = /^[0-9a-f]{64}$/;
const NO_SUCH = {
  postgres: 'column "no_such" does not exist',
  sqlite: /^(SQLITE_ERROR: |SqliteError: )?no such column: "?no_such"?/,
};
const LEFT =
  'Its transaction was rolled back: the database is as it was before this revision. Fix the cause, then run the command again.';

eachDatabase('The log of runs', (database) => {
  it('The log of runs has a row a run and a row a revision, for what is applied, reverted and only recorded', async () => {
    const dataSource = await database().connect(only(GAUGES, DIALS));
    await migrateUp(dataSource);
    await migrateDown(dataSource);
    await stampAt(dataSource, 'head');
    await migrateDown(dataSource, { stamp: true });
    await migrateUp(dataSource, { target: '+1' });
    const tell = (row: Row) =>
      [row['run_id'], row['revision'], row['direction'], row['kind'], row['outcome']].map(String);
    const attempts = await rowsOf(database(), 'SELECT * FROM migrations_attempt ORDER BY id');
    expect(attempts.map(tell)).to.deep.equal([
      ['1', FIRST, 'up', 'ran', 'done'],
      ['1', SECOND, 'up', 'ran', 'done'],
      ['2', SECOND, 'down', 'ran', 'done'],
      ['3', SECOND, 'up', 'stamped', 'done'],
      ['4', SECOND, 'down', 'stamped', 'done'],
      ['5', SECOND, 'up', 'ran', 'done'],
    ]);
    for (const { checksum_up, checksum_down, tries, error, duration_ms } of attempts) {
      expect(checksum_up).to.match(SHA256).and.not.equal(checksum_down);
      expect(checksum_down).to.match(SHA256);
      expect([tries, error]).to.deep.equal([1, null]);
      expect(duration_ms).to.be.at.least(0);
    }
    const runs = await rowsOf(database(), 'SELECT * FROM migrations_run ORDER BY id');
    expect(
      runs.map(({ direction, planned, allowed, outcome, error }) => [
        direction,
        planned,
        allowed,
        outcome,
        error,
      ]),
    ).to.deep.equal([
      ['up', `["${FIRST}","${SECOND}"]`, '[]', 'completed', null],
      ['down', `["${SECOND}"]`, '[]', 'completed', null],
      ['stamp', `["${SECOND}"]`, '[]', 'completed', null],
      ['stamp', `["${SECOND}"]`, '[]', 'completed', null],
      ['up', `["${SECOND}"]`, '[]', 'completed', null],
    ]);
    for (const { host, pid, tool, actor } of runs)
      expect({ host, pid, tool, actor }).to.deep.equal({
        host: hostname(),
        pid: process.pid,
        tool: toolName(),
        actor:
          database().dialect === 'sqlite'
            ? userInfo().username
            : (database().target as { user?: string }).user,
      });
  });

  it('The log of runs has times that are in order, and in UTC', async () => {
    const earliest = Date.now();
    const pausing = handWritten(
      'Pause1800000000392',
      () => new Promise((resolve) => setTimeout(resolve, 60)),
    );
    await migrateUp(await database().connect(only(GAUGES, pausing)));
    const [run] = await readHistory(await database().connect(only(GAUGES)));
    const [first, second] = run?.attempts ?? [];
    const times = [
      run?.startedAt,
      first?.startedAt,
      first?.finishedAt,
      second?.startedAt,
      second?.finishedAt,
      run?.finishedAt,
    ];
    const stamps = times.map((time) => Date.parse(time ?? ''));
    // Measured by two clocks, and rounded to milliseconds.
    stamps
      .slice(1)
      .forEach((stamp, index) => expect(stamp, times.join(', ')).to.be.at.least(stamps[index]! - 50));
    expect(stamps[0]).to.be.within(earliest - 2000, Date.now() + 2000);
    expect(second?.durationMs).to.be.at.least(55);
    expect(second?.checksum).to.equal(null);
  });

  it('The log of runs notes a failure after the rollback, and status shows it until the revision succeeds', async () => {
    const broken = revision(SECOND, ['CREATE TABLE dials (id integer)', 'SELECT no_such FROM gauges'], []);
    const words = NO_SUCH[database().dialect];
    const dataSource = await database().connect(only(GAUGES, broken, KNOBS));
    await failureOf(migrateUp(dataSource));
    const [run] = await runsIn(database());
    expect(run).to.include({ direction: 'up', outcome: 'failed' });
    expect(run?.['error']).to.include(`${SECOND}: up failed: `).and.include(LEFT);
    const attempts = await attemptsIn(database());
    expect(attempts.map(({ revision: id, outcome }) => [id, outcome])).to.deep.equal([
      [FIRST, 'done'],
      [SECOND, 'failed'],
    ]);
    expect(attempts[1]?.['error']).to.match(new RegExp(words));
    const { failed, pending, current } = await readStatus(dataSource);
    expect([current, pending]).to.deep.equal([FIRST, [SECOND, THIRD]]);
    expect(failed.map(({ id, direction, outcome }) => [id, direction, outcome])).to.deep.equal([
      [SECOND, 'up', 'failed'],
    ]);
    expect(failed[0]?.error).to.match(new RegExp(words));
    const mended = await database().connect(only(GAUGES, DIALS, KNOBS));
    await migrateUp(mended);
    expect((await readStatus(mended)).failed).to.deep.equal([]);
  });

  it('The log of runs notes a revision whose way back fails, and what was reverted before it', async () => {
    const last = revision(
      'MakeLamps1800000000394',
      ['CREATE TABLE lamps (id integer)'],
      ['DROP TABLE lamps'],
    );
    const dataSource = await database().connectAtHead(only(GAUGES, KNOBS, last));
    await expectFailure(
      migrateDown(dataSource, { target: 'base' }),
      RevisionFailedError,
      new RegExp(`^${THIRD}: down failed: .*no_such.*\\. ${LEFT.replace(/\./g, '\\.')}$`),
    );
    expect(await recordsIn(database())).to.deep.equal([FIRST, THIRD]);
    expect(await tablesOf(database()))
      .to.include('knobs')
      .and.not.include('lamps');
    expect(
      (await attemptsIn(database()))
        .slice(3)
        .map(({ revision: id, direction, outcome }) => [id, direction, outcome]),
    ).to.deep.equal([
      ['MakeLamps1800000000394', 'down', 'done'],
      [THIRD, 'down', 'failed'],
    ]);
    const { failed } = await readStatus(dataSource);
    expect(failed.map(({ id, direction }) => [id, direction])).to.deep.equal([[THIRD, 'down']]);
    const mended = revision(THIRD, ['CREATE TABLE knobs (id integer)'], ['DROP TABLE knobs']);
    await migrateDown(await database().connect(only(GAUGES, mended, last)), { target: 'base' });
    expect(await recordsIn(database())).to.deep.equal([]);
  });

  it('The log of runs notes what was allowed, and what was unsafe is refused without a row', async () => {
    await database().connectAtHead(only(GAUGES, KNOBS));
    const dataSource = await database().connect(only(EDITED, DIALS));
    const allowances = [{}, { edited: true }, { edited: true, missing: true }];
    for (const allow of allowances) await failureOf(migrateUp(dataSource, { allow }));
    expect(await runsIn(database())).to.have.length(1);
    await migrateUp(dataSource, { allow: { edited: true, missing: true, outOfOrder: true } });
    await migrateDown(dataSource, { allow: { edited: true, missing: true }, target: FIRST }).catch(
      () => undefined,
    );
    const runs = await rowsOf(database(), 'SELECT planned, allowed FROM migrations_run ORDER BY id');
    expect(JSON.parse(String(runs[1]?.['allowed']))).to.have.members(['edited', 'missing', 'outOfOrder']);
    expect(runs[1]?.['planned']).to.equal(`["${SECOND}"]`);
    const [, second] = await readHistory(dataSource);
    expect(second?.allowed).to.have.members(['edited', 'missing', 'outOfOrder']);
  });

  it('The log of runs reads a run that never ended as interrupted, and as running while another process holds the lock', async () => {
    await database().connectAtHead(only(GAUGES));
    const dataSource = await database().connect(only(GAUGES, DIALS, KNOBS));
    await execute(database(), [
      `INSERT INTO migrations_run (direction, planned, allowed, actor, host, pid, tool)
       VALUES ('up', '["${SECOND}","${THIRD}"]', '[]', 'somebody', 'a-host', 4711, 'orchestrator-db 0.0.7')`,
      `INSERT INTO migrations_attempt (run_id, revision, direction, kind, outcome, started_at, finished_at, duration_ms, tries)
       SELECT max(id), '${SECOND}', 'up', 'ran', 'done', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 5, 1 FROM migrations_run`,
    ]);
    const told = async () => {
      const status = await readStatus(dataSource);
      const shown = { ...status, revisionsFrom: 'data-source' };
      expect(problemsOf('status', JSON.parse(JSON.stringify(shown)))).to.deep.equal([]);
      const { failed, running } = status;
      const outcomes = (await readHistory(dataSource)).map(({ outcome }) => outcome);
      return {
        failed: failed.map(({ id, outcome }) => [id, outcome]),
        running: running?.actor ?? null,
        outcomes,
      };
    };
    expect(await told()).to.deep.equal({
      failed: [[THIRD, 'interrupted']],
      running: null,
      outcomes: ['completed', 'interrupted'],
    });
    const meanwhile = await holdingLock(database(), told);
    expect(meanwhile).to.deep.equal({ failed: [], running: 'somebody', outcomes: ['completed', 'running'] });
    await migrateUp(dataSource);
    expect(await told()).to.deep.equal({
      failed: [],
      running: null,
      outcomes: ['completed', 'interrupted', 'completed'],
    });
  });

  it('The log of runs is written with quotes, line breaks and signs of any kind in an error', async () => {
    const words = `it's "quoted" \\ and\nbroken ; -- ? 100 % \u{1f9ea} $1`;
    const throwing = handWritten(SECOND, () => Promise.reject(new Error(words)));
    const dataSource = await database().connect(only(GAUGES, throwing));
    await expectFailure(
      migrateUp(dataSource),
      RevisionFailedError,
      `${SECOND}: up failed: ${words.replace('\n', '\\n')}. ${LEFT}`,
    );
    expect((await attemptsIn(database()))[1]?.['error']).to.equal(words);
    expect((await readStatus(dataSource)).failed[0]?.error).to.equal(words);
  });
});
