import { expect } from 'chai';
import { EntitySchema, EntitySchemaOptions } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';
import { linesOf } from './sensitivity/seeded-change.js';

const TYPES = [
  'CREATE TABLE written (n integer)',
  'CREATE FUNCTION writer(integer) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO written VALUES ($1); RETURN true; END $$',
  'CREATE FUNCTION is_written(integer) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN writer($1); END $$',
  'CREATE DOMAIN posint AS integer CHECK (is_written(value))',
  'CREATE DOMAIN posints AS posint[]',
  'CREATE DOMAIN posintlist AS posints',
  'CREATE TYPE posrange AS RANGE (subtype = posint, multirange_type_name = posranges)',
  'CREATE TYPE pospair AS (a posint, b integer)',
  'CREATE TYPE posrow AS (pairs pospair[])',
  'CREATE TYPE frange AS RANGE (subtype = float8)',
  `CREATE TYPE grain AS ENUM ('coarse', 'fine')`,
  'CREATE FUNCTION weigh(grain) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN writer(1)::integer; END $$',
  'CREATE CAST (grain AS integer) WITH FUNCTION weigh(grain)',
];

/** A type, and four constants of it in ascending order. */
const cases: readonly (readonly [string, readonly [string, string, string, string]])[] = [
  ['posint', ['2', '4', '6', '8']],
  ['posint[]', ['{2,4}', '{4,4}', '{6}', '{8}']],
  ['posints', ['{2,4}', '{4,4}', '{6}', '{8}']],
  ['posintlist', ['{2,4}', '{4,4}', '{6}', '{8}']],
  ['posrange', ['[2,4)', '[4,6)', '[6,8)', '[8,9)']],
  ['posrange[]', ['{"[2,4)"}', '{"[4,6)"}', '{"[6,8)"}', '{"[8,9)"}']],
  ['posranges', ['{[2,4)}', '{[4,6)}', '{[6,8)}', '{[8,9)}']],
  ['pospair', ['(2,1)', '(4,1)', '(6,1)', '(8,1)']],
  ['pospair[]', ['{"(2,1)"}', '{"(4,1)"}', '{"(6,1)"}', '{"(8,1)"}']],
  ['posrow', ['("{""(2,1)""}")', '("{""(4,1)""}")', '("{""(6,1)""}")', '("{""(8,1)""}")']],
  ['frange', ['[2,4)', '[4,6)', '[6,8)', '[8,9)']],
  ['grain[]', ['{coarse}', '{coarse,fine}', '{fine}', '{fine,fine}']],
];

interface Conditions {
  readonly where: string;
  readonly checks: Readonly<Record<string, string>>;
}

function conditionsWith(type: string, constants: readonly [string, string, string, string]): Conditions {
  // PostgreSQL reads no row without the name of its type.
  const cast = ['pospair', 'posrow'].includes(type) ? `::${type}` : '';
  const [a, b, c, d] = constants.map((constant) => `'${constant}'${cast}`);
  return {
    where: `"Of Case" = ${a}`,
    checks: {
      ck_other: `"Of Case" <> ${d} OR n > 3`,
      ck_list: `"Of Case" IN (${a}, ${b}, ${c}) AND "Of Case" NOT IN (${d})`,
      ck_between: `"Of Case" BETWEEN ${a} AND ${c}`,
      ck_null: `COALESCE("Of Case", ${b}) >= ${a} AND "Of Case" IS DISTINCT FROM ${d}`,
    },
  };
}

const GRAIN = { type: 'enum', enum: ['coarse', 'fine'], enumName: 'grain' } as const;

function entityOf(type: string, { where, checks }: Conditions, fallback: string): EntitySchema {
  const declared = {
    name: 'Pearl',
    tableName: 'pearls',
    columns: {
      id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_pearls' },
      ofCase: {
        ...(type === 'grain[]' ? GRAIN : { type: type.replace('[]', '') as 'integer' }),
        array: type.endsWith('[]'),
        name: 'Of Case',
        nullable: true,
        default: type === 'grain[]' ? ['coarse'] : () => fallback,
      },
      n: { type: 'integer', nullable: true },
    },
    indices: [{ name: 'ix_pearls', columns: ['n'], where }],
    checks: Object.entries(checks).map(([name, expression]) => ({ name, expression })),
  };
  return new EntitySchema(Object.assign(new EntitySchemaOptions<Record<string, unknown>>(), declared));
}

function tableOf(type: string, { where, checks }: Conditions, fallback: string): readonly string[] {
  const constraints = Object.entries(checks).map(([name, sql]) => `, CONSTRAINT ${name} CHECK (${sql})`);
  return [
    `CREATE TABLE pearls (id integer NOT NULL CONSTRAINT pk_pearls PRIMARY KEY, "Of Case" ${type} DEFAULT ${fallback}, n integer${constraints.join('')})`,
    `CREATE INDEX ix_pearls ON pearls (n) WHERE ${where}`,
    'TRUNCATE written',
  ];
}

describe('A check on PostgreSQL reads no constant beside a column whose type runs a function of the database', () => {
  let database: PlainDatabase;

  before(async () => {
    database = await lendPlainPostgres(TYPES);
  });
  after(() => database.takeBack());
  afterEach(() => database.execute('DROP TABLE IF EXISTS pearls'));

  const report = async (type: string, conditions: Conditions, fallback: string) => {
    const dataSource = await database.connect([]);
    dataSource.driver.supportedDataTypes.push(type.replace('[]', '') as 'integer');
    await dataSource.destroy();
    dataSource.setOptions({ entities: [entityOf(type, conditions, fallback)] });
    await dataSource.initialize();
    try {
      return await checkDrift(dataSource);
    } finally {
      await dataSource.destroy();
    }
  };

  for (const [type, constants] of cases)
    it(`${type}: it is in sync, in the words of the entity and in those of the server`, async () => {
      const conditions = conditionsWith(type, constants);
      const fallback = type === 'posint' ? constants[0] : `'${constants[0]}'`;
      await database.execute(...tableOf(type, conditions, fallback));
      const found = await report(type, conditions, fallback);
      expect({ changes: linesOf(found), uncomparable: found.uncomparable }).to.deep.equal({
        changes: [],
        uncomparable: [],
      });
      expect(await database.execute('SELECT * FROM written')).to.deep.equal([]);
    });

  for (const [fallback, changes] of [
    ['2', []],
    ['-2', []],
    ['4', ['uncomparable']],
  ] as const)
    it(`posint: the quoted default that TypeORM writes for a number is that of the server, ${fallback}`, async () => {
      const conditions = { where: 'n > 1', checks: {} };
      const written = fallback === '4' ? '2' : fallback;
      await database.execute(...tableOf('posint', conditions, `'${written}'`));
      const found = await report('posint', conditions, `'${fallback}'`);
      expect(found.changes).to.deep.equal([]);
      expect(found.uncomparable.map(() => 'uncomparable')).to.deep.equal(changes);
    });

  it('another constant is no match', async () => {
    await database.execute(...tableOf('frange', { where: `"Of Case" = '[2,4)'`, checks: {} }, `'[2,4)'`));
    const { uncomparable } = await report('frange', { where: `"Of Case" = '[2,5)'`, checks: {} }, `'[2,4)'`);
    expect(uncomparable.map(({ table, object, reason }) => `${table}.${object}: ${reason}`)).to.deep.equal([
      "pearls.ix_pearls: it uses frange, which is not PostgreSQL's own, so the check does not evaluate it. Write it in the entity as the database shows it",
    ]);
  });

  it('A column with the name of a table that has such a type is evaluated', async () => {
    await database.execute(
      'CREATE TABLE n (rank posint)',
      ...tableOf('integer', { where: '(n)::numeric > 1.5', checks: { ck: '(n)::numeric > 2.5' } }, '1'),
    );
    const conditions = { where: 'n > 1.5', checks: { ck: 'n > 2.5' } };
    const { uncomparable } = await report('integer', conditions, '1');
    expect(uncomparable).to.deep.equal([]);
    await database.execute('DROP TABLE n');
  });
});
