import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { fillLog } from '../support/long-log.js';
import { documentOf, runShelves, withoutTimes } from '../support/run-shelves.js';
import { COUNT, FILL, LABEL, MAKE, shelves, type ShelfCode } from '../support/shelves.js';
import { sqliteWords } from '../support/sqlite-words.js';

/** An instant as ISO 8601 has it, and as it is compared. */
const INSTANT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g;
const THEN = '<instant>';
/** What the code has, as the document tells it. */
const REVISIONS = [
  { id: MAKE, description: 'Creates shelves.' },
  { id: FILL, description: 'Fills them.' },
  { id: COUNT, description: '' },
];
const EXPANDING = REVISIONS.map((one) => ({ ...one, phase: 'expand' }));
const FROM = { revisionsFrom: 'data-source', manifestUnused: 'The sources are not compiled.' };
const NOTHING = { ...FROM, missing: [], outOfOrder: [], edited: [], failed: [], running: null };

eachDatabase('The command status', (database) => {
  const lines = async (code: ShelfCode) => {
    const { code: exit, stdout, stderr } = await runShelves(code, database().url, 'status');
    expect({ exit, stderr }).to.deep.equal({ exit: 0, stderr: '' });
    return stdout.replace(INSTANT, THEN).split('\n').slice(0, -1);
  };
  const document = async (code: ShelfCode) => {
    const answer = await runShelves(code, database().url, 'status', '--json');
    return documentOf({ stdout: answer.stdout.replace(INSTANT, THEN) }) as Record<string, unknown>;
  };
  const upTo = async (target: string, code: ShelfCode = 'made') =>
    migrateUp(await database().connect(shelves(code)), { target });

  /** What the database itself says of its version. */
  const serverHere = async () => {
    const ofPostgres = database().dialect === 'postgres';
    const sql = ofPostgres ? 'SHOW server_version' : 'SELECT sqlite_version() AS server_version';
    const [row] = await rowsOf(database(), sql);
    const version = String(row?.['server_version']).replace(/ .*/, '');
    return { version, ...(ofPostgres ? { role: 'primary' } : {}) };
  };

  it('status reports every revision of an empty database as pending', async () => {
    await database().connect(shelves('made'));
    expect(await lines('made')).to.deep.equal([
      `at base, head is ${COUNT}`,
      '',
      'pending',
      `  ${MAKE}  Creates shelves.`,
      `  ${FILL}  Fills them.`,
      `  ${COUNT}`,
    ]);
    expect(await document('made')).to.deep.equal({
      ...{ current: null, head: COUNT, applied: [], pending: [MAKE, FILL, COUNT] },
      ...{ ...NOTHING, revisions: EXPANDING, server: await serverHere() },
    });
  });

  it('status reports applied revisions with time, checksum and description', async () => {
    await upTo(FILL);
    expect(await lines('made')).to.deep.equal([
      `at ${FILL}, head is ${COUNT}`,
      '',
      'applied',
      `  ${MAKE}  ${THEN}  verified  Creates shelves.`,
      `  ${FILL}  ${THEN}  verified  Fills them.`,
      '',
      'pending',
      `  ${COUNT}`,
    ]);
    const { applied, ...rest } = await document('made');
    expect(rest).to.deep.equal({
      ...{ current: FILL, head: COUNT, pending: [COUNT] },
      ...{ ...NOTHING, revisions: EXPANDING, server: await serverHere() },
    });
    const entries = applied as readonly { readonly checksum: string }[];
    expect(entries.map((entry) => ({ ...entry, checksum: '' }))).to.deep.equal(
      REVISIONS.slice(0, 2).map((revision) => ({
        ...revision,
        ...{ appliedAt: THEN, checksum: '', verification: 'verified' },
      })),
    );
    for (const { checksum } of entries) expect(checksum).to.match(/^[0-9a-f]{64}$/);
    expect(entries[0]?.checksum).to.not.equal(entries[1]?.checksum);
  });

  it('status reports a database at head', async () => {
    await upTo('head');
    expect((await lines('made'))[0]).to.equal(`at head, ${COUNT}`);
  });

  it('status reports edited, missing and out-of-order revisions', async () => {
    await upTo('head');
    expect((await lines('edited')).slice(2)).to.deep.equal([
      'applied',
      `  ${MAKE}  ${THEN}  edited`,
      `  ${FILL}  ${THEN}  verified  Fills them.`,
      `  ${COUNT}  ${THEN}  verified`,
      '',
      'edited since it was applied',
      `  ${MAKE}`,
    ]);
    expect((await lines('withoutFill')).slice(3)).to.deep.equal([
      `  ${MAKE}  ${THEN}  verified  Creates shelves.`,
      `  ${FILL}  ${THEN}  missing`,
      `  ${COUNT}  ${THEN}  verified`,
      '',
      'missing in the code',
      `  ${FILL}`,
    ]);
    expect((await lines('late')).slice(-2)).to.deep.equal(['pending', `  ${LABEL}  out of order`]);
    expect((await lines('old'))[0]).to.equal(`at ${COUNT}, head is ${FILL}`);
    const told = await Promise.all((['edited', 'withoutFill', 'late'] as const).map(document));
    expect(told.map(({ edited, missing, outOfOrder }) => ({ edited, missing, outOfOrder }))).to.deep.equal([
      { edited: [MAKE], missing: [], outOfOrder: [] },
      { edited: [], missing: [FILL], outOfOrder: [] },
      { edited: [], missing: [], outOfOrder: [LABEL] },
    ]);
  });

  it('status reports a failed attempt until a later one succeeds', async () => {
    await upTo('head', 'failing').catch(() => undefined);
    const cause =
      database().dialect === 'sqlite'
        ? sqliteWords('no such table: nowhere')
        : 'relation "nowhere" does not exist';
    expect((await lines('failing')).slice(-2)).to.deep.equal([
      'failed attempts',
      `  ${COUNT}  up failed at ${THEN}: ${cause}`,
    ]);
    expect((await document('failing'))['failed']).to.deep.equal([
      { id: COUNT, direction: 'up', outcome: 'failed', at: THEN, error: cause },
    ]);
    const long = 'as long as a row that has a file in it, '.repeat(50);
    await execute(database(), [`UPDATE migrations_attempt SET error = '${long}' WHERE error IS NOT NULL`]);
    expect((await lines('failing')).slice(-1)).to.deep.equal([
      `  ${COUNT}  up failed at ${THEN}: ${long.slice(0, 1000)}...`,
    ]);
    expect((await document('failing'))['failed']).to.deep.equal([
      { id: COUNT, direction: 'up', outcome: 'failed', at: THEN, error: long },
    ]);
    await upTo('head');
    expect((await document('made'))['failed']).to.deep.equal([]);
    await migrateDown(await database().connect(shelves('made')));
    expect((await document('made'))['failed']).to.deep.equal([]);
    expect(await lines('made')).to.not.include('failed attempts');
  });

  it('status reports the records of other tools as unverified, never as edited', async () => {
    const dataSource = await database().connect(shelves('made'));
    await migrateUp(dataSource);
    await execute(database(), ['DROP TABLE "migrations_run"', 'DROP TABLE "migrations_attempt"']);
    expect((await lines('edited')).slice(2)).to.deep.equal([
      'applied',
      `  ${MAKE}  time unknown  unverified`,
      `  ${FILL}  time unknown  unverified  Fills them.`,
      `  ${COUNT}  time unknown  unverified`,
    ]);
    const answer = await runShelves('edited', database().url, 'up');
    expect({ code: answer.code, stdout: answer.stdout }).to.deep.equal({
      code: 0,
      stdout: `nothing to do, at ${COUNT}\n`,
    });
    await migrateDown(dataSource);
    await migrateUp(dataSource);
    expect((await lines('made'))[5]).to.equal(`  ${COUNT}  ${THEN}  verified`);
  });

  it('status reports a class written by hand as not checksummed', async () => {
    await upTo('head', 'byHand');
    expect((await lines('byHand'))[4]).to.equal(`  ${FILL}  ${THEN}  not checksummed`);
  });
});

eachDatabase('The command history', (database) => {
  const lines = async (code: ShelfCode) => {
    const { stdout } = await runShelves(code, database().url, 'history');
    return withoutTimes(stdout).map((line) =>
      line
        .replace(INSTANT, THEN)
        .replace(/ {2}\d+ ms/, '  <time>')
        .replace(
          /, by \S+ on (\S+), orchestrator-db \d+\.\d+\.\d+/,
          (_all, where) => `, by USER${where === hostname() ? ' here' : ''}`,
        ),
    );
  };

  it('history reports that no runs are logged', async () => {
    await database().connect(shelves('made'));
    expect(await lines('made')).to.deep.equal(['no runs are logged']);
    expect(documentOf(await runShelves('made', database().url, 'history', '--json'))).to.deep.equal({
      runs: [],
      total: 0,
    });
  });

  it('history shows the newest 20 runs, or as many as --limit specifies, and the total', async () => {
    const dataSource = await database().connect(shelves('made'));
    await migrateUp(dataSource);
    await fillLog(dataSource, { runs: 29, revisions: [MAKE] });
    const runsIn = async (...args: readonly string[]) => {
      const { stdout } = await runShelves('made', database().url, 'history', ...args);
      const lines = stdout.split('\n');
      return {
        runs: lines.filter((line) => line.startsWith('run ')).map((line) => line.split(' ')[1]),
        last: lines.at(-2),
      };
    };
    const newest = (count: number) => Array.from({ length: count }, (_, index) => String(30 - index));
    const more = (count: number) =>
      `These are the newest ${count} of 30 runs. To see more: --limit <number>.`;
    expect(await runsIn()).to.deep.equal({ runs: newest(20), last: more(20) });
    expect(await runsIn('--limit', '3')).to.deep.equal({ runs: newest(3), last: more(3) });
    expect((await runsIn('--limit', '30')).runs).to.deep.equal(newest(30));
    expect((await runsIn('--limit', '9999999')).last).not.to.include('newest');
    const { runs, total } = documentOf(
      await runShelves('made', database().url, 'history', '--json', '--limit', '2'),
    ) as {
      readonly runs: readonly { readonly id: string; readonly attempts: readonly unknown[] }[];
      readonly total: number;
    };
    expect({ ids: runs.map(({ id }) => id), total }).to.deep.equal({ ids: ['30', '29'], total: 30 });
    expect(runs.map(({ attempts }) => attempts.length)).to.deep.equal([1, 1]);
  });

  for (const limit of ['0', '-2', 'all', '1.5', '12345678'])
    it(`history refuses --limit ${limit}`, async () => {
      const { code, stdout, stderr } = await runShelves('made', database().url, 'history', '--limit', limit);
      expect({ code, stdout }).to.deep.equal({ code: 64, stdout: '' });
      expect(stderr).to.equal(
        `error: option '--limit <number>' argument '${limit}' is invalid. Use a whole number from 1 to 9999999.\n`,
      );
    });

  it('history shows every run and every attempt, newest first', async () => {
    const dataSource = await database().connect(shelves('failing'));
    await migrateUp(dataSource, { allow: { missing: true } }).catch(() => undefined);
    await migrateDown(dataSource);
    const cause =
      database().dialect === 'sqlite'
        ? sqliteWords('no such table: nowhere')
        : 'relation "nowhere" does not exist';
    expect(await lines('made')).to.deep.equal([
      `run 2  ${THEN}  down completed, by USER here`,
      `  - ${FILL}  ran done  <time>  Fills them.`,
      `run 1  ${THEN}  up failed, by USER here, allowed: missing`,
      `  + ${MAKE}  ran done  <time>  Creates shelves.`,
      `  + ${FILL}  ran done  <time>  Fills them.`,
      `  + ${COUNT}  ran failed  <time>  ${cause}`,
    ]);
  });

  it('history --json prints one document', async () => {
    await migrateUp(await database().connect(shelves('made')), { target: MAKE });
    const { stdout } = await runShelves('made', database().url, 'history', '--json');
    const { runs } = JSON.parse(stdout.replace(INSTANT, THEN)) as {
      readonly runs: readonly Record<string, unknown>[];
    };
    const [{ actor, attempts, ...run } = {}, ...more] = runs;
    expect(more).to.deep.equal([]);
    expect(actor).to.be.a('string').and.not.equal('');
    const { tool, ...rest } = run;
    expect(tool).to.match(/^orchestrator-db \d/);
    expect(rest).to.deep.equal({
      id: '1',
      direction: 'up',
      planned: [MAKE],
      allowed: [],
      host: hostname(),
      pid: process.pid,
      startedAt: THEN,
      finishedAt: THEN,
      outcome: 'completed',
      error: null,
    });
    const [{ durationMs, checksum, ...attempt } = {}] = attempts as readonly Record<string, unknown>[];
    expect(durationMs).to.be.a('number');
    expect(checksum).to.match(/^[0-9a-f]{64}$/);
    expect(attempt).to.deep.equal({
      ...{ revision: MAKE, direction: 'up', kind: 'ran', outcome: 'done', run: '1', phase: 'expand' },
      ...{ startedAt: THEN, finishedAt: THEN, tries: 1, error: null },
    });
  });
});

onDatabase('sqlite', 'The commands status and history on SQLite', (database) => {
  it('status and history create no file', async () => {
    const { target, url } = database();
    const folder = dirname(target.dialect === 'sqlite' ? target.path : '');
    for (const command of ['status', 'history'])
      expect((await runShelves('made', url, command)).stderr).to.contain('the file does not exist');
    expect(await readdir(folder)).to.deep.equal([]);
  });
});
