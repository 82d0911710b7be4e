import { expect } from 'chai';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { expectFailure, only, recordsIn } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const FIRST = 'MakeAccounts1800000000421';
const SECOND = 'IndexAccounts1800000000422';
const ACCOUNTS = revision(
  FIRST,
  ['CREATE TABLE acc (gone integer, email text, n integer)', 'ALTER TABLE acc DROP COLUMN gone'],
  [],
);
const KEYS = `(lower(acc.email), n DESC) WHERE n > 3 -- a comment`;
const LEFT =
  'It runs outside a transaction and is not recorded; part of it may be in the database. Fix the cause, then run the command again.';

class IndexAccounts1800000000422 extends Revision {
  static override readonly description = 'Builds an index.';
  override readonly transaction = false;
  override readonly postgres: DialectStatements = {
    up: [`CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "ux email" ON "acc" ${KEYS}`],
    down: [`DROP INDEX CONCURRENTLY IF EXISTS "ux email"`],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

onDatabase('postgres', 'An index CONCURRENTLY whose name is taken (PostgreSQL)', (database) => {
  const both = () => only(ACCOUNTS, IndexAccounts1800000000422);

  async function withObject(...statements: readonly string[]): Promise<void> {
    const dataSource = await database().connectAtHead(only(ACCOUNTS));
    for (const sql of statements) await dataSource.query(sql);
  }

  const taken: readonly (readonly [kind: string, what: string, statements: readonly string[]])[] = [
    [
      'an index of another table',
      'CREATE INDEX "ux email" ON public.report USING btree (x)',
      ['CREATE TABLE report (x text)', 'CREATE INDEX "ux email" ON report (x)'],
    ],
    [
      'an invalid index of another table',
      'CREATE UNIQUE INDEX "ux email" ON public.report USING btree (x)',
      ['CREATE TABLE report (x text)', "INSERT INTO report VALUES ('a'), ('a')"],
    ],
    [
      'an index of the table that is not unique',
      'CREATE INDEX "ux email" ON public.acc USING btree (lower(email), n DESC) WHERE (n > 3)',
      [`CREATE INDEX "ux email" ON acc (lower(email), n DESC) WHERE n > 3`],
    ],
    [
      'an index of the table with other keys',
      'CREATE UNIQUE INDEX "ux email" ON public.acc USING btree (lower(email), n) WHERE (n > 3)',
      [`CREATE UNIQUE INDEX "ux email" ON acc (lower(email), n) WHERE n > 3`],
    ],
    [
      'an index of the table with another condition',
      'CREATE UNIQUE INDEX "ux email" ON public.acc USING btree (lower(email), n DESC) WHERE (n > 4)',
      [`CREATE UNIQUE INDEX "ux email" ON acc (lower(email), n DESC) WHERE n > 4`],
    ],
    ['a table', 'table "ux email"', ['CREATE TABLE "ux email" (a integer)']],
  ];
  for (const [kind, what, statements] of taken)
    it(`An index CONCURRENTLY whose name is taken by ${kind} fails, and is not recorded`, async () => {
      await withObject(...statements);
      if (kind.startsWith('an invalid')) {
        const dataSource = await database().connect(only(ACCOUNTS));
        const build = 'CREATE UNIQUE INDEX CONCURRENTLY "ux email" ON report (x)';
        await dataSource.query(build).catch(() => undefined);
      }
      await expectFailure(
        migrateUp(await database().connect(both())),
        RevisionFailedError,
        `${SECOND}: up failed: the index "ux email" was not built: another object has its name (${what}). Rename or drop that object. ${LEFT}`,
      );
      expect(await recordsIn(database())).to.deep.equal([FIRST]);
    });

  it('An index CONCURRENTLY that an earlier attempt has built and not recorded is recorded', async () => {
    await withObject(`CREATE UNIQUE INDEX "ux email" ON acc (lower(email), n DESC) WHERE n > 3`);
    await migrateUp(await database().connect(both()));
    expect(await recordsIn(database())).to.deep.equal([FIRST, SECOND]);
    expect(await rowsOf(database(), "SELECT relname FROM pg_class WHERE relpersistence = 't'")).to.deep.equal(
      [],
    );
  });
});
