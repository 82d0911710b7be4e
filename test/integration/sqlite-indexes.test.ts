import { expect } from 'chai';
import { ObjectNotRestoredError, RevisionFailedError } from '../../src/errors/migration.js';
import { onDatabase } from '../support/databases.js';
import { INDEXES, indexesOf, MANNERS, NEXT_ID, REBUILD, withIndexes } from '../support/live-indexes.js';
import { revision } from '../support/revisions.js';

onDatabase('sqlite', 'An index that was made on the live database', (database) => {
  for (const [title, statements] of Object.entries(MANNERS))
    it(`An index that was made on the live database is there after a rebuild in which ${title}, both ways`, async () => {
      const dataSource = await withIndexes(database(), revision(NEXT_ID, statements, statements));
      const before = await indexesOf(dataSource);
      expect(before).to.have.length(INDEXES.length);
      for (const step of ['runMigrations', 'undoLastMigration'] as const) {
        await dataSource[step]();
        expect(await indexesOf(dataSource)).to.deep.equal(before);
        const twice = dataSource.query(`INSERT INTO "ac" ("id", "email") VALUES (2, 'ADA@EXAMPLE.ORG')`);
        expect(await twice.catch((error: unknown) => String(error))).to.match(/UNIQUE constraint failed/);
      }
    });

  it('An index that was made on the live database follows a column and a table that the same revision renames, before the rebuild or after it', async () => {
    const renames = [
      'ALTER TABLE "ac" RENAME COLUMN "email" TO "mail"',
      'ALTER TABLE "ac" RENAME TO "account"',
    ];
    const rebuilt = REBUILD.map((sql) =>
      sql.replaceAll('"email"', '"mail"').replaceAll('_ac"', '_account"').replaceAll('"ac"', '"account"'),
    );
    const next = revision(
      NEXT_ID,
      [...renames, ...rebuilt],
      [
        ...rebuilt,
        'ALTER TABLE "account" RENAME COLUMN "mail" TO "email"',
        'ALTER TABLE "account" RENAME TO "ac"',
      ],
    );
    const dataSource = await withIndexes(database(), next, INDEXES.slice(0, 2));
    await dataSource.runMigrations();
    expect(await indexesOf(dataSource)).to.deep.equal([
      'CREATE UNIQUE INDEX ac_email_ci ON "account" (lower("mail"))',
      'CREATE INDEX "ac_plain" ON "account" ("name")',
    ]);
    await dataSource.undoLastMigration();
    expect(await indexesOf(dataSource)).to.deep.equal([
      'CREATE UNIQUE INDEX ac_email_ci ON "ac" (lower("email"))',
      'CREATE INDEX "ac_plain" ON "ac" ("name")',
    ]);
  });

  it('An index that was made on the live database is as the revision makes it where that creates it itself, or drops it by name', async () => {
    const next = revision(
      NEXT_ID,
      [
        'DROP INDEX "ac_plain"',
        ...REBUILD,
        'DROP INDEX IF EXISTS main."ac odd"" name"',
        'ALTER TABLE "ac" RENAME COLUMN "name" TO "called"',
        'CREATE INDEX "AC_DESCENDING" ON "ac" ("called")',
      ],
      [],
    );
    const dataSource = await withIndexes(database(), next);
    await dataSource.runMigrations();
    expect(await indexesOf(dataSource)).to.deep.equal([
      'CREATE INDEX "AC_DESCENDING" ON "ac" ("called")',
      'CREATE UNIQUE INDEX ac_email_ci ON ac (lower(email))',
      `CREATE UNIQUE INDEX [ac_partial] ON [ac] ("called") WHERE "email" LIKE '%@example.org'`,
    ]);
  });

  it('An index that was made on the live database goes with a table in whose place another one is put that was there before', async () => {
    const next = revision(NEXT_ID, ['DROP TABLE "ac"', 'ALTER TABLE "other" RENAME TO "ac"'], []);
    const dataSource = await withIndexes(database(), next, [
      ...INDEXES,
      'CREATE TABLE "other" ("id" integer, "email" varchar, "name" varchar)',
    ]);
    await dataSource.runMigrations();
    expect(await indexesOf(dataSource)).to.deep.equal([]);
  });

  for (const [title, statements, reason] of [
    [
      'is gone',
      REBUILD.map((sql) =>
        sql.replaceAll('"email"', '"mail"').replace('SELECT "id", "mail"', 'SELECT "id", "email"'),
      ),
      'no such column: email',
    ],
    [
      'has the same value twice',
      REBUILD.flatMap((sql) =>
        sql.startsWith('INSERT')
          ? [sql, `INSERT INTO "temporary_ac" ("id", "email") VALUES (2, 'ADA@EXAMPLE.ORG')`]
          : [sql],
      ),
      "UNIQUE constraint failed: index 'ac_email_ci'",
    ],
  ] as const)
    it(`An index that was made on the live database stops a revision after which its column ${title}, and nothing is changed`, async () => {
      const dataSource = await withIndexes(database(), revision(NEXT_ID, statements, []));
      const before = await indexesOf(dataSource);
      const failure: unknown = await dataSource.runMigrations().catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(RevisionFailedError);
      expect((failure as RevisionFailedError).cause).to.be.instanceOf(ObjectNotRestoredError);
      expect((failure as Error).message).to.match(
        new RegExp(
          `^${NEXT_ID}: up failed: the revision rebuilds a table, and the index ac_email_ci of ac cannot be created again: .*${reason}\\. ` +
            'To remove objects that depend on a dropped column, put this before the rebuild in the revision: DROP INDEX IF EXISTS "ac_email_ci"\\. ' +
            'Its transaction was rolled back: ',
        ),
      );
      expect(await indexesOf(dataSource)).to.deep.equal(before);
      expect(await dataSource.query('SELECT "email" FROM "ac"')).to.deep.equal([
        { email: 'Ada@Example.org' },
      ]);
      expect(await dataSource.query('SELECT "name" FROM "migrations"')).to.have.length(1);
    });
});
