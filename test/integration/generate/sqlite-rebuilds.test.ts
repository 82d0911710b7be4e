import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { entities } from '../../../src/entities/index.js';
import { NO_CONFIRMED_VALUES, type ConfirmedValues } from '../../../src/databases/planning.js';
import { renderSqlite } from '../../../src/databases/sqlite/plan/render.js';
import { compared } from '../../support/compared.js';
import { migrateDown } from '../../../src/migrator/migrate.js';
import { canonicalizeSqlite } from '../../../src/databases/sqlite/catalog.js';
import { describe as describeEntities } from '../../../src/metadata/describe.js';
import { sqliteColumns } from '../../../src/databases/sqlite/column-rules.js';
import { diff } from '../../../src/schema/diff.js';
import { raw, type ColumnModel, type SchemaModel, type TableModel } from '../../../src/schema/model.js';
import { normalise } from '../../../src/schema/normalise.js';
import { onDatabase } from '../../support/databases.js';
import { check, column, foreignKey, index, indexKey, key, table } from '../../unit/schema/samples.js';
import { revisionOf, SqliteWorld } from './sqlite-world.js';
import { statementsIn } from '../../../src/generate/write/revision-class.js';
import { statement } from '../../../src/sql/statement.js';

const model = (...tables: readonly TableModel[]): SchemaModel =>
  canonicalizeSqlite({ dialect: 'sqlite', tables, enums: [] });

const id = column('id', { identity: 'autoincrement' });
const numbered = { primaryKey: key(null, 'id') };
const JOBS = table('jobs', {
  ...numbered,
  columns: [id, column('name', { type: 'text', nullable: true }), column('parent_id', { nullable: true })],
  foreignKeys: [foreignKey('fk_jobs', { columns: ['parent_id'], table: 'jobs' })],
  indexes: [index('ix_jobs_name', { keys: [indexKey('name')] })],
});
const CHILD = table('child', {
  ...numbered,
  columns: [id, column('job_id')],
  foreignKeys: [foreignKey('fk_child', { columns: ['job_id'], table: 'jobs' })],
});

/** The same with a check, which no ALTER TABLE can add. */
const checked = (one: TableModel): TableModel => ({ ...one, checks: [check('ck_id', '"id" > 0')] });

describe('Statements on SQLite', () => {
  let world: SqliteWorld;
  beforeEach(() => {
    world = new SqliteWorld();
  });
  afterEach(() => world.close());

  const one = async (sql: string) => Object.values((await world.query(sql))[0] ?? {})[0];
  const list = async (sql: string) => (await world.query(sql)).map((row) => Object.values(row)[0]);

  async function begin(tables: readonly TableModel[], rows: readonly string[] = []): Promise<void> {
    await world.apply(renderSqlite(compared(model(), model(...tables)), NO_CONFIRMED_VALUES));
    for (const sql of rows) await world.query(sql);
  }

  async function move(
    tables: readonly TableModel[],
    confirmed: Partial<ConfirmedValues> = {},
  ): Promise<readonly string[]> {
    const from = await world.schema();
    const to = model(...tables);
    const groups = renderSqlite(compared(from, to), { ...NO_CONFIRMED_VALUES, ...confirmed });
    await world.apply(groups);
    expect(diff(normalise(await world.schema()), normalise(to))).to.deep.equal([]);
    return statementsIn(groups).up;
  }

  it('A rebuild on SQLite keeps a view and the triggers of the table, in both directions', async () => {
    await begin(
      [JOBS, CHILD],
      [`INSERT INTO "jobs" ("id", "name") VALUES (1, 'first')`, 'INSERT INTO "child" ("job_id") VALUES (1)'],
    );
    await world.apply({
      up: [
        {
          reason: 'what entities cannot say',
          statements: [
            'CREATE VIEW "names" AS SELECT j."name" FROM "jobs" j JOIN "child" c ON c."job_id" = j."id"',
            `CREATE TRIGGER "mark" AFTER INSERT ON "jobs" BEGIN UPDATE "jobs" SET "name" = 'marked' WHERE "id" = new."id"; END`,
          ].map((sql) => statement(sql)),
        },
      ],
      down: [],
    });
    await move([checked(JOBS), checked(CHILD)]);
    for (const name of [2, 3]) {
      await world.query(`INSERT INTO "jobs" ("id") VALUES (${name})`);
      expect(await one(`SELECT "name" FROM "jobs" WHERE "id" = ${name}`)).to.equal('marked');
      expect(await list('SELECT "name" FROM "names"')).to.deep.equal(['first']);
      if (name === 2) await migrateDown(world.dataSource);
    }
  });

  it('A rebuild on SQLite keeps foreign keys in force on parent, child and self', async () => {
    await begin(
      [JOBS, CHILD],
      [
        'INSERT INTO "jobs" ("id", "parent_id") VALUES (1, NULL), (2, 1), (3, 2), (4, NULL)',
        'INSERT INTO "child" ("job_id") VALUES (3), (4)',
      ],
    );
    await move([checked(JOBS), CHILD]);
    expect(await list('SELECT "id" FROM "jobs"')).to.deep.equal([1, 2, 3, 4]);
    expect(await list('SELECT "job_id" FROM "child"')).to.deep.equal([3, 4]);
    await world.query('DELETE FROM "jobs" WHERE "id" = 1');
    expect(await list('SELECT "id" FROM "jobs"')).to.deep.equal([4]);
    expect(await list('SELECT "job_id" FROM "child"')).to.deep.equal([4]);
    await migrateDown(world.dataSource);
    await world.query('DELETE FROM "jobs"');
    expect(await list('SELECT "job_id" FROM "child"')).to.deep.equal([]);
  });

  it('A rebuild on SQLite keeps the highest number given, also of an empty table, and invents none', async () => {
    await begin([JOBS, CHILD], ['INSERT INTO "jobs" ("id") VALUES (70)', 'DELETE FROM "jobs"']);
    const sequences = () =>
      world.query("SELECT name, seq FROM sqlite_sequence WHERE name IN ('jobs', 'child')");
    const before = await sequences();
    expect(before).to.deep.equal([{ name: 'jobs', seq: 70 }]);
    await move([checked(JOBS), checked(CHILD)]);
    expect(await sequences()).to.deep.equal(before);
    await migrateDown(world.dataSource);
    expect(await sequences()).to.deep.equal(before);
    await world.query('INSERT INTO "jobs" ("name") VALUES (\'next\')');
    expect(await list('SELECT "id" FROM "jobs"')).to.deep.equal([71]);
  });

  it('ALTER TABLE on SQLite adds every constant default in place, and rows have its value', async () => {
    await begin([JOBS], ['INSERT INTO "jobs" ("id") VALUES (1)']);
    const defaults = ['-1', '+5', '.5', '1e3', "x'00'", `'it''s, "so"'`, 'true', 'FALSE', '(1)', "(('a'))"];
    const added = defaults.map((sql, at) => column(`c${at}`, { default: raw(sql), type: 'any' }));
    const computed = column('twice', { nullable: true, generated: raw('"id" * 2'), storage: 'virtual' });
    const required = column('thrice', { generated: raw('"id" * 3'), storage: 'virtual' });
    const statements = await move([{ ...JOBS, columns: [...JOBS.columns, ...added, computed, required] }]);
    expect(statements.every((sql) => sql.startsWith('ALTER TABLE "jobs" ADD COLUMN '))).to.equal(true);
    const [row = {}] = await world.query('SELECT * FROM "jobs"');
    expect(Object.values(row).slice(3).map(String)).to.deep.equal([
      '-1',
      '5',
      '0.5',
      '1000',
      '\0',
      'it\'s, "so"',
      '1',
      '0',
      '1',
      'a',
      '2',
      '3',
    ]);
    await migrateDown(world.dataSource);
    expect(diff(normalise(await world.schema()), normalise(model(JOBS)))).to.deep.equal([]);
  });

  it('A rebuild on SQLite computes the values of rows for a default that is no constant', async () => {
    await begin([JOBS], ['INSERT INTO "jobs" ("id") VALUES (1)']);
    const added = ["lower('X')", '2 + 3', 'CURRENT_DATE', "strftime('%Y', 'now')"].map((sql, at) =>
      column(`c${at}`, { default: raw(sql), type: 'any' }),
    );
    const statements = await move([{ ...JOBS, columns: [...JOBS.columns, ...added] }]);
    expect(statements[0]).to.match(/^CREATE TABLE "temporary_jobs"/);
    const [row = {}] = await world.query('SELECT c0, c1, length(c2) AS c2, length(c3) AS c3 FROM "jobs"');
    expect(Object.values(row)).to.deep.equal(['x', 5, 10, 4]);
  });

  it('The statements on SQLite drop a column together with a computed one that uses it', async () => {
    const computed = column('twice', { nullable: true, generated: raw('"name"'), storage: 'virtual' });
    await begin(
      [{ ...JOBS, columns: [...JOBS.columns, computed], indexes: [] }],
      ['INSERT INTO "jobs" ("id") VALUES (1)'],
    );
    await move([{ ...JOBS, columns: JOBS.columns.filter(({ name }) => name !== 'name'), indexes: [] }]);
    expect(await world.query('SELECT * FROM "jobs"')).to.deep.equal([{ id: 1, parent_id: null }]);
  });

  it('The statements on SQLite fail where a row lacks a required value, and leave everything as it was', async () => {
    await begin([JOBS], ['INSERT INTO "jobs" ("id", "name") VALUES (1, \'a\'), (2, NULL)']);
    const [first, , last] = JOBS.columns as readonly [ColumnModel, ColumnModel, ColumnModel];
    const required = column('name', { type: 'text', default: raw("'none'") });
    const failure = await move([{ ...JOBS, columns: [first, required, last] }]).then(
      () => '',
      (error: unknown) => (error as Error).message,
    );
    expect(failure).to.include('NOT NULL constraint failed: temporary_jobs.name');
    expect(await list('SELECT "name" FROM "jobs" ORDER BY "id"')).to.deep.equal(['a', null]);
    expect(diff(normalise(await world.schema()), normalise(model(JOBS)))).to.deep.equal([]);
  });

  const CONVERSIONS: readonly (readonly [
    from: string,
    to: string,
    values: string,
    become: readonly unknown[],
  ])[] = [
    ['text', 'integer', "'12', ' 7'", [12, 7]],
    ['integer', 'varchar(20)', '12, -7', ['12', '-7']],
    ['double', 'integer', '1.5, 2.4, -1.5, NULL', [2, 2, -2, null]],
    ['decimal(10,2)', 'bigint', "'2.50', 3, 'x'", [3, 3, 'x']],
    ['boolean', 'text', 'true, false, NULL', ['true', 'false', null]],
    ['text', 'boolean', "'true', 'No', '1', NULL", [1, 0, 1, null]],
    ['integer', 'boolean', '0, 1, 5', [0, 1, 1]],
    ['datetime', 'date', "'2024-02-03 04:05:06.789', 'soon'", ['2024-02-03', 'soon']],
    ['date', 'datetime', "'2024-02-03'", ['2024-02-03 00:00:00.000']],
    ['varchar(5)', 'varchar(2)', "'abcde'", ['abcde']],
  ];
  for (const [from, to, values, become] of CONVERSIONS) {
    it(`The statements on SQLite turn ${from} into ${to}`, async () => {
      const of = (type: string) => table('t', { columns: [column('v', { type, nullable: true })] });
      await begin(
        [of(from)],
        values.split(', ').map((value) => `INSERT INTO "t" VALUES (${value})`),
      );
      await move([of(to)]);
      expect(await list('SELECT "v" FROM "t" ORDER BY rowid')).to.deep.equal(become);
    });
  }

  it('The statements on SQLite give rows the new names of values, and restore the former ones', async () => {
    const of = (...names: readonly string[]) =>
      table('t', {
        columns: [column('v', { type: 'varchar', nullable: true })],
        checks: [check(null, `"v" IN (${names.map((name) => `'${name}'`).join(',')})`)],
      });
    await begin([of('A', 'B', 'C')], ["INSERT INTO \"t\" VALUES ('A'), ('B'), (NULL)"]);
    await move([of('D', 'B', 'E')], { renamedValues: new Map([['t.v', new Map([['A', 'D']])]]) });
    expect(await list('SELECT "v" FROM "t"')).to.deep.equal(['D', 'B', null]);
    await migrateDown(world.dataSource);
    expect(await list('SELECT "v" FROM "t"')).to.deep.equal(['A', 'B', null]);
  });

  it('The statements on SQLite fail where a row has a value that is no longer allowed', async () => {
    const of = (names: string) =>
      table('t', { columns: [column('v')], checks: [check(null, `"v" IN (${names})`)] });
    await begin([of('1,2')], ['INSERT INTO "t" VALUES (2)']);
    const failure = await move([of('1')]).then(
      () => '',
      (error: unknown) => (error as Error).message,
    );
    expect(failure).to.include('CHECK constraint failed');
    expect(await list('SELECT "v" FROM "t"')).to.deep.equal([2]);
  });
});

onDatabase('sqlite', 'The tables of the entities on SQLite', (database) => {
  const TABLES = `SELECT name, replace(replace(sql, char(10), ' '), '        ', '') AS sql FROM sqlite_schema
    WHERE name NOT LIKE 'migrations%' AND sql IS NOT NULL ORDER BY name`;

  /** Columns that were added later are after the others at head, so the list of CREATE TABLE is sorted. */
  async function definitions(dataSource: DataSource): Promise<readonly unknown[]> {
    const rows = await dataSource.query<{ name: string; sql: string }[]>(TABLES);
    return rows.map(({ name, sql }) => ({ name, sql: sql.replace(/\)$/, '').split(', ').sort() }));
  }

  it('The generated tables on SQLite have the exact text of TypeORM, which finds no change in them', async () => {
    const head = await database().connectAtHead();
    const { schema } = describeEntities(head, sqliteColumns, '');
    const written = await definitions(head);
    expect(written.length).to.be.greaterThan(5);
    await migrateDown(head, { target: 'base' });
    const groups = renderSqlite(compared(model(), canonicalizeSqlite(schema)), NO_CONFIRMED_VALUES);
    const dataSource = await database().connect({
      entities,
      migrations: [revisionOf(groups, 1_800_000_000_000)],
    });
    await dataSource.runMigrations();
    expect(await definitions(dataSource)).to.deep.equal(written);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).to.deep.equal([]);
  });
});
