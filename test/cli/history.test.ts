import { expect } from 'chai';
import { hostname } from 'node:os';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { execute } from '../support/cli-database.js';
import { eachDatabase } from '../support/databases.js';
import { fillLog } from '../support/long-log.js';
import { documentOf, runShelves, withoutTimes } from '../support/run-shelves.js';
import { COUNT, FILL, MAKE, shelves, type ShelfCode } from '../support/shelves.js';
import { sqliteWords } from '../support/sqlite-words.js';

/** An instant as ISO 8601 has it, and as it is compared. */
const INSTANT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g;
const THEN = '<instant>';

eachDatabase('The command history', (database) => {
  const lines = async (code: ShelfCode, ...args: readonly string[]) => {
    const { stdout } = await runShelves(code, database().url, 'history', ...args);
    return withoutTimes(stdout).map((line) =>
      line
        .replace(INSTANT, THEN)
        .replace(/\d+ s ago/, '<ago>')
        .replace(/ {2}\d+ ms( *)/, (_all, gap) => `  <time>${gap === '' ? '' : '  '}`)
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

  for (const time of ['yesterday', '2026-13-01', '5 fortnights', ''])
    it(`history refuses --since "${time}"`, async () => {
      const { code, stdout, stderr } = await runShelves('made', database().url, 'history', '--since', time);
      expect({ code, stdout }).to.deep.equal({ code: 64, stdout: '' });
      expect(stderr).to.equal(
        `error: option '--since <time>' argument '${time}' is invalid. It takes 2026-11-30, 2026-11-30T08:00:00Z, "30 min", "12 h" or "7 days".\n`,
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
      `run 2  ${THEN}  <ago>  down completed, by USER here`,
      `  - ${FILL}  ran done  <time>  Fills them.`,
      `run 1  ${THEN}  <ago>  up failed, by USER here, allowed: missing`,
      `  + ${MAKE}   ran done    <time>  Creates shelves.`,
      `  + ${FILL}   ran done    <time>  Fills them.`,
      `  + ${COUNT}  ran failed  <time>`,
      `      ${cause}`,
    ]);
    const idsIn = async (...args: readonly string[]) => {
      const { stdout } = await runShelves('made', database().url, 'history', ...args);
      return stdout
        .split('\n')
        .filter((line) => line.startsWith('run '))
        .map((line) => line.split(' ')[1]);
    };
    expect(await idsIn('--failed')).to.deep.equal(['1']);
    expect(await idsIn('--since', '1 h')).to.deep.equal(['2', '1']);
    expect(await idsIn('--since', '2099-01-01')).to.deep.equal([]);
    await execute(database(), [
      `UPDATE migrations_run SET started_at = '2026-01-01 12:00:00.000' WHERE id = 1`,
    ]);
    expect(await idsIn('--since', '1 h')).to.deep.equal(['2']);
    expect((await runShelves('made', database().url, 'history')).stdout).to.match(
      /run 1 .*  \d{2,4} days ago /,
    );
    expect(await idsIn('--since', '2026-01-01T12:00:00Z')).to.deep.equal(['2', '1']);
    expect(await idsIn('--since', '2026-01-01T12:00:00.001Z')).to.deep.equal(['2']);
    expect(await lines('made', '--failed', '--since', '2026-01-02')).to.deep.equal([
      `no runs that did not complete since ${THEN} are logged`,
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
