import { expect } from 'chai';
import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';
import { linesOf } from './sensitivity/seeded-change.js';

@Entity({ name: 'pearls' })
@Check('ck_pearls_fine', `is_fine(weight) AND label IN ('a', 'b')`)
@Check('ck_pearls_shade', `public.shade(label) BETWEEN 1 AND 5 AND label LIKE 'p%'`)
class Pearl {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_pearls' })
  id!: number;

  @Column({ type: 'integer', default: 42 })
  weight!: number;

  @Column({ type: 'varchar', length: 20, default: 'abc' })
  label!: string;

  @Column({ type: 'integer', default: () => 'five()' })
  depth!: number;

  @Column({ type: 'text', default: () => `lower('SHELL')` })
  shell!: string;
}

const FUNCTIONS = [
  'CREATE TABLE written (n integer)',
  `CREATE FUNCTION writer() RETURNS integer LANGUAGE plpgsql AS 'BEGIN INSERT INTO written VALUES (1); RETURN 42; END'`,
  `CREATE FUNCTION answer() RETURNS integer IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN writer(); END'`,
  `CREATE FUNCTION five() RETURNS integer IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM writer(); RETURN 5; END'`,
  `CREATE FUNCTION is_fine(bigint) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 > 0'`,
  `CREATE FUNCTION shade(text) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT length($1)'`,
];

const cases: readonly {
  readonly title: string;
  readonly sql: readonly string[];
  readonly changes?: readonly string[];
  readonly uncomparable?: readonly string[];
}[] = [
  { title: 'nothing, where they are the same in other words', sql: [] },
  {
    title: 'a default that calls a function where the entities say the value that it gives today',
    sql: ['ALTER TABLE pearls ALTER weight SET DEFAULT answer()'],
    changes: ['alter-column pearls.weight (default)'],
  },
  {
    title: 'the same inside an expression',
    sql: ['ALTER TABLE pearls ALTER weight SET DEFAULT (answer() + 1) - 1'],
    changes: ['alter-column pearls.weight (default)'],
  },
  {
    title: "a default that calls one of the server's own functions where the entities say its value",
    sql: [`ALTER TABLE pearls ALTER label SET DEFAULT lower('ABC')`],
    changes: ['alter-column pearls.label (default)'],
  },
  {
    title: 'the other way round',
    sql: [`ALTER TABLE pearls ALTER shell SET DEFAULT 'shell'`],
    changes: ['alter-column pearls.shell (default)'],
  },
  {
    title: 'a value where the entities call a function that gives it',
    sql: ['ALTER TABLE pearls ALTER depth SET DEFAULT 5'],
    changes: ['alter-column pearls.depth (default)'],
  },
  {
    title: 'an operator that calls a function',
    sql: [
      `CREATE FUNCTION add(text, integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN writer(); END'`,
      'CREATE OPERATOR <+> (LEFTARG = text, RIGHTARG = integer, FUNCTION = add)',
      `ALTER TABLE pearls ALTER weight SET DEFAULT 'a'::text <+> 1`,
    ],
    changes: ['alter-column pearls.weight (default)'],
  },
  {
    title: 'a cast that calls a function',
    sql: [
      `CREATE TYPE grain AS ENUM ('fine', 'coarse')`,
      `CREATE FUNCTION weigh(grain) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN writer(); END'`,
      'CREATE CAST (grain AS integer) WITH FUNCTION weigh(grain)',
      `ALTER TABLE pearls ALTER weight SET DEFAULT 'fine'::grain::integer`,
    ],
    changes: ['alter-column pearls.weight (default)'],
  },
  {
    title: 'a domain that calls a function for each element of an array',
    sql: [
      'CREATE FUNCTION is_written(integer) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN writer() > 0; END $$',
      'CREATE DOMAIN checked AS integer CHECK (is_written(value))',
      `ALTER TABLE pearls ALTER weight SET DEFAULT ('{42}'::checked[])[1]`,
      'TRUNCATE written',
    ],
    changes: ['alter-column pearls.weight (default)'],
  },
  {
    title: 'two calls of a function of which nobody knows whether they mean the same',
    sql: [
      'ALTER TABLE pearls DROP CONSTRAINT ck_pearls_fine',
      `ALTER TABLE pearls ADD CONSTRAINT ck_pearls_fine CHECK (is_fine(weight + 0) AND label IN ('a', 'b'))`,
    ],
    uncomparable: [
      "ck_pearls_fine: it uses is_fine, which is not PostgreSQL's own, so the check does not evaluate it. Write it in the entity as the database shows it",
    ],
  },
];

describe('A check on PostgreSQL runs no function of the database, and takes no call for its value: it reports', () => {
  let database: PlainDatabase;

  before(async () => {
    database = await lendPlainPostgres(FUNCTIONS);
    await (await database.connect([Pearl])).synchronize();
  });
  after(() => database.takeBack());

  for (const { title, sql, changes = [], uncomparable = [] } of cases)
    it(title, async () => {
      const dataSource = await database.connect([Pearl]);
      await database.execute('TRUNCATE written', ...sql);
      try {
        const report = await checkDrift(dataSource);
        expect({
          changes: linesOf(report),
          uncomparable: report.uncomparable.map(({ object, reason }) => `${object}: ${reason}`),
        }).to.deep.equal({ changes, uncomparable });
        expect(await database.execute('SELECT * FROM written')).to.deep.equal([]);
      } finally {
        await database.execute(
          'DROP TABLE pearls',
          'DROP OPERATOR IF EXISTS <+> (text, integer)',
          'DROP FUNCTION IF EXISTS add',
          'DROP TYPE IF EXISTS grain CASCADE',
          'DROP DOMAIN IF EXISTS checked',
        );
        await dataSource.synchronize();
        await dataSource.destroy();
      }
    });
});
