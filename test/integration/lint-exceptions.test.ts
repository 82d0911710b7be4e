import { expect } from 'chai';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import type { Revision } from '../../src/migrator/revision.js';
import { readStatus } from '../../src/migrator/status.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import {
  allowed,
  allowing,
  DOWN,
  INDEXED_PEGS,
  IS_VALID,
  MAKE,
  make,
  UP,
  WITHOUT_TWIN,
} from '../support/pegs.js';
import { revision } from '../support/revisions.js';

eachDatabase('An exception from a lint rule', (database) => {
  const connect = (...migrations: readonly (new () => Revision)[]) =>
    database().connect({ entities: [], migrations });

  it('An exception from a lint rule can be written in front of what is applied already, which is not edited by that', async () => {
    await migrateUp(await connect(make));
    const dataSource = await connect(allowing);
    expect(await readStatus(dataSource)).to.deep.include({ edited: [], pending: [] });
    expect((await migrateUp(dataSource)).done).to.deep.equal([]);
    expect((await migrateDown(dataSource)).done.map(({ id }) => id)).to.deep.equal([MAKE]);
  });

  it('An exception from a lint rule can be taken away again', async () => {
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
    it('An exception in front of an index that is built outside a transaction does not keep the invalid one of a failed attempt from being cleared away', async () => {
      const dataSource = await database().connect(INDEXED_PEGS);
      await migrateUp(dataSource).catch(() => undefined);
      expect(await rowsOf(database(), IS_VALID)).to.deep.equal([{ valid: false }]);
      await execute(database(), [WITHOUT_TWIN]);
      expect((await migrateUp(dataSource)).done.map(({ id }) => id)).to.deep.equal([
        'IndexPegs1800000000620',
      ]);
      expect(await rowsOf(database(), IS_VALID)).to.deep.equal([{ valid: true }]);
      expect((await migrateDown(dataSource)).done).to.have.length(1);
    });
  },
);

onDatabase('sqlite', 'An exception in front of the statements of a rebuild', (database) => {
  it('An exception in front of the statements of a rebuild does not lose the triggers of the table', async () => {
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
