import { expect } from 'chai';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';
import { databaseState } from '../support/offline-state.js';
import { FAMILY, REBUILD } from '../support/rebuilds.js';
import { revision } from '../support/revisions.js';

const FAMILY_ID = 'Family1800000000021';
const REBUILD_ID = 'RebuildParent1800000000022';
const REBUILT = { entities: [], migrations: [FAMILY, REBUILD] };
const ROWS = [
  `INSERT INTO "parent" ("id", "name") VALUES (1, 'one'), (2, 'two')`,
  'INSERT INTO "child" ("id", "parent_id") VALUES (11, 1), (12, 2)',
  'DELETE FROM "log"',
];

onDatabase('sqlite', 'An offline script that rebuilds a table of SQLite', (database) => {
  it('An offline script that rebuilds a table of SQLite stops unharmed where the table has a trigger, which running online keeps', async () => {
    const dataSource = await database().connect(REBUILT);
    await migrateUp(dataSource, { target: FAMILY_ID });
    await execute(database(), ROWS);
    const before = await databaseState(database().target);
    const script = await scriptFor(database(), REBUILT, { direction: 'up', target: `${FAMILY_ID}..head` });

    const stderr = await stoppedScript(database(), script);

    expect(stderr).to.contain(
      `${REBUILD_ID} rebuilds a table that has triggers or indexes which a script cannot create again: drop them first or migrate online`,
    );
    expect(await databaseState(database().target)).to.deep.equal(before);

    await migrateUp(dataSource);
    await execute(database(), [`UPDATE "parent" SET "name" = 'uno' WHERE "id" = 1`]);
    expect(await rowsOf(database(), 'SELECT "words" FROM "log"')).to.deep.equal([{ words: 'renamed uno' }]);
  });

  it('An offline script that rebuilds a table of SQLite stops unharmed on the way down as well, where the old table is renamed first', async () => {
    const dataSource = await database().connect(REBUILT);
    await migrateUp(dataSource);
    await execute(database(), ROWS);
    const before = await databaseState(database().target);
    const stderr = await stoppedScript(
      database(),
      await scriptFor(database(), REBUILT, { direction: 'down' }),
    );
    expect(stderr).to.contain(`${REBUILD_ID} rebuilds a table that has triggers`);
    expect(await databaseState(database().target)).to.deep.equal(before);
    await migrateDown(dataSource);
    await execute(database(), [`UPDATE "parent" SET "name" = 'uno' WHERE "id" = 1`]);
    expect(await rowsOf(database(), 'SELECT "words" FROM "log"')).to.deep.equal([{ words: 'renamed uno' }]);
  });

  it('An offline script that rebuilds a table of SQLite runs where the trigger was dropped first, and keeps parents and children', async () => {
    await runOffline(database(), REBUILT, { direction: 'up', target: FAMILY_ID });
    await execute(database(), [...ROWS, 'DROP TRIGGER "note_parent"']);
    await runOffline(database(), REBUILT, { direction: 'up', target: `${FAMILY_ID}..head` });
    expect(await rowsOf(database(), 'SELECT * FROM "parent" ORDER BY 1')).to.deep.equal([
      { id: 1, name: 'one', rank: 7 },
      { id: 2, name: 'two', rank: 7 },
    ]);
    expect(await rowsOf(database(), 'SELECT * FROM "child" ORDER BY 1')).to.deep.equal([
      { id: 11, parent_id: 1 },
      { id: 12, parent_id: 2 },
    ]);
    expect(await rowsOf(database(), 'PRAGMA foreign_key_list("child")')).to.have.nested.property(
      '[0].table',
      'parent',
    );
  });
});

const ORPHANS = revision('Orphan1800000000024', ['DELETE FROM "parent" WHERE "id" = 2'], []);
const CLEAN = revision('Clean1800000000024', [`UPDATE "parent" SET "name" = 'uno' WHERE "id" = 1`], []);

onDatabase('sqlite', 'An offline script on SQLite, where foreign keys sleep,', (database) => {
  const script = (last: typeof ORPHANS) =>
    scriptFor(
      database(),
      { entities: [], migrations: [FAMILY, last] },
      { direction: 'up', target: `${FAMILY_ID}..head` },
    );

  beforeEach(async () => {
    await runOffline(database(), REBUILT, { direction: 'up', target: FAMILY_ID });
    await execute(database(), ROWS);
  });

  it('An offline script on SQLite, where foreign keys sleep, stops before it commits rows that point at nothing', async () => {
    const { rows } = await databaseState(database().target);
    const stderr = await stoppedScript(database(), await script(ORPHANS));
    expect(stderr).to.contain('Orphan1800000000024 leaves foreign keys that refer to no row');
    const after = await databaseState(database().target);
    for (const table of ['parent', 'child', 'migrations'])
      expect(after.rows[table]).to.deep.equal(rows[table]);
  });

  for (const [name, columns] of [
    ['pragma_foreign_key_check', '"table", "rowid" integer, "fkid"'],
    ['pragma_database_list', '"seq", "name", "file"'],
  ] as const)
    it(`An offline script on SQLite, where foreign keys sleep, stops where a table has the name ${name}, and reads nothing from that table`, async () => {
      await execute(database(), [`CREATE TABLE ${name} (${columns})`]);
      const before = await databaseState(database().target);
      const stderr = await stoppedScript(database(), await script(ORPHANS));
      expect(stderr).to.contain(`'${name}' is not a function`);
      expect(await databaseState(database().target)).to.deep.equal(before);
    });

  it('An offline script on SQLite, where foreign keys sleep, ignores what pointed at nothing before', async () => {
    await execute(database(), ['PRAGMA foreign_keys = OFF', 'INSERT INTO "child" VALUES (13, 99)']);
    await runOffline(
      database(),
      { entities: [], migrations: [FAMILY, CLEAN] },
      { direction: 'up', target: `${FAMILY_ID}..head` },
    );
    expect(await rowsOf(database(), 'SELECT count(*) AS n FROM "child"')).to.deep.equal([{ n: 3 }]);
  });
});
