import { expect } from 'chai';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { scriptFor, stoppedScript } from '../support/offline-run.js';
import { revision } from '../support/revisions.js';
import { runInShell } from '../support/shells.js';

const CHANGE = 'WithoutNote1800000000082';
const REBUILD = [
  'CREATE TABLE "temporary_customers" ("id" integer PRIMARY KEY NOT NULL, "code" varchar)',
  'INSERT INTO "temporary_customers" SELECT "id", "code" FROM "customers"',
  'DROP TABLE "customers"',
  'ALTER TABLE "temporary_customers" RENAME TO "customers"',
];
const MAKE = revision(
  'MakeCustomers1800000000081',
  [
    'CREATE TABLE "customers" ("id" integer PRIMARY KEY NOT NULL, "note" varchar, "code" varchar)',
    'CREATE TABLE "orders" ("id" integer PRIMARY KEY NOT NULL, "customer" integer NOT NULL)',
  ],
  [],
);
const USES = (column: string) =>
  `CREATE TRIGGER "oth" AFTER INSERT ON "orders" BEGIN UPDATE "customers" SET "id" = "id" WHERE ${column} = new."customer"; END`;
const VIEW = (column: string) => `CREATE VIEW "seen" AS SELECT ${column} FROM "customers"`;

onDatabase('sqlite', 'An offline script that rebuilds a table which others use', (database) => {
  /** A database with these objects beside its revisions, and the script of the change. */
  const scriptOn = async (live: readonly string[], before: readonly string[] = []) => {
    const contents = { entities: [], migrations: [MAKE, revision(CHANGE, [...before, ...REBUILD], [])] };
    const first = await scriptFor(database(), contents, { direction: 'up', target: MAKE.name });
    expect((await runInShell(database().target, first)).code).to.equal(0);
    await execute(database(), live);
    return scriptFor(database(), contents, { direction: 'up', target: `${MAKE.name}..head` });
  };
  const tables = () => rowsOf(database(), `SELECT name, sql FROM sqlite_schema ORDER BY name`);

  for (const [title, live, words] of [
    ['a trigger of another table', USES('note'), /error in trigger oth: no such column: note/],
    ['a view', VIEW('note'), /error in view seen: no such column: note/],
  ] as const)
    it(`An offline script that rebuilds a table which others use stops where ${title} does not work any more, and changes nothing`, async () => {
      const script = await scriptOn([live]);
      const before = await tables();
      expect(await stoppedScript(database(), script)).to.match(words);
      expect(await tables()).to.deep.equal(before);
    });

  for (const [title, live, dropped] of [
    ['they work on', [USES('code'), VIEW('code')], []],
    [
      'the revision drops them first',
      [USES('note'), VIEW('note')],
      ['DROP TRIGGER "oth"', 'DROP VIEW "seen"'],
    ],
  ] as const)
    it(`An offline script that rebuilds a table which others use runs where ${title}, and leaves nothing behind`, async () => {
      const { code, stderr } = await runInShell(database().target, await scriptOn(live, dropped));
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      const names = (await tables()).map(({ name }) => String(name));
      expect(names.filter((name) => name.includes('orchestrator_db_read'))).to.deep.equal([]);
    });

  it('An offline script that rebuilds a table which others use stops for a view that was broken before, which its comment explains', async () => {
    const script = await scriptOn([VIEW('"nothing" + missing')]);
    expect(await stoppedScript(database(), script)).to.match(/error in view seen: no such column: missing/);
    expect(script).to.include(
      [
        `-- ${CHANGE} rebuilds a table. To rename a table, SQLite reads all triggers and views: an error here names one that does`,
        '-- not work any more. Drop it before this script, and create it again for the new columns.',
        '-- SQLite does not read the columns that a trigger of another table writes: look at those triggers yourself.',
      ].join('\n'),
    );
  });
});
