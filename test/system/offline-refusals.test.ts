import { expect } from 'chai';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { execute } from '../support/cli-database.js';
import { eachDatabase, type TestDatabase } from '../support/databases.js';
import { OFFLINE_HISTORY } from '../support/offline-history.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';
import { databaseState } from '../support/offline-state.js';
import { revision } from '../support/revisions.js';
import { runInShell } from '../support/shells.js';

const CONTENTS = { entities: [], migrations: OFFLINE_HISTORY };
const HEAD = 'FillMore1800000000308';

/** A database that a script does not belong to, and what the shell then reports. */
interface WrongPlace {
  readonly title: string;
  readonly at: string;
  readonly direction: 'up' | 'down';
  readonly target: string;
  readonly words: Readonly<Record<'sqlite' | 'postgres', string>>;
}

const WRONG: readonly WrongPlace[] = [
  {
    title: 'a script from base where revisions are recorded',
    at: 'FillStore',
    direction: 'up',
    target: 'IndexParts',
    words: {
      sqlite: 'CreateStore1800000000301: the newest recorded revision should be none',
      postgres:
        'CreateStore1800000000301 was not applied: the newest recorded revision is FillStore1800000000302, it should be none.',
    },
  },
  {
    title: 'a range that begins later',
    at: 'FillStore',
    direction: 'up',
    target: 'IndexParts..RankSuppliers',
    words: {
      sqlite: 'RankSuppliers1800000000304: the newest recorded revision should be IndexParts1800000000303',
      postgres:
        'RankSuppliers1800000000304 was not applied: the newest recorded revision is FillStore1800000000302, it should be IndexParts1800000000303.',
    },
  },
  {
    title: 'a range that begins earlier',
    at: 'RankSuppliers',
    direction: 'up',
    target: 'FillStore..RankSuppliers',
    words: {
      sqlite: 'IndexParts1800000000303: the newest recorded revision should be FillStore1800000000302',
      postgres:
        'IndexParts1800000000303 was not applied: the newest recorded revision is RankSuppliers1800000000304, it should be FillStore1800000000302.',
    },
  },
  {
    title: 'a range that begins outside a transaction',
    at: 'RankSuppliers',
    direction: 'down',
    target: 'IndexParts..FillStore',
    words: {
      sqlite: 'IndexParts1800000000303: the newest recorded revision should be IndexParts1800000000303',
      postgres:
        'IndexParts1800000000303 was not reverted: the newest recorded revision is RankSuppliers1800000000304, it should be IndexParts1800000000303.',
    },
  },
  {
    title: 'a script down from head where head is not applied',
    at: 'RankSuppliers',
    direction: 'down',
    target: 'base',
    words: {
      sqlite: `${HEAD}: the newest recorded revision should be ${HEAD}`,
      postgres: `${HEAD} was not reverted: the newest recorded revision is RankSuppliers1800000000304, it should be ${HEAD}.`,
    },
  },
];

/** It stops with an error, and nothing whatever is different afterwards. */
async function stopsUnharmed(database: TestDatabase, script: string): Promise<string> {
  const before = await databaseState(database.target);
  const stderr = await stoppedScript(database, script);
  expect(await databaseState(database.target)).to.deep.equal(before);
  return stderr;
}

eachDatabase(
  'An offline script on a database where it does not belong stops, and changes nothing:',
  (database) => {
    const script = (direction: 'up' | 'down', target?: string) =>
      scriptFor(database(), CONTENTS, { direction, ...(target === undefined ? {} : { target }) });

    for (const { title, at, direction, target, words } of WRONG)
      it(title, async () => {
        await migrateUp(await database().connect(CONTENTS), { target: at });
        expect(await stopsUnharmed(database(), await script(direction, target))).to.contain(
          words[database().dialect],
        );
      });

    it('An offline script stops and changes nothing for a range on an empty database', async () => {
      const stderr = await stopsUnharmed(database(), await script('up', 'FillStore..IndexParts'));
      expect(stderr).to.contain(
        database().dialect === 'sqlite'
          ? 'IndexParts1800000000303: the newest recorded revision should be FillStore1800000000302'
          : 'IndexParts1800000000303 was not applied: no revision is recorded here, and FillStore1800000000302 should be the newest.',
      );
      expect(
        (await databaseState(database().target)).schema.filter(({ type }) => type === 'table'),
      ).to.deep.equal([]);
    });

    it('An offline script stops and changes nothing on the way down on an empty database', async () => {
      await stopsUnharmed(database(), await script('down', 'base'));
    });

    it('An offline script stops and changes nothing from base where tables are that are not recorded', async () => {
      await execute(database(), ['CREATE TABLE "supplier" ("id" integer)']);
      await stopsUnharmed(database(), await script('up'));
    });

    it('An offline script stops and changes nothing where the way up has been run already', async () => {
      const text = await script('up');
      expect((await runInShell(database().target, text)).code).to.equal(0);
      await stopsUnharmed(database(), text);
    });

    it('An offline script stops and changes nothing where the way down has been run already', async () => {
      await migrateUp(await database().connect(CONTENTS));
      const text = await script('down', 'base');
      expect((await runInShell(database().target, text)).code).to.equal(0);
      await stopsUnharmed(database(), text);
    });

    it('An offline script stops and changes nothing where its only section has been run, up and down', async () => {
      await migrateUp(await database().connect(CONTENTS), { target: 'FillStore' });
      for (const direction of ['up', 'down'] as const) {
        const range = direction === 'up' ? 'FillStore..IndexParts' : 'IndexParts..FillStore';
        const text = await script(direction, range);
        expect((await runInShell(database().target, text)).code).to.equal(0);
        await stopsUnharmed(database(), text);
      }
    });

    it('An offline script stops and changes nothing where the newest revision is unknown to it', async () => {
      const more = revision('FromAnotherBranch1800000000399', [], []);
      const dataSource = await database().connect({ ...CONTENTS, migrations: [...OFFLINE_HISTORY, more] });
      await migrateUp(dataSource);
      expect(await stopsUnharmed(database(), await script('down', 'base'))).to.contain(HEAD);
      await migrateDown(dataSource);
      expect((await runInShell(database().target, await script('down', 'base'))).code).to.equal(0);
    });
  },
);

const BREAKING = [
  revision('MakeOne1800000000311', ['CREATE TABLE "one" ("id" integer)'], ['DROP TABLE "one"']),
  revision(
    'MakeTwo1800000000312',
    ['CREATE TABLE "two" ("id" integer)', 'INSERT INTO "two" VALUES (1)', 'INSERT INTO "nowhere" VALUES (2)'],
    ['DROP TABLE "two"'],
  ),
  revision('MakeThree1800000000313', ['CREATE TABLE "three" ("id" integer)'], ['DROP TABLE "three"']),
];

const MENDED = BREAKING.with(1, revision('MakeTwo1800000000312', ['CREATE TABLE "two" ("id" integer)'], []));

eachDatabase('An offline script one of whose statements fails', (database) => {
  const broken = { entities: [], migrations: BREAKING };

  it('An offline script one of whose statements fails stops there, keeps what was done before, and the database reports where it stands', async () => {
    const stderr = await stoppedScript(database(), await scriptFor(database(), broken, { direction: 'up' }));
    expect(stderr).to.contain('nowhere');
    const { current, pending, failed } = await readStatus(await database().connect(broken));
    expect({ current, pending }).to.deep.equal({
      current: 'MakeOne1800000000311',
      pending: ['MakeTwo1800000000312', 'MakeThree1800000000313'],
    });
    expect(failed.map(({ id, outcome }) => [id, outcome])).to.deep.equal([
      ['MakeTwo1800000000312', 'interrupted'],
    ]);
    const { rows } = await databaseState(database().target);
    expect(Object.keys(rows).filter((name) => /^(one|two|three)$/.test(name))).to.deep.equal(['one']);
  });

  it('An offline script one of whose statements fails stops there also where the shell has no option to stop at errors', async () => {
    const { target, dialect } = database();
    const script = await scriptFor(database(), broken, { direction: 'up' });
    const { code, stderr } = await runInShell(target, script, { lenient: true });
    expect({ code, stderr }).to.deep.include({ code: dialect === 'postgres' ? 3 : 1 });
    const { failed } = await readStatus(await database().connect(broken));
    expect(failed.map(({ id, outcome }) => [id, outcome])).to.deep.equal([
      ['MakeTwo1800000000312', 'interrupted'],
    ]);
  });

  it('An offline script one of whose statements fails continues with the rest once that is fixed', async () => {
    await stoppedScript(database(), await scriptFor(database(), broken, { direction: 'up' }));
    const mended = { entities: [], migrations: MENDED };
    await runOffline(database(), mended, { direction: 'up', target: 'MakeOne..head' });
    const status = await readStatus(await database().connect(mended));
    expect(status).to.deep.include({
      current: 'MakeThree1800000000313',
      pending: [],
      edited: [],
      failed: [],
    });
  });
});
