import { expect } from 'chai';
import { migrateDown, migrateUp } from '../../src/migrator/migrator.js';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { readStatus } from '../../src/migrator/status.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';
import { revision } from '../support/revisions.js';

const allowed = (sql: string) => `-- lint-allow some-rule: it's what we want; COMMIT\n    ${sql}`;

const MAKE = 'MakePegs1800000000610';
const UP = ['CREATE TABLE "pegs" ("id" integer)', 'INSERT INTO "pegs" VALUES (1), (1)'];
const DOWN = ['DROP TABLE "pegs"'];
const make = revision(MAKE, UP, DOWN);
const allowing = revision(MAKE, UP.map(allowed), DOWN.map(allowed));

class IndexPegs1800000000620 extends Revision {
  override readonly transaction = false;
  override readonly postgres: DialectStatements = {
    up: [allowed('CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "ix_pegs_id" ON "pegs" ("id")')],
    down: [allowed('DROP INDEX CONCURRENTLY IF EXISTS "ix_pegs_id"')],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

eachDatabase('An exception from a lint rule', (database) => {
  const connect = (...migrations: readonly (new () => Revision)[]) =>
    database().connect({ entities: [], migrations });

  it('can be written in front of what is applied already, which is not edited by that', async () => {
    await migrateUp(await connect(make));
    const dataSource = await connect(allowing);
    expect(await readStatus(dataSource)).to.deep.include({ edited: [], pending: [] });
    expect((await migrateUp(dataSource)).done).to.deep.equal([]);
    expect((await migrateDown(dataSource)).done.map(({ id }) => id)).to.deep.equal([MAKE]);
  });

  it('can be taken away again', async () => {
    await migrateUp(await connect(allowing));
    expect(await readStatus(await connect(make))).to.deep.include({ edited: [] });
    const other = revision(MAKE, [...UP, allowed('DELETE FROM "pegs"')], DOWN);
    expect(await readStatus(await connect(other))).to.deep.include({ edited: [MAKE] });
  });
});

onDatabase(
  'postgres',
  'An exception in front of an index that is built outside a transaction',
  (database) => {
    const contents = { entities: [], migrations: [allowing, IndexPegs1800000000620] };
    const valid = `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'ix_pegs_id'::regclass`;
    const mend = () =>
      execute(database(), ['DELETE FROM "pegs" WHERE ctid = (SELECT min(ctid) FROM "pegs")']);

    it('does not keep the invalid one of a failed attempt from being cleared away', async () => {
      const dataSource = await database().connect(contents);
      await migrateUp(dataSource).catch(() => undefined);
      expect(await rowsOf(database(), valid)).to.deep.equal([{ valid: false }]);
      await mend();
      expect((await migrateUp(dataSource)).done.map(({ id }) => id)).to.deep.equal([
        'IndexPegs1800000000620',
      ]);
      expect(await rowsOf(database(), valid)).to.deep.equal([{ valid: true }]);
      expect((await migrateDown(dataSource)).done).to.have.length(1);
    });

    it('nor by a script', async () => {
      await stoppedScript(database(), await scriptFor(database(), contents, { direction: 'up' }));
      expect(await rowsOf(database(), valid)).to.deep.equal([{ valid: false }]);
      await mend();
      await runOffline(database(), contents, { direction: 'up', target: 'MakePegs..head' });
      expect(await rowsOf(database(), valid)).to.deep.equal([{ valid: true }]);
    });
  },
);

onDatabase('sqlite', 'An exception in front of the statements of a rebuild', (database) => {
  it('does not lose the triggers of the table', async () => {
    const rebuild = revision(
      'RebuildPegs1800000000630',
      [
        'CREATE TABLE "temporary_pegs" ("id" integer, "hue" text)',
        'INSERT INTO "temporary_pegs" ("id") SELECT "id" FROM "pegs"',
        'DROP TABLE "pegs"',
        'ALTER TABLE "temporary_pegs" RENAME TO "pegs"',
      ].map(allowed),
      [],
    );
    await migrateUp(await database().connect({ entities: [], migrations: [make] }));
    await execute(database(), [
      'CREATE VIEW "seen" AS SELECT "id" FROM "pegs"',
      'CREATE TRIGGER "noted" AFTER DELETE ON "pegs" BEGIN SELECT 1; END',
    ]);
    await migrateUp(await database().connect({ entities: [], migrations: [make, rebuild] }));
    const rows = await rowsOf(database(), `SELECT name FROM sqlite_schema WHERE type = 'trigger'`);
    expect(rows).to.deep.equal([{ name: 'noted' }]);
    expect(await rowsOf(database(), 'SELECT count(*) AS number FROM "seen"')).to.deep.equal([{ number: 2 }]);
  });
});
