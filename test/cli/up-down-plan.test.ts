import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { migrateUp } from '../../src/migrator/migrate.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { handWritten, isPostgres } from '../support/hand-written.js';
import { OFFLINE_HISTORY } from '../support/offline-history.js';
import { databaseState } from '../support/offline-state.js';
import { eachAtMost } from '../support/processes.js';
import { documentOf, runCommandHere, runShelves, runShelvesProcess } from '../support/run-shelves.js';
import { COUNT, FILL, MAKE, shelves } from '../support/shelves.js';

const READING = [
  ['status'],
  ['history'],
  ['up', '--plan'],
  ['up', '+1', '--plan'],
  ['down', '--plan'],
  ['down', 'base', '--plan'],
  ['up', '--sql'],
  ['down', 'base', '--sql'],
] as const;

eachDatabase('A plan', (database) => {
  const at = async (target: string) => migrateUp(await database().connect(shelves('made')), { target });
  const run = (...args: readonly string[]) => runShelves('made', database().url, ...args);

  it('A plan shows the revisions of up in order, with their statements', async () => {
    await at(MAKE);
    expect(await run('up', '--plan')).to.deep.equal({
      code: 0,
      stdout: `2 revisions to apply; nothing was run

${FILL}: Fills them.
  INSERT INTO "shelves" VALUES (1, 'one'), (2, 'two');

${COUNT}
  CREATE TABLE "counts" ("n" integer);
  INSERT INTO "counts" SELECT count(*) FROM "shelves";
`,
      stderr: '',
    });
    expect((await run('up', '+1', '--plan')).stdout).to.match(
      /^1 revision to apply; nothing was run\n\nFill/,
    );
  });

  it('A plan shows the revisions of down, newest first', async () => {
    await at('head');
    expect(await run('down', 'base', '--plan')).to.deep.equal({
      code: 0,
      stdout: `3 revisions to revert; nothing was run

${COUNT}
  DROP TABLE "counts";

${FILL}: Fills them.
  DELETE FROM "shelves";

${MAKE}: Creates shelves.
  DROP TABLE "shelves";
`,
      stderr: '',
    });
  });

  it('A plan reports that there is nothing to do', async () => {
    await at('head');
    expect((await run('up', '--plan')).stdout).to.equal('nothing to apply\n');
    await at('head');
    expect(documentOf(await run('up', '--plan', '--json'))).to.deep.equal({
      direction: 'up',
      steps: [],
      warnings: [],
    });
  });

  it('A plan with --json is one document with its warnings', async () => {
    await at('head');
    const planned = await runShelves('editedDown', database().url, 'down', '--plan', '--json');
    const warning = `${COUNT}: its down was edited after it was applied; the new text runs`;
    expect(planned.stderr).to.equal(`warning: ${warning}\n`);
    expect(documentOf(planned)).to.deep.equal({
      direction: 'down',
      steps: [
        { id: COUNT, description: '', transaction: true, statements: ['DROP TABLE IF EXISTS "counts"'] },
      ],
      warnings: [warning],
    });
  });

  it('A plan shows the known statements of a class written by hand, and reports when none are known', async () => {
    await database().connect(shelves('made'));
    const id = 'ByHand1800000000440';
    const writing = handWritten(id, (queryRunner) =>
      queryRunner.query(`UPDATE "counts" SET "n" = ${isPostgres(queryRunner) ? '$1' : '?'}`, [4]),
    );
    const reading = handWritten('ByHandToo1800000000450', (queryRunner) => queryRunner.hasTable('counts'));
    const contents = { entities: [], migrations: [writing, reading] };
    const { stdout } = await runCommandHere(contents, database().url, ['up', '--plan', '--json']);
    const document = documentOf({ stdout }) as {
      readonly steps: readonly { readonly statements: readonly string[] | null }[];
    };
    expect(document.steps.map(({ statements }) => statements?.length ?? null)).to.deep.equal([1, null]);
    const people = await runCommandHere(contents, database().url, ['up', '--plan']);
    expect(people.stdout).to.contain(
      'ByHandToo1800000000450\n  written by hand: its statements are known only when it runs\n',
    );
  });

  it('A plan, status, history and scripts write nothing', async () => {
    await at(FILL);
    const before = await databaseState(database().target);
    for (const args of READING) {
      const { code, stderr } = await run(...args);
      expect({ args, code, stderr }).to.deep.equal({ args, code: 0, stderr: '' });
    }
    expect(await databaseState(database().target)).to.deep.equal(before);
  });

  it('A plan with --json is the only text on standard output, as are the documents of other commands', async () => {
    await at(FILL);
    const run = (args: readonly string[]) => runShelvesProcess('made', database().url, ...args, '--json');
    const read = await eachAtMost(2, [['status'], ['history'], ['up', '--plan'], ['up', '--sql']], run);
    const wrote = await eachAtMost(1, [['up'], ['stamp', MAKE]], run);
    for (const answer of [...read, ...wrote]) {
      expect(answer.code).to.equal(0);
      expect(documentOf(answer)).to.be.an('object');
    }
    expect(read.map(({ stderr }) => stderr)).to.deep.equal(['', '', '', '']);
  });
});

onDatabase('sqlite', 'A plan on SQLite', (database) => {
  it('A plan creates neither the database file nor the lock file', async () => {
    const { target, url } = database();
    const path = target.dialect === 'sqlite' ? target.path : '';
    for (const args of READING.slice(0, 6)) {
      const { code, stderr } = await runShelves('made', url, ...args);
      expect(code).to.equal(1);
      expect(stderr).to.match(/^error: Cannot connect to sqlite:.*test\.db: the file does not exist/);
    }
    expect([path, `${path}.migrate-lock`].map(existsSync)).to.deep.equal([false, false]);
    await (await database().connect(shelves('made'))).query('CREATE TABLE "one" ("id" integer)');
    for (const args of READING) expect((await runShelves('made', url, ...args)).code).to.equal(0);
    expect([path, `${path}.migrate-lock`].map(existsSync)).to.deep.equal([true, false]);
  });
});

onDatabase('postgres', 'A plan on PostgreSQL', (database) => {
  it('A plan marks revisions that run outside a transaction', async () => {
    const contents = { entities: [], migrations: OFFLINE_HISTORY };
    const { stdout } = await runCommandHere(contents, database().url, ['up', 'IndexParts', '--plan']);
    expect(stdout).to.contain(
      '\nIndexParts1800000000303 (outside a transaction)\n  CREATE INDEX CONCURRENTLY',
    );
    expect(await databaseState(database().target)).to.deep.include({ rows: {} });
  });
});
