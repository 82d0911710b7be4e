import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import type { Revision } from '../../src/migrator/revision.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase, type TestDatabase } from '../support/databases.js';
import { expectFailure, formerState, only } from '../support/failures.js';
import { handWritten } from '../support/hand-written.js';
import { FAMILY, FILL, REBUILD, RENAME } from '../support/rebuilds.js';
import { revision } from '../support/revisions.js';
import { root, runProcess } from '../support/run-script.js';

const TRIGGER = 'note_parent';
const { up: REBUILT, down: FORMER } = new REBUILD().sqlite;

/** The same rebuild, and a trigger that it takes away by name, before or after the table is another one. */
const WITHOUT_TRIGGER = revision(
  'DropTrigger1800000000341',
  [`DROP TRIGGER "${TRIGGER}"`, ...REBUILT],
  FORMER,
);
const WITH_ANOTHER = revision(
  'ReplaceTrigger1800000000341',
  [
    ...REBUILT,
    `CREATE TRIGGER "${TRIGGER}" AFTER UPDATE ON "parent" BEGIN INSERT INTO "log" VALUES ('another ' || new."name"); END`,
  ],
  FORMER,
);
/** What a rebuild could have lost or left behind, read by a connection that knows nothing of it. */
async function found(database: TestDatabase): Promise<object> {
  const one = async (sql: string) => Object.values((await rowsOf(database, sql))[0] ?? {})[0];
  return {
    parents: await one('SELECT count(*) FROM "parent"'),
    children: await one('SELECT count(*) FROM "child"'),
    pairs: await one(
      'SELECT count(*) FROM "parent" p JOIN "child" c ON c."parent_id" = p."id" AND c."id" = p."id" + 5000',
    ),
    names: await one(`SELECT count(*) FROM "parent" WHERE "name" = 'parent ' || "id"`),
    seenByView: await one('SELECT count(*) FROM "families"'),
    violations: await rowsOf(database, 'PRAGMA foreign_key_check'),
    damage: await one('PRAGMA integrity_check'),
    temporary: await one(
      "SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%temporary%' OR name LIKE '%temporary%'",
    ),
    pointsAt: await one(`SELECT "table" FROM pragma_foreign_key_list('child')`),
  };
}

const WHOLE = {
  parents: 1000,
  children: 1000,
  pairs: 1000,
  names: 1000,
  seenByView: 1000,
  violations: [],
  damage: 'ok',
  temporary: 0,
  pointsAt: 'parent',
};

async function columnsOf(database: TestDatabase, table: string): Promise<readonly unknown[]> {
  return (await rowsOf(database, `SELECT name FROM pragma_table_info('${table}')`)).map(({ name }) => name);
}

onDatabase('sqlite', 'A parent with a thousand children that is rebuilt (SQLite)', (database) => {
  async function withFamilies(...pending: readonly (new () => Revision)[]): Promise<DataSource> {
    await database().connectAtHead(only(FAMILY));
    await execute(database(), FILL);
    return database().connect(only(FAMILY, ...pending));
  }

  /** What the triggers write when a parent is renamed and a child is born. */
  async function written(dataSource: DataSource): Promise<readonly unknown[]> {
    await dataSource.query('DELETE FROM "log"');
    await dataSource.query(`UPDATE "parent" SET "name" = 'other' WHERE "id" = 5`);
    await dataSource.query('INSERT INTO "child" ("id", "parent_id") VALUES (99999, 5)');
    const rows = await dataSource.query<{ words: string }[]>('SELECT "words" FROM "log"');
    await dataSource.query('DELETE FROM "child" WHERE "id" = 99999');
    await dataSource.query(`UPDATE "parent" SET "name" = 'parent 5' WHERE "id" = 5`);
    return rows.map(({ words }) => words);
  }

  it('A parent with a thousand children that is rebuilt keeps every row, up and down and up again, and the cascade still works', async () => {
    const dataSource = await withFamilies(REBUILD);
    for (const columns of [
      ['id', 'name', 'rank'],
      ['id', 'name'],
      ['id', 'name', 'rank'],
    ]) {
      await (columns.length === 3 ? migrateUp : migrateDown)(dataSource);
      expect(await found(database())).to.deep.equal(WHOLE);
      expect(await columnsOf(database(), 'parent')).to.deep.equal(columns);
    }
    expect(await dataSource.query('PRAGMA foreign_keys')).to.deep.equal([{ foreign_keys: 1 }]);
    await dataSource.query('DELETE FROM "parent" WHERE "id" > 600');
    expect(await rowsOf(database(), 'SELECT count(*) AS n FROM "child"')).to.deep.equal([{ n: 600 }]);
  });

  it('A parent with a thousand children that is rebuilt keeps view and triggers, which work', async () => {
    const dataSource = await withFamilies(REBUILD);
    for (const migrate of [migrateUp, migrateDown]) {
      await migrate(dataSource);
      expect(await written(dataSource)).to.deep.equal(['renamed other', 'child of other']);
    }
    expect(await found(database())).to.deep.equal(WHOLE);
  });

  it('A parent with a thousand children that is rebuilt leaves a trigger dropped that the revision drops by name', async () => {
    const dataSource = await withFamilies(WITHOUT_TRIGGER);
    await migrateUp(dataSource);
    expect(await written(dataSource)).to.deep.equal(['child of other']);
    expect(await found(database())).to.deep.equal(WHOLE);
  });

  it('A parent with a thousand children that is rebuilt leaves a trigger as the revision makes it', async () => {
    const dataSource = await withFamilies(WITH_ANOTHER);
    await migrateUp(dataSource);
    expect(await written(dataSource)).to.deep.equal(['another other', 'child of other']);
  });

  it('A parent with a thousand children that is rebuilt does not bring back the trigger of a table that is dropped for good', async () => {
    const gone = revision(
      'DropFamilies1800000000341',
      ['DROP VIEW "families"', 'DROP TRIGGER "note_child"', 'DROP TABLE "child"', 'DROP TABLE "parent"'],
      [],
    );
    await migrateUp(await withFamilies(gone));
    expect(await rowsOf(database(), "SELECT name FROM sqlite_schema WHERE type = 'trigger'")).to.deep.equal(
      [],
    );
  });

  it('A parent with a thousand children that is rebuilt lets children, view and triggers follow a parent that is genuinely renamed, both ways', async () => {
    const dataSource = await withFamilies(REBUILD, RENAME);
    await migrateUp(dataSource);
    expect(await rowsOf(database(), `SELECT "table" FROM pragma_foreign_key_list('child')`)).to.deep.equal([
      { table: 'guardian' },
    ]);
    expect(await rowsOf(database(), 'SELECT count(*) AS n FROM "families"')).to.deep.equal([{ n: 1000 }]);
    expect(await rowsOf(database(), 'PRAGMA foreign_key_check')).to.deep.equal([]);
    await dataSource.query('DELETE FROM "guardian" WHERE "id" = 1000');
    expect(await rowsOf(database(), 'SELECT count(*) AS n FROM "child"')).to.deep.equal([{ n: 999 }]);
    await dataSource.query(`INSERT INTO "guardian" ("id", "name") VALUES (1000, 'parent 1000')`);
    await dataSource.query('INSERT INTO "child" ("id", "parent_id") VALUES (6000, 1000)');
    await migrateDown(dataSource, { target: '-2' });
    expect(await found(database())).to.deep.equal(WHOLE);
    expect(await written(dataSource)).to.deep.equal(['renamed other', 'child of other']);
  });

  it('A parent with a thousand children that is rebuilt keeps every row where a class written by hand rebuilds through TypeORM itself', async () => {
    const { TableColumn } = await import('typeorm');
    const rank = new TableColumn({ name: 'rank', type: 'integer', isNullable: false, default: 7 });
    const byTypeorm = handWritten(
      'AddRank1800000000341',
      (queryRunner) => queryRunner.addColumn('parent', rank),
      (queryRunner) => queryRunner.dropColumn('parent', 'rank'),
    );
    await withFamilies();
    const dataSource = await database().connect(only(FAMILY, byTypeorm));
    for (const migrate of [migrateUp, migrateDown]) {
      await migrate(dataSource);
      expect(await found(database())).to.deep.equal(WHOLE);
      expect(await written(dataSource)).to.deep.equal(['renamed other', 'child of other']);
    }
  });

  it('A parent with a thousand children that is rebuilt puts every row back when the rebuild fails half way, and completes once it is fixed', async () => {
    const broken = revision(
      'RebuildParent1800000000022',
      [...REBUILT.slice(0, 3), 'SELECT no_such FROM "child"'],
      [],
    );
    const dataSource = await withFamilies(broken);
    const before = await formerState(database());
    await expectFailure(migrateUp(dataSource), RevisionFailedError, /no such column: "?no_such/);
    expect(await formerState(database())).to.deep.equal(before);
    expect(await found(database())).to.deep.equal(WHOLE);
    await migrateUp(await database().connect(only(FAMILY, REBUILD)));
    expect(await found(database())).to.deep.equal(WHOLE);
  });

  it('A parent with a thousand children that is rebuilt keeps every row when npm run typeorm goes up and down', async () => {
    await withFamilies(REBUILD);
    const file = `${root}test/support/rebuild-data-source.ts`;
    const typeorm = async (command: string) => {
      const env = { DATABASE_URL: database().url };
      const { code, stderr } = await runProcess('npm', ['run', '-s', 'typeorm', '--', command, '-d', file], {
        env,
      });
      expect(code, stderr).to.equal(0);
      expect(await found(database())).to.deep.equal(WHOLE);
      return columnsOf(database(), 'parent');
    };
    expect(await typeorm('migration:run')).to.include('rank');
    expect(await typeorm('migration:revert')).not.to.include('rank');
    const dataSource = await database().connect(only(FAMILY));
    expect(await written(dataSource)).to.deep.equal(['renamed other', 'child of other']);
  });
});
