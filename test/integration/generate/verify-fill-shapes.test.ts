import { expect } from 'chai';
import { fillTables, type Filling } from '../../../src/generate/verify/fixtures/fill-tables.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
import { onScratch } from './verify-scratch.js';

interface Outcome extends Filling {
  /** The answers to the questions, each as one text. */
  readonly answers: readonly string[];
}

/** Fills the tables of the statements, and runs the queries. */
function filled(
  database: TestDatabase,
  statements: readonly string[],
  questions: readonly string[] = [],
): Promise<Outcome> {
  return onScratch(database, { statements }, async ({ queryRunner, schema }) => {
    const filling = await fillTables(queryRunner, schema);
    const answers: string[] = [];
    for (const sql of questions) {
      const rows = (await queryRunner.query(sql)) as Record<string, unknown>[];
      answers.push(rows.map((row) => Object.values(row).map(String).join(' ')).join(', '));
    }
    return { ...filling, answers };
  });
}

/** Checks of several shapes, each over columns of one table; every one accepts some row. */
const CHECKS: readonly (readonly [columns: string, check: string])[] = [
  [`a integer NOT NULL`, `a BETWEEN 40 AND 45`],
  [`a integer NOT NULL`, `a > 5000`],
  [`a integer NOT NULL`, `a < -3`],
  [`a integer NOT NULL, b integer NOT NULL`, `a < b AND b <= 100`],
  [`a integer NOT NULL, b integer NOT NULL, c integer NOT NULL`, `a + b = c`],
  [`a varchar(20) NOT NULL`, `a IN ('red', 'green', 'it''s')`],
  [`a varchar(20) NOT NULL`, `a LIKE 'job-%'`],
  [`a varchar(20) NOT NULL`, `length(a) >= 12`],
  [`a varchar(3) NOT NULL`, `length(a) = 3`],
  [`a varchar(20) NOT NULL`, `a = upper(a) AND a <> lower(a)`],
  [`a integer, b integer`, `(a IS NULL) <> (b IS NULL)`],
  [`a date NOT NULL, b date`, `b IS NULL OR b > a`],
  [`a numeric(4,2) NOT NULL`, `a >= 0 AND a <= 1`],
  [`a varchar(9) NOT NULL, b integer`, `a <> 'done' OR b IS NOT NULL`],
  [`a varchar(9) DEFAULT 'x' NOT NULL`, `a <> 'y'`],
];

eachDatabase('Filling tables with checks', (database) => {
  it('The fill finds rows for checks of many shapes', async () => {
    const statements = CHECKS.map(
      ([columns, check], index) =>
        `CREATE TABLE t${index} (id integer PRIMARY KEY, ${columns}, CONSTRAINT ck CHECK (${check}))`,
    );
    const { empty } = await filled(database(), statements);
    expect(
      empty.map(({ table, reason }) => `${CHECKS[Number(table.slice(1))]?.[1] ?? ''}: ${reason}`),
    ).to.deep.equal([]);
  });

  it('The fill reports in the words of the database why a table and its children have no row', async () => {
    const { filled: full, empty } = await filled(database(), [
      'CREATE TABLE odd (id integer PRIMARY KEY, a integer NOT NULL, CONSTRAINT ck_never CHECK (a > 1 AND a < 1))',
      'CREATE TABLE child (id integer PRIMARY KEY, odd_id integer NOT NULL REFERENCES odd (id))',
      'CREATE TABLE free (id integer PRIMARY KEY, odd_id integer REFERENCES odd (id))',
    ]);
    expect(full).to.deep.equal([{ table: 'free', rows: 4 }]);
    expect(empty.map(({ table }) => table)).to.deep.equal(['odd', 'child']);
    expect(empty[0]?.reason).to.match(/ck_never/);
    expect(empty[1]?.reason).to.equal('it requires a row of odd, which has none (odd_id)');
  });
});

eachDatabase('Filling tables with foreign keys', (database) => {
  it('The fill points a table at itself, except the last row', async () => {
    const { empty, answers } = await filled(
      database(),
      [
        'CREATE TABLE node (id integer PRIMARY KEY, parent_id integer REFERENCES node (id), CHECK (parent_id <> id))',
      ],
      ['SELECT count(*) AS n, count(parent_id) AS m FROM node'],
    );
    expect(empty).to.deep.equal([]);
    expect(answers).to.deep.equal(['4 3']);
  });

  it('The fill points a row at itself where NULL is not allowed', async () => {
    const { empty, answers } = await filled(
      database(),
      ['CREATE TABLE root (id integer PRIMARY KEY, root_id integer NOT NULL REFERENCES root (id))'],
      ['SELECT count(*) FROM root WHERE root_id = id'],
    );
    expect(empty).to.deep.equal([]);
    expect(answers).to.deep.equal(['4']);
  });

  it('The fill closes a circle of two tables', async () => {
    const { empty, answers } = await filled(
      database(),
      [
        'CREATE TABLE team (id integer PRIMARY KEY, lead_id integer)',
        'CREATE TABLE person (id integer PRIMARY KEY, team_id integer NOT NULL REFERENCES team (id))',
        database().dialect === 'postgres'
          ? 'ALTER TABLE team ADD FOREIGN KEY (lead_id) REFERENCES person (id)'
          : 'DROP TABLE team',
        ...(database().dialect === 'postgres'
          ? []
          : ['CREATE TABLE team (id integer PRIMARY KEY, lead_id integer REFERENCES person (id))']),
      ],
      [
        'SELECT count(*) AS n, count(lead_id) AS m FROM team',
        'SELECT count(*) AS n, count(team_id) AS m FROM person',
      ],
    );
    expect(empty).to.deep.equal([]);
    expect(answers).to.deep.equal(['4 3', '4 4']);
  });

  it('The fill keeps keys of several columns together, and a column that two of them share', async () => {
    const { empty, answers } = await filled(
      database(),
      [
        'CREATE TABLE tenant (id integer PRIMARY KEY)',
        'CREATE TABLE unit (tenant_id integer NOT NULL REFERENCES tenant (id), code varchar(5) NOT NULL, PRIMARY KEY (tenant_id, code))',
        `CREATE TABLE task (id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenant (id), unit_code varchar(5),
           FOREIGN KEY (tenant_id, unit_code) REFERENCES unit (tenant_id, code))`,
      ],
      ['SELECT count(*) AS n, count(unit_code) AS m FROM task'],
    );
    expect(empty).to.deep.equal([]);
    expect(answers).to.deep.equal(['4 3']);
  });

  it('The fill gives one child a parent where the foreign key is unique', async () => {
    const { answers } = await filled(
      database(),
      [
        'CREATE TABLE a (id integer PRIMARY KEY)',
        'CREATE TABLE b (id integer PRIMARY KEY, a_id integer NOT NULL UNIQUE REFERENCES a (id))',
      ],
      ['SELECT count(DISTINCT a_id) FROM b'],
    );
    expect(answers).to.deep.equal(['4']);
  });
});

onDatabase('postgres', 'Filling tables of PostgreSQL', (database) => {
  it('The fill leaves numbers to PostgreSQL and handles schemas, domains and exclusion constraints', async () => {
    const { empty, answers } = await filled(
      database(),
      [
        'CREATE SCHEMA audit',
        "CREATE TYPE audit.mood AS ENUM ('low', 'high')",
        'CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 3)',
        'CREATE TABLE audit.events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood audit.mood NOT NULL, share percent NOT NULL)',
        `CREATE TABLE stay (id serial PRIMARY KEY, during daterange NOT NULL, event bigint REFERENCES audit.events (id),
           total integer GENERATED ALWAYS AS (1 + 1) STORED, EXCLUDE USING gist (during WITH &&))`,
        'CREATE TABLE own (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, own_id bigint NOT NULL REFERENCES own (id))',
      ],
      [
        'SELECT count(*) AS n, min(mood) AS a, max(mood) AS b FROM audit.events',
        'SELECT count(*), max(total) FROM stay',
      ],
    );
    expect(empty).to.deep.equal([]);
    expect(answers).to.deep.equal(['4 low high', '4 2']);
  });

  it('The fill reports a trigger that removes all rows or refuses them', async () => {
    const { empty } = await filled(database(), [
      "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
      "CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''not today''; END'",
      'CREATE TABLE gone (id integer PRIMARY KEY)',
      'CREATE TABLE shut (id integer PRIMARY KEY)',
      'CREATE TRIGGER t BEFORE INSERT ON gone FOR EACH ROW EXECUTE FUNCTION nothing()',
      'CREATE TRIGGER t BEFORE INSERT ON shut FOR EACH ROW EXECUTE FUNCTION never()',
    ]);
    expect(empty).to.deep.equal([
      {
        table: 'gone',
        reason: 'the database accepted its rows but kept none, because of a trigger or a rule',
      },
      { table: 'shut', reason: 'not today' },
    ]);
  });
});

onDatabase('sqlite', 'Filling tables of SQLite', (database) => {
  it('The fill handles SQLite tables without rowid, strict ones, and keys that allow NULL', async () => {
    const { empty, answers } = await filled(
      database(),
      [
        'CREATE TABLE plain (code text PRIMARY KEY, parent text REFERENCES plain (code)) WITHOUT ROWID',
        'CREATE TABLE exact (id integer PRIMARY KEY, a int, b real, c text, d blob, e any) STRICT',
        'CREATE TABLE untyped (a, b)',
      ],
      [
        'SELECT count(*) AS n, count(parent) AS m FROM plain',
        'SELECT count(e) FROM exact',
        'SELECT count(a) FROM untyped',
      ],
    );
    expect(empty).to.deep.equal([]);
    expect(answers).to.deep.equal(['4 3', '3', '3']);
  });

  it('The fill reports a trigger of SQLite that refuses rows', async () => {
    const { empty } = await filled(database(), [
      'CREATE TABLE shut (id integer PRIMARY KEY)',
      "CREATE TRIGGER t BEFORE INSERT ON shut BEGIN SELECT RAISE(ABORT, 'not today'); END",
    ]);
    expect(empty.map(({ reason }) => reason.replace(/^\w+: /, ''))).to.deep.equal(['not today']);
  });
});
