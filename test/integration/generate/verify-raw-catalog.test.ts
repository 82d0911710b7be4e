import { expect } from 'chai';
import {
  compareAfterDown,
  compareCatalogs,
  readRawCatalog,
} from '../../../src/generate/verify/raw-catalog.js';
import { migrateDown } from '../../../src/migrator/migrate.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
import { SEEDED } from './verify-raw-changes.js';
import { onScratch } from './verify-scratch.js';

/** The lines after some statements, then the lines after some more. */
async function changedLines(
  database: TestDatabase,
  statements: readonly string[],
  changes: readonly string[],
): Promise<readonly string[]> {
  return onScratch(database, { statements }, async ({ queryRunner }) => {
    const before = await readRawCatalog(queryRunner);
    for (const sql of changes) await queryRunner.query(sql);
    return compareCatalogs(before, await readRawCatalog(queryRunner));
  });
}

eachDatabase('The raw catalog', (database) => {
  it('The raw catalog stays the same when nothing changes, and omits the tables that record migrations', async () => {
    const dataSource = await database().connectAtHead();
    const queryRunner = dataSource.createQueryRunner();
    const lines = await readRawCatalog(queryRunner);
    expect(await readRawCatalog(queryRunner)).to.deep.equal(lines);
    expect(lines.join('\n')).to.match(/ck_jobs_completed_after_created/);
    expect(lines.filter((line) => line.includes('migrations'))).to.deep.equal([]);
    await queryRunner.release();
  });

  it('The raw catalog is unchanged after all revisions are reverted and applied again', async () => {
    const dataSource = await database().connectAtHead();
    const queryRunner = dataSource.createQueryRunner();
    const lines = await readRawCatalog(queryRunner);
    await migrateDown(dataSource, { target: 'base' });
    expect(await readRawCatalog(queryRunner)).not.to.deep.equal(lines);
    await dataSource.runMigrations();
    expect(compareCatalogs(lines, await readRawCatalog(queryRunner))).to.deep.equal([]);
    await queryRunner.release();
  });
});

for (const dialect of ['postgres', 'sqlite'] as const)
  onDatabase(dialect, `The raw catalog of ${dialect}`, (database) => {
    const { statements, changes } = SEEDED[dialect];
    for (const [what, sql] of changes)
      it(`The raw catalog shows a change of ${what}`, async () => {
        expect(await changedLines(database(), statements, sql)).not.to.deep.equal([]);
      });
  });

onDatabase('postgres', 'The raw catalog and extensions (PostgreSQL)', (database) => {
  it('The raw catalog shows an extension as one line, whatever it brings', async () => {
    const brought = [
      'CREATE EXTENSION citext',
      'CREATE TABLE systems (id integer PRIMARY KEY)',
      'ALTER EXTENSION citext ADD TABLE systems',
      `COMMENT ON FUNCTION citext_eq(citext, citext) IS 'equal'`,
    ];
    expect(await changedLines(database(), [], brought)).to.deep.equal(['new: extension citext public']);
  });

  it('The raw catalog after down may contain one more extension, and must not lack one', () => {
    const [before, after] = [['table a'], ['extension citext public', 'table a']];
    expect(compareAfterDown(before, after)).to.deep.equal([]);
    expect(compareAfterDown(after, before)).to.deep.equal(['gone: extension citext public']);
    expect(compareAfterDown(before, [...after, 'table b'])).to.deep.equal(['new: table b']);
  });
});

onDatabase('sqlite', 'The raw catalog of SQLite', (database) => {
  it('The raw catalog of SQLite has the same line for DEFAULT NULL as for no default', async () => {
    const made = (clause: string) => [
      'DROP TABLE IF EXISTS notes',
      `CREATE TABLE notes (id integer PRIMARY KEY, label varchar(40)${clause})`,
    ];
    for (const clause of [' DEFAULT NULL', ' default null', ' DEFAULT (NULL)', ' DEFAULT ((null))'])
      expect(await changedLines(database(), made(''), made(clause)), clause).to.deep.equal([]);
    expect(await changedLines(database(), made(''), made(" DEFAULT 'NULL'"))).not.to.deep.equal([]);
  });

  it('The raw catalog of SQLite has the same line for COLLATE BINARY as for no collation', async () => {
    const made = (clause: string) => [
      'DROP TABLE IF EXISTS notes',
      `CREATE TABLE notes (id integer PRIMARY KEY, label varchar(40)${clause})`,
    ];
    for (const clause of [' COLLATE BINARY', ' collate "binary"'])
      expect(await changedLines(database(), made(''), made(clause)), clause).to.deep.equal([]);
    expect(await changedLines(database(), made(''), made(' COLLATE RTRIM'))).not.to.deep.equal([]);
  });

  it('The raw catalog of SQLite has the same line for a constraint wherever it is, quoted or not', async () => {
    const inside = `CREATE TABLE t (Id integer primary key autoincrement, a INTEGER not null constraint ck check ( a>0 ),
      b varchar (20) unique collate nocase, p int constraint fk references t(id) on delete cascade deferrable initially deferred,
      "c" int generated always as (a*2) virtual)`;
    const behind =
      `CREATE TABLE "t" ("Id" INTEGER, "a" integer NOT NULL, "b" varchar(20) COLLATE NOCASE, "p" int,
      "c" int AS ("a" * 2), CONSTRAINT "pk" PRIMARY KEY ("Id" AUTOINCREMENT), UNIQUE ("b"), CONSTRAINT "ck" CHECK (("a" > 0)),
      CONSTRAINT "fk" FOREIGN KEY ("p") REFERENCES "t" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED)`.replace(
        '"Id" INTEGER NOT NULL',
        '"Id" INTEGER',
      );
    expect(await changedLines(database(), [inside], ['DROP TABLE t', behind])).to.deep.equal([]);
  });

  it('The raw catalog of SQLite distinguishes names of constraints and the order of columns', async () => {
    const table = (body: string) => ['DROP TABLE IF EXISTS t', `CREATE TABLE t (${body})`];
    const start = table('a int, b int, CONSTRAINT one CHECK (a > 0)');
    const changed = (body: string) => changedLines(database(), start, table(body));
    expect(await changed('a int, b int, CONSTRAINT two CHECK (a > 0)')).to.deep.equal([
      'gone: table t check one: "a" > 0',
      'new: table t check two: "a" > 0',
    ]);
    expect(await changed('b int, a int, CONSTRAINT one CHECK (a > 0)')).to.deep.equal([
      'gone: column t.a at 0 int',
      'gone: column t.b at 1 int',
      'new: column t.a at 1 int',
      'new: column t.b at 0 int',
    ]);
  });
});

onDatabase('postgres', 'The raw catalog on a server with options of its own', (database) => {
  it('The raw catalog omits options of a column that PostgreSQL does not have', async () => {
    const own = (value: string) =>
      `UPDATE pg_attribute SET attoptions = '{pg_attver=${value}}' WHERE attrelid = 't'::regclass AND attnum = 1`;
    const statements = ['CREATE TABLE t (a integer)', 'SET allow_system_table_mods = on', own('1')];
    expect(await changedLines(database(), statements, [own('2')])).to.deep.equal([]);
  });

  it('The raw catalog shows the options of a column that PostgreSQL has', async () => {
    const set = 'ALTER TABLE t ALTER COLUMN a SET (n_distinct = 7)';
    expect(await changedLines(database(), ['CREATE TABLE t (a integer)'], [set])).to.have.length(2);
  });
});
