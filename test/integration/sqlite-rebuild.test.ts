import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import {
  ForeignKeysBrokenError,
  RevisionFailedError,
  TransactionOpenError,
} from '../../src/errors/migration.js';
import { StructureNotKeptError } from '../../src/errors/rebuild.js';
import { onDatabase } from '../support/databases.js';
import { FAMILY, FILL, REBUILD, RENAME } from '../support/rebuilds.js';
import { revision } from '../support/revisions.js';
import { dataSourceFile } from '../support/processes.js';
import { runScript } from '../support/run-script.js';

const BREAKING = revision(
  'LoseParents1800000000022',
  ['DELETE FROM "parent" WHERE "id" IN (3, 4)'],
  ['DELETE FROM "parent" WHERE "id" = 5'],
);
const FAILING = revision(
  'FailInRebuild1800000000022',
  [...new REBUILD().sqlite.up.slice(0, 3), 'ALTER TABLE "temporary_parent" RENAME TO "child"'],
  [],
);

async function one(dataSource: DataSource, sql: string): Promise<unknown> {
  const rows = await dataSource.query<Record<string, unknown>[]>(sql);
  expect(rows).to.have.length(1);
  return Object.values(rows[0] ?? {})[0];
}

const count = (dataSource: DataSource, table: string) => one(dataSource, `SELECT count(*) FROM "${table}"`);

/** Everything that the rebuild could have lost or left behind. */
async function stateOf(dataSource: DataSource): Promise<object> {
  return {
    parents: await count(dataSource, 'parent'),
    children: await count(dataSource, 'child'),
    families: await count(dataSource, 'families'),
    violations: await dataSource.query<unknown[]>('PRAGMA foreign_key_check'),
    temporary: await one(dataSource, "SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%temporary_%'"),
    pointsAt: await one(dataSource, `SELECT "table" FROM pragma_foreign_key_list('child')`),
    foreignKeys: await one(dataSource, 'PRAGMA foreign_keys'),
    legacyAlterTable: await one(dataSource, 'PRAGMA legacy_alter_table'),
  };
}

const WHOLE = {
  parents: 1000,
  children: 1000,
  families: 1000,
  violations: [],
  temporary: 0,
  pointsAt: 'parent',
  foreignKeys: 1,
  legacyAlterTable: 0,
};

onDatabase('sqlite', 'A rebuild of a table on SQLite', (database) => {
  /** At FAMILY, filled; the other revision is pending. */
  async function withFamilies(pending = REBUILD): Promise<DataSource> {
    const first = await database().connectAtHead({ entities: [], migrations: [FAMILY] });
    for (const sql of FILL) await first.query(sql);
    return database().connect({ entities: [], migrations: [FAMILY, pending] });
  }

  async function failureOf(work: Promise<unknown>): Promise<RevisionFailedError> {
    const outcome: unknown = await work.catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(RevisionFailedError);
    return outcome as RevisionFailedError;
  }

  it('A rebuild of a table on SQLite keeps every row of the table and of its children, both ways', async () => {
    const dataSource = await withFamilies();
    expect(await stateOf(dataSource)).to.deep.equal(WHOLE);
    await dataSource.runMigrations();
    expect(await one(dataSource, 'SELECT sum("rank") FROM "parent"')).to.equal(7000);
    expect(await stateOf(dataSource)).to.deep.equal(WHOLE);
    await dataSource.undoLastMigration();
    expect(await stateOf(dataSource)).to.deep.equal(WHOLE);
  });

  it('A rebuild of a table on SQLite keeps the temporary triggers of the connection, both ways', async () => {
    const dataSource = await withFamilies();
    for (const sql of [
      'CREATE TEMP TABLE undone (id integer)',
      'CREATE TEMP TRIGGER undo AFTER DELETE ON main."parent" BEGIN INSERT INTO undone VALUES (old."id"); END',
      'CREATE TRIGGER undo AFTER DELETE ON "parent" BEGIN SELECT 1; END',
    ])
      await dataSource.query(sql);
    const fired = async () => {
      await dataSource.query(`DELETE FROM "parent" WHERE "id" = (SELECT max("id") FROM "parent")`);
      return count(dataSource, 'undone');
    };
    await dataSource.runMigrations();
    expect(await fired()).to.equal(1);
    await dataSource.undoLastMigration();
    expect(await fired()).to.equal(2);
    expect(await one(dataSource, `SELECT count(*) FROM sqlite_schema WHERE name = 'undo'`)).to.equal(1);
  });

  it('A rebuild of a table on SQLite refuses to lose a column that no revision names, and keeps its values, in either manner', async () => {
    const dataSource = await withFamilies();
    const refused = async (work: Promise<unknown>) => {
      const { cause, message } = await failureOf(work);
      expect(cause).to.be.instanceOf(StructureNotKeptError);
      expect(message).to.include('rebuilds the table "parent" and would lose the column "legal_note"');
      expect(await one(dataSource, `SELECT count(*) FROM "parent" WHERE "legal_note" = 'kept'`)).to.equal(
        1000,
      );
      expect(await stateOf(dataSource)).to.deep.equal(WHOLE);
    };
    await dataSource.query(`ALTER TABLE "parent" ADD COLUMN "legal_note" text DEFAULT 'kept'`);
    await refused(dataSource.runMigrations());
    await dataSource.query('ALTER TABLE "parent" DROP COLUMN "legal_note"');
    await dataSource.runMigrations();
    await dataSource.query(`ALTER TABLE "parent" ADD COLUMN "legal_note" text DEFAULT 'kept'`);
    await refused(dataSource.undoLastMigration());
  });

  it('A rebuild of a table on SQLite leaves the children as they were: the cascade and their own trigger work', async () => {
    const dataSource = await withFamilies();
    await dataSource.runMigrations();
    await dataSource.undoLastMigration();
    await dataSource.query('INSERT INTO "child" ("parent_id") VALUES (17)');
    expect(await dataSource.query('SELECT * FROM "log"')).to.deep.equal([{ words: 'child of parent 17' }]);
    await dataSource.query('DELETE FROM "parent" WHERE "id" <= 10');
    expect(await count(dataSource, 'child')).to.equal(991);
  });

  it('A rebuild of a table on SQLite lets those who point at a table follow when it is genuinely renamed, both ways', async () => {
    const dataSource = await withFamilies(RENAME);
    await dataSource.runMigrations();
    expect(await one(dataSource, `SELECT "table" FROM pragma_foreign_key_list('child')`)).to.equal(
      'guardian',
    );
    expect(await count(dataSource, 'families')).to.equal(1000);
    expect(await dataSource.query('PRAGMA foreign_key_check')).to.deep.equal([]);
    await dataSource.query(`UPDATE "guardian" SET "name" = 'new' WHERE "id" = 2`);
    expect(await dataSource.query('SELECT * FROM "log"')).to.deep.equal([{ words: 'renamed new' }]);
    await dataSource.undoLastMigration();
    expect(await stateOf(dataSource)).to.deep.equal(WHOLE);
  });

  it('A rebuild of a table on SQLite does not fail for violations that were there before', async () => {
    const dataSource = await withFamilies();
    await dataSource.query('PRAGMA foreign_keys = OFF');
    await dataSource.query('INSERT INTO "child" ("id", "parent_id") VALUES (9001, 4001), (9002, 4001)');
    await dataSource.query('PRAGMA foreign_keys = ON');
    await dataSource.runMigrations();
    await dataSource.undoLastMigration();
    expect(await count(dataSource, 'child')).to.equal(1002);
    expect(await dataSource.query('PRAGMA foreign_key_check')).to.have.length(2);
  });

  it('A rebuild of a table on SQLite does not fail for old violations when the parent is genuinely renamed', async () => {
    const dataSource = await withFamilies(RENAME);
    await dataSource.query('PRAGMA foreign_keys = OFF');
    await dataSource.query('INSERT INTO "child" ("id", "parent_id") VALUES (9001, 4001)');
    await dataSource.query('PRAGMA foreign_keys = ON');
    await dataSource.runMigrations();
    expect(await dataSource.query('PRAGMA foreign_key_check')).to.have.length(1);
  });

  it('A rebuild of a table on SQLite fails for new violations, naming them, and leaves the former state', async () => {
    const dataSource = await withFamilies(BREAKING);
    const failure = await failureOf(dataSource.runMigrations());
    expect(failure.cause).to.be.instanceOf(ForeignKeysBrokenError);
    expect(failure.message).to.equal(
      'LoseParents1800000000022: up failed: foreign keys refer to rows that do not exist: ' +
        'child row 5003 -> parent, child row 5004 -> parent. ' +
        'Its transaction was rolled back: the database is as it was before this revision. Fix the cause, then run the command again.',
    );
    expect(await stateOf(dataSource)).to.deep.equal(WHOLE);
    expect(await count(dataSource, 'migrations')).to.equal(1);
  });

  it('A rebuild of a table on SQLite fails where a table has the name of the check of foreign keys, and reads nothing from that table', async () => {
    const dataSource = await withFamilies(BREAKING);
    await dataSource.query('CREATE TABLE pragma_foreign_key_check ("table", "rowid" integer, "fkid")');
    const failure = await failureOf(dataSource.runMigrations());
    // One driver begins with the code of SQLite, the other with the name of its error, or with neither.
    expect(failure.message).to.match(
      /^LoseParents1800000000022: up failed: (?:(?:SQLITE_ERROR|SqliteError): )?'pragma_foreign_key_check' is not a function/,
    );
    expect(await stateOf(dataSource)).to.deep.equal(WHOLE);
    expect(await count(dataSource, 'migrations')).to.equal(1);
  });

  it('A rebuild of a table on SQLite fails for new violations on the way back too', async () => {
    const dataSource = await withFamilies(BREAKING);
    await dataSource.runMigrations({ fake: true });
    const failure = await failureOf(dataSource.undoLastMigration());
    expect(failure.message).to.include('down failed: ').and.include('child row 5005 -> parent');
    expect(await stateOf(dataSource)).to.deep.equal(WHOLE);
    expect(await count(dataSource, 'migrations')).to.equal(2);
  });

  it('A rebuild of a table on SQLite leaves rows, schema and pragmas as they were when it fails half way', async () => {
    const dataSource = await withFamilies(FAILING);
    const failure = await failureOf(dataSource.runMigrations());
    expect(failure.message).to.include('there is already another table or index with this name: child');
    expect(await stateOf(dataSource)).to.deep.equal(WHOLE);
    expect(await count(dataSource, 'migrations')).to.equal(1);
  });

  for (const [foreignKeys, legacyAlterTable] of [
    [0, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    it(`A rebuild of a table on SQLite gives back foreign_keys = ${foreignKeys} and legacy_alter_table = ${legacyAlterTable}, whatever happens`, async () => {
      for (const pending of [REBUILD, FAILING]) {
        const dataSource = await withFamilies(pending);
        await dataSource.query(`PRAGMA foreign_keys = ${foreignKeys}`);
        await dataSource.query(`PRAGMA legacy_alter_table = ${legacyAlterTable}`);
        await dataSource.runMigrations().catch(() => undefined);
        expect(await one(dataSource, 'PRAGMA foreign_keys')).to.equal(foreignKeys);
        expect(await one(dataSource, 'PRAGMA legacy_alter_table')).to.equal(legacyAlterTable);
        if (pending === REBUILD) await resetFamilies(dataSource);
      }
    });
  }

  it('A rebuild of a table on SQLite is refused while a transaction is open, in which foreign keys cannot be switched off', async () => {
    const dataSource = await withFamilies();
    const queryRunner = dataSource.createQueryRunner();
    await queryRunner.startTransaction();
    const failure = await failureOf(dataSource.runMigrations());
    expect(failure.cause).to.be.instanceOf(TransactionOpenError);
    expect(failure.message).to.include(
      'A transaction is open on the SQLite connection. End it before migrating, or migrate with another DataSource.',
    );
    expect(queryRunner.isTransactionActive).to.equal(true);
    await queryRunner.rollbackTransaction();
    expect(await stateOf(dataSource)).to.deep.equal(WHOLE);
  });

  it("A rebuild of a table on SQLite keeps every row when it is run and reverted by TypeORM's command line", async () => {
    const env = { DATABASE_URL: database().url };
    const typeorm = async (command: string) =>
      expect(
        await runScript('typeorm', [command, ...dataSourceFile('rebuild-data-source')], { env }),
      ).to.include({
        code: 0,
        stderr: '',
      });
    const first = await database().connectAtHead({ entities: [], migrations: [FAMILY] });
    for (const sql of FILL) await first.query(sql);
    await typeorm('migration:run');
    expect(await one(first, 'SELECT sum("rank") FROM "parent"')).to.equal(7000);
    expect(await stateOf(first)).to.deep.equal(WHOLE);
    await typeorm('migration:revert');
    expect(await stateOf(first)).to.deep.equal(WHOLE);
    expect(await dataOfParent(first)).to.deep.equal(['id', 'name']);
  });
});

async function dataOfParent(dataSource: DataSource): Promise<readonly string[]> {
  const rows = await dataSource.query<{ name: string }[]>(`SELECT name FROM pragma_table_info('parent')`);
  return rows.map(({ name }) => name);
}

async function resetFamilies(dataSource: DataSource): Promise<void> {
  await dataSource.query('PRAGMA foreign_keys = ON');
  await dataSource.query('PRAGMA legacy_alter_table = OFF');
  await dataSource.undoLastMigration();
  await dataSource.undoLastMigration();
}
