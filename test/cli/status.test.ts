import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { documentOf, runShelves } from '../support/run-shelves.js';
import { COUNT, FILL, LABEL, MAKE, shelves, type ShelfCode } from '../support/shelves.js';
import { sqliteWords } from '../support/sqlite-words.js';

/** An instant as ISO 8601 has it, and as it is compared. */
const INSTANT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z/g;
const THEN = '<instant>';
/** As the lists show it. */
const AGO = `${THEN}  <ago>`;
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
    return stdout
      .replace(INSTANT, THEN)
      .replace(/\d+ s ago/g, '<ago>')
      .split('\n')
      .slice(0, -1);
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
      `  ${MAKE}   Creates shelves.`,
      `  ${FILL}   Fills them.`,
      `  ${COUNT}`,
      '',
      'next step',
      '  3 pending: npm run -s db:up',
    ]);
    expect(await document('made')).to.deep.equal({
      ...{ current: null, head: COUNT, applied: [], pending: [MAKE, FILL, COUNT] },
      ...{ ...NOTHING, revisions: EXPANDING, server: await serverHere() },
    });
  });

  it('status reports how long ago a revision was applied', async () => {
    await upTo(MAKE);
    await execute(database(), [`UPDATE migrations_attempt SET finished_at = '2026-01-01 12:00:00.000'`]);
    const { stdout } = await runShelves('made', database().url, 'status');
    expect(stdout).to.match(/ 2026-01-01T12:00:00Z {2}\d{2,4} days ago {2}verified/);
  });

  it('status reports applied revisions with time, checksum and description', async () => {
    await upTo(FILL);
    expect(await lines('made')).to.deep.equal([
      `at ${FILL}, head is ${COUNT}`,
      '',
      'pending',
      `  ${COUNT}`,
      '',
      'next step',
      '  1 pending: npm run -s db:up',
      '',
      'applied',
      `  ${FILL}  ${AGO}  verified  Fills them.`,
      `  ${MAKE}  ${AGO}  verified  Creates shelves.`,
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
      `  ${COUNT}  ${AGO}  verified`,
      `  ${FILL}   ${AGO}  verified  Fills them.`,
      `  ${MAKE}   ${AGO}  edited`,
      '',
      'edited since it was applied',
      `  ${MAKE}`,
    ]);
    expect((await lines('withoutFill')).slice(3)).to.deep.equal([
      `  ${COUNT}  ${AGO}  verified`,
      `  ${FILL}   ${AGO}  missing`,
      `  ${MAKE}   ${AGO}  verified  Creates shelves.`,
      '',
      'missing in the code',
      `  ${FILL}`,
    ]);
    expect((await lines('late')).slice(1, 4)).to.deep.equal(['', 'pending', `  ${LABEL}  out of order`]);
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
      `  ${COUNT}  time unknown  unverified`,
      `  ${FILL}   time unknown  unverified  Fills them.`,
      `  ${MAKE}   time unknown  unverified`,
    ]);
    const answer = await runShelves('edited', database().url, 'up');
    expect({ code: answer.code, stdout: answer.stdout }).to.deep.equal({
      code: 0,
      stdout: `nothing to do, at ${COUNT}\n`,
    });
    await migrateDown(dataSource);
    await migrateUp(dataSource);
    expect(await lines('made')).to.include(`  ${COUNT}  ${AGO}  verified`);
  });

  it('status reports a class written by hand as not checksummed', async () => {
    await upTo('head', 'byHand');
    expect(await lines('byHand')).to.include(`  ${FILL}   ${AGO}  not checksummed`);
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
