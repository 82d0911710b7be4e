import { expect } from 'chai';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { eachDatabase } from '../support/databases.js';
import { databaseState } from '../support/offline-state.js';
import { documentOf, runShelves, withoutTimes } from '../support/run-shelves.js';
import { COUNT, FILL, LABEL, MAKE, shelves, type ShelfCode } from '../support/shelves.js';
import { sqliteWords } from '../support/sqlite-words.js';

eachDatabase('The commands up and down', (database) => {
  const run = (code: ShelfCode, ...args: readonly string[]) => runShelves(code, database().url, ...args);
  const upTo = async (target: string, code: ShelfCode = 'made') =>
    migrateUp(await database().connect(shelves(code)), { target });
  const currentIn = async (code: ShelfCode) =>
    (await readStatus(await database().connect(shelves(code)))).current;
  const newestRun = async (code: ShelfCode) => {
    const run = (await readHistory(await database().connect(shelves(code)))).at(-1);
    return { direction: run?.direction, outcome: run?.outcome, allowed: run?.allowed, planned: run?.planned };
  };
  const unharmed = async (use: () => Promise<void>) => {
    const before = await databaseState(database().target);
    await use();
    expect(await databaseState(database().target)).to.deep.equal(before);
  };

  it('up and down apply and revert revisions, and print one line for each', async () => {
    const steps = [
      [
        ['up', 'Fill'],
        [`applied ${MAKE}`, `applied ${FILL}`, `at ${FILL}`],
      ],
      [['up'], [`applied ${COUNT}`, `at ${COUNT}`]],
      [['up'], [`nothing to do, at ${COUNT}`]],
      [['down'], [`reverted ${COUNT}`, `at ${FILL}`]],
      [
        ['up', '+1'],
        [`applied ${COUNT}`, `at ${COUNT}`],
      ],
      [
        ['down', '-2'],
        [`reverted ${COUNT}`, `reverted ${FILL}`, `at ${MAKE}`],
      ],
      [
        ['down', 'base'],
        [`reverted ${MAKE}`, 'at base'],
      ],
      [['down'], ['nothing to do, at base']],
    ] as const;
    for (const [args, lines] of steps) {
      const { code, stdout, stderr } = await run('made', ...args);
      expect({ code, stderr, lines: withoutTimes(stdout) }).to.deep.equal({ code: 0, stderr: '', lines });
    }
  });

  it('up and down --json print one document, and other lines on standard error', async () => {
    const up = await run('made', 'up', 'Fill', '--json');
    const step = { stamped: false, durationMs: 0, tries: 1 };
    expect(documentOf(up)).to.deep.equal({
      status: 'done',
      direction: 'up',
      done: [MAKE, FILL].map((id) => ({ id, direction: 'up', ...step })),
      current: FILL,
    });
    expect(withoutTimes(up.stderr)).to.deep.equal([`applied ${MAKE}`, `applied ${FILL}`, `at ${FILL}`]);
    expect(documentOf(await run('made', 'up', 'Fill', '--json'))).to.deep.equal({
      status: 'nothing-to-do',
      direction: 'up',
      done: [],
      current: FILL,
    });
    expect(documentOf(await run('made', 'down', 'base', '--json'))).to.deep.equal({
      status: 'done',
      direction: 'down',
      done: [FILL, MAKE].map((id) => ({ id, direction: 'down', ...step })),
      current: null,
    });
  });

  it('up stops at a revision that was edited after it was applied, unless --allow-edited is set', async () => {
    await upTo('Fill');
    const words =
      `error: ${MAKE}: edited after this database applied it; its checksum differs. ` +
      'Restore its former text, and write the change as a new revision. To continue once: --allow-edited. ' +
      `To record the new text as applied: npm run -s db -- stamp ${FILL}\n`;
    await unharmed(async () => {
      for (const command of ['up', 'down'])
        expect(await run('edited', command)).to.deep.equal({ code: 1, stdout: '', stderr: words });
    });
    for (const [command, planned] of [
      ['up', COUNT],
      ['down', COUNT],
    ] as const) {
      const { code, stderr } = await run('edited', command, '--allow-edited');
      expect({ code, stderr }).to.deep.equal({
        code: 0,
        stderr: `warning: ${MAKE}: edited after it was applied\n`,
      });
      expect(await newestRun('made')).to.deep.equal({
        direction: command,
        outcome: 'completed',
        allowed: ['edited'],
        planned: [planned],
      });
    }
  });

  it('down only warns of an edited down, so that a broken one can be fixed', async () => {
    await upTo('head');
    const { code, stdout, stderr } = await run('editedDown', 'down');
    expect({ code, stderr, lines: withoutTimes(stdout) }).to.deep.equal({
      code: 0,
      stderr: `warning: ${COUNT}: its down was edited after it was applied; the new text runs\n`,
      lines: [`reverted ${COUNT}`, `at ${FILL}`],
    });
  });

  it('up stops at a recorded revision that the code does not contain, unless --allow-missing is set', async () => {
    await upTo('head');
    const words =
      `error: ${FILL}: recorded in the database, missing in the code. Deploy the version of the code that contains it, ` +
      'or add it to the list of migrations. ';
    const passing = `${words}To continue without it: --allow-missing\n`;
    const needed = `${words}To remove its record without reverting it: npm run -s db -- stamp <the revision before it>\n`;
    await unharmed(async () => {
      for (const args of [['up'], ['down']])
        expect(await run('withoutFill', ...args)).to.deep.equal({ code: 1, stdout: '', stderr: passing });
      for (const args of [
        ['down', 'base'],
        ['down', 'base', '--allow-missing'],
      ])
        expect(await run('withoutFill', ...args)).to.deep.equal({ code: 1, stdout: '', stderr: needed });
    });
    const { code, stderr } = await run('withoutFill', 'down', '--allow-missing');
    expect({ code, stderr }).to.deep.equal({
      code: 0,
      stderr: `warning: ${FILL}: recorded in the database, not in this code\n`,
    });
    expect(await newestRun('made')).to.deep.include({ direction: 'down', allowed: ['missing'] });
    expect(await currentIn('made')).to.equal(FILL);
  });

  it('up stops at a pending revision that is older than current, unless --allow-out-of-order is set', async () => {
    await upTo('head');
    const words =
      `error: ${LABEL}: pending, but older than ${COUNT}, which is already applied. ` +
      'Give it a newer stamp (class name and file name), or first revert to a revision before it (down <revision> --allow-out-of-order). ' +
      'To continue anyway: --allow-out-of-order\n';
    await unharmed(async () => {
      for (const args of [['up'], ['up', 'Label']])
        expect(await run('late', ...args)).to.deep.equal({ code: 1, stdout: '', stderr: words });
    });
    const { code, stdout } = await run('late', 'up', '--allow-out-of-order');
    expect({ code, lines: withoutTimes(stdout) }).to.deep.equal({
      code: 0,
      lines: [`applied ${LABEL}`, `at ${COUNT}`],
    });
    expect(await newestRun('late')).to.deep.equal({
      direction: 'up',
      outcome: 'completed',
      allowed: ['outOfOrder'],
      planned: [LABEL],
    });
  });

  it('up does nothing on a database ahead of the code, and exits with 2, or 0 with --allow-missing', async () => {
    await upTo('head');
    await unharmed(async () => {
      const message =
        `The database is ahead of this code, which does not contain ${COUNT}. Nothing was run. ` +
        'During a rolling deploy, continue with: --allow-missing';
      const refused = await run('old', 'up', '--json');
      expect({ code: refused.code, stderr: refused.stderr }).to.deep.equal({
        code: 2,
        stderr: `error: ${message}\n`,
      });
      expect(documentOf(refused)).to.deep.equal({
        status: 'failed',
        error: { code: 'DATABASE_AHEAD', message },
        done: [],
      });
      expect(await run('old', 'up', '--allow-missing')).to.deep.equal({
        code: 0,
        stdout: `nothing to do, at ${COUNT}\n`,
        stderr: `warning: ${COUNT}: recorded in the database, not in this code\n`,
      });
    });
  });

  it('up keeps the revisions before a failed one, and lists them in the document', async () => {
    const failed = await run('failing', 'up', '--json');
    const cause =
      database().dialect === 'sqlite'
        ? sqliteWords('no such table: nowhere')
        : 'relation "nowhere" does not exist';
    const message =
      `${COUNT}: up failed: ${cause}. Its transaction was rolled back: ` +
      'the database is as it was before this revision. Fix the cause, then run the command again.';
    expect(failed.code).to.equal(1);
    expect(documentOf(failed)).to.deep.equal({
      status: 'failed',
      error: { code: 'REVISION_FAILED', message },
      direction: 'up',
      current: FILL,
      done: [MAKE, FILL].map((id) => ({ id, direction: 'up', stamped: false, durationMs: 0, tries: 1 })),
    });
    expect(failed.stderr.split('\n').at(-2)).to.equal(`error: ${message}`);
    expect(await currentIn('made')).to.equal(FILL);
    expect(Object.keys((await databaseState(database().target)).rows)).to.not.include('counts');
  });

  for (const [code, cause] of [
    ['downThrows', 'there is no way back'],
    ['downMissing', 'it has no down'],
  ] as const)
    it(`down stops at a revision whose down ${code === 'downThrows' ? 'throws' : 'is missing'}, and keeps the earlier reverts`, async () => {
      await upTo('head', code);
      const { code: exit, stdout, stderr } = await run(code, 'down', 'base');
      expect(exit).to.equal(1);
      expect(withoutTimes(stdout)).to.deep.equal([`reverted ${COUNT}`]);
      expect(stderr).to.match(
        new RegExp(`^error: ${FILL}: down failed: ${cause}\\. Its transaction was rolled back: .*\\n$`),
      );
      const { current, pending, failed } = await readStatus(await database().connect(shelves(code)));
      expect({ current, pending }).to.deep.equal({ current: FILL, pending: [COUNT] });
      expect(failed.map(({ id, direction }) => ({ id, direction }))).to.deep.equal([
        { id: FILL, direction: 'down' },
      ]);
      expect((await databaseState(database().target)).rows['shelves']).to.deep.equal([
        { id: 3, label: 'by hand' },
      ]);
    });
});
