import { expect } from 'chai';
import { EntitySchema, EntitySchemaOptions } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';
import { linesOf } from './sensitivity/seeded-change.js';

const operator = (name: string, left: string, right = left) => {
  const schema = name.includes('.') ? name.slice(0, name.indexOf('.')) : 'public';
  return [
    `CREATE OR REPLACE FUNCTION ${schema}.yes(${left}, ${right}) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true'`,
    `CREATE OPERATOR ${name} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = ${schema}.yes)`,
  ];
};

const fine = (name: string, type: string) =>
  `CREATE FUNCTION ${name}(${type}) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true'`;

const lower = (name: string, type = 'text') =>
  `CREATE FUNCTION ${name}(${type}) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT 'x' $$`;

/** What the database has besides, the check of the entity, that of the database, and the search path. */
type Case = readonly [
  title: string,
  objects: readonly string[],
  entity: string,
  live: string,
  path?: string,
  /** With which the table is made. */
  madeWith?: string,
];

/** Conditions that the server shows without the schema of their operator. */
const HIDING = [
  'a IS DISTINCT FROM b',
  'a IS NOT DISTINCT FROM b',
  'nullif(a, b) IS NOT NULL',
  'CASE a WHEN b THEN true ELSE false END',
];

const DIFFERENT: readonly Case[] = [
  ['an operator of public', operator('public.>', 'int'), 'b > a', 'b OPERATOR(public.>) a'],
  ['an operator of another schema', operator('o.>', 'int'), 'b > a', 'b OPERATOR(o.>) a'],
  ['an operator of public in a list', operator('public.=', 'int'), 'b IN (a)', 'b OPERATOR(public.=) a'],
  [
    'an operator of PostgreSQL behind one of public',
    operator('public.>', 'int'),
    'b > a',
    'b OPERATOR(pg_catalog.>) a',
    'public, pg_catalog',
  ],
  [
    'an operator of another schema behind one of public',
    [...operator('public.<<<', 'int'), ...operator('o.<<<', 'int')],
    'b <<< a',
    'b OPERATOR(o.<<<) a',
    'public, o',
  ],
  [
    '= of another schema where that of public is found',
    [...operator('o.=', 'int'), ...operator('public.=', 'int')],
    'a IS DISTINCT FROM b',
    'a IS DISTINCT FROM b',
    'public, pg_catalog',
    'o, pg_catalog',
  ],
  ...HIDING.map((sql): Case => [
    `= of another schema in ${sql}`,
    operator('o.=', 'int'),
    sql,
    sql,
    'public',
    'o, pg_catalog',
  ]),
  ['a function of public', [lower('public.lower')], `lower(k) = 'x'`, `public.lower(k) = 'x'`],
  ['a function of another schema', [lower('o.lower')], `lower(k) = 'x'`, `o.lower(k) = 'x'`],
  [
    'a function of PostgreSQL behind one of public',
    [lower('public.lower')],
    `lower(k) = 'x'`,
    `pg_catalog.lower(k) = 'x'`,
    'public, pg_catalog',
  ],
  [
    'a function of public behind one of another schema',
    [fine('o.fine', 'int'), fine('public.fine', 'int')],
    'fine(a)',
    'public.fine(a)',
    'o, public',
  ],
  [
    'a function that the cast of its argument decides',
    [lower('public.lower', 'varchar')],
    `lower(v) = 'x'`,
    `lower(v::text) = 'x'`,
  ],
  [
    'an operator that the cast of its operand decides',
    operator('public.>', 'varchar'),
    `v > 'x'`,
    `v::text > 'x'`,
  ],
  [
    'an operator that the cast of a number decides',
    operator('public.>', 'int', 'numeric'),
    'b > 5',
    'b > 5::numeric',
  ],
  [
    'a cast to a domain of another schema',
    ['CREATE DOMAIN public.pos AS int', 'CREATE DOMAIN o.pos AS int CHECK (value > 0)'],
    'a > (b::pos)::int',
    'a > (b::o.pos)::int',
  ],
  [
    'a cast to a domain with the name of a type of PostgreSQL',
    [`CREATE DOMAIN o.text AS pg_catalog.text CHECK (value <> '')`],
    `'x'::text = k`,
    `'x'::o.text = k`,
  ],
  [
    'a cast that makes a text of what is none',
    [fine('public.fine', 'int')],
    `fine(a) AND b = '1'`,
    `fine(a) AND b::text = '1'`,
  ],
  [
    'a collation of another schema',
    [fine('public.fine', 'int'), 'CREATE COLLATION o."C" (locale = \'C\')'],
    `fine(a) AND k COLLATE "C" > 'x'`,
    `fine(a) AND k COLLATE o."C" > 'x'`,
  ],
];

const SAME: readonly Case[] = [
  [
    'an operator of public that hides one of PostgreSQL',
    operator('public.>', 'int'),
    'b > a',
    'b OPERATOR(public.>) a',
    'public, pg_catalog',
  ],
  [
    'an operator of PostgreSQL with its schema',
    operator('o.>', 'int'),
    'b OPERATOR(pg_catalog.>) a',
    'b > a',
  ],
  ['a function of public with its schema', [fine('public.fine', 'int')], 'public.fine(a)', 'fine(a)'],
  ['a function of a schema that is first', [fine('o.fine', 'int')], 'o.fine(a)', 'o.fine(a)', 'o, public'],
  ['the same without a schema', [fine('o.fine', 'int')], 'fine(a)', 'o.fine(a)', 'public, o'],
  [
    'functions of PostgreSQL and words for them',
    [fine('public.fine', 'int')],
    `fine(a) AND pg_catalog.lower(k) NOT LIKE 'a!%' ESCAPE '!' AND extract(year FROM d) > 2000`,
    `fine(a) AND lower(k) NOT LIKE 'a!%' ESCAPE '!' AND extract(year FROM d) > 2000`,
  ],
  [
    'casts in other words',
    ['CREATE DOMAIN public.pos AS int'],
    'a > (b::public.pos)::int4 AND a <> 4::pg_catalog.int8',
    'a > (b::pos)::integer AND a <> 4::bigint',
  ],
  [
    'a collation with its schema',
    [fine('public.fine', 'int')],
    `fine(a) AND k COLLATE pg_catalog."C" > 'x'`,
    `fine(a) AND k COLLATE "C" > 'x'`,
  ],
  [
    'texts of a length',
    [fine('public.fine', 'int')],
    `fine(a) AND v IN ('x', 'y')`,
    `fine(a) AND v IN ('x', 'y')`,
  ],
];

/** Conditions whose words stand for operators. */
const WORDS: readonly string[] = [
  `k IN ('x', 'y')`,
  `k NOT IN ('x', 'y')`,
  `k NOT IN ('x') AND a NOT BETWEEN SYMMETRIC 9 AND 7`,
  'a BETWEEN 1 AND 5',
  'a NOT BETWEEN 1 AND 5',
  'a BETWEEN SYMMETRIC 5 AND 1',
  `k LIKE 'a%' AND k NOT LIKE 'b%'`,
  `k ILIKE 'a%'`,
  `k NOT ILIKE 'a%'`,
  `k SIMILAR TO 'a%'`,
  `k NOT SIMILAR TO 'a%'`,
  'a IS DISTINCT FROM b AND nullif(a, b) IS NOT NULL',
  `CASE a WHEN 1 THEN b ELSE 3 END > 2`,
  `v = 'x' AND k != 'x' AND (a, b) < (3, 4)`,
];

const OPERATORS = ['=', '<>', '<', '>', '<=', '>=', '~~', '!~~', '~~*', '!~~*', '~', '!~'];

const OBJECTS = `DROP SCHEMA IF EXISTS o CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE SCHEMA o`;

function entityWith(checks: Readonly<Record<string, string>>): EntitySchema {
  const declared = {
    name: 'Ev',
    tableName: 'ev',
    columns: {
      id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_ev' },
      ...{ a: { type: 'integer' }, b: { type: 'integer' }, k: { type: 'text' }, d: { type: 'timestamp' } },
      v: { type: 'varchar', length: 20 },
    },
    indices: [{ name: 'ix_ev', columns: ['a'], unique: true, ...whereOf(checks) }],
    checks: Object.entries(checks).map(([name, expression]) => ({ name, expression })),
  };
  return new EntitySchema(Object.assign(new EntitySchemaOptions<Record<string, unknown>>(), declared));
}

const whereOf = ({ ck }: Readonly<Record<string, string>>) => (ck === undefined ? {} : { where: ck });

function tableWith(checks: Readonly<Record<string, string>>): readonly string[] {
  const constraints = Object.entries(checks).map(([name, sql]) => `, CONSTRAINT ${name} CHECK (${sql})`);
  return [
    `CREATE TABLE ev (id integer NOT NULL CONSTRAINT pk_ev PRIMARY KEY, a integer NOT NULL, b integer NOT NULL, k text NOT NULL,
       v varchar(20) NOT NULL, d timestamp NOT NULL${constraints.join('')})`,
    `CREATE UNIQUE INDEX ix_ev ON ev (a)${checks['ck'] === undefined ? '' : ` WHERE ${checks['ck']}`}`,
  ];
}

describe('A check on PostgreSQL reads a name as the server does that finds it in the schemas of the search path', () => {
  let database: PlainDatabase;

  before(async () => {
    database = await lendPlainPostgres();
  });
  beforeEach(() => database.execute(OBJECTS));
  after(() => database.takeBack());

  const found = async (checks: Readonly<Record<string, string>>, path = 'public') => {
    await database.execute(`ALTER DATABASE "${database.target.database}" SET search_path = ${path}`);
    const dataSource = await database.connect([entityWith(checks) as unknown as Function], {
      schema: 'public',
    });
    try {
      const report = await checkDrift(dataSource);
      return { changes: linesOf(report), uncomparable: report.uncomparable.map(({ object }) => object) };
    } finally {
      await dataSource.destroy();
      await database.execute(`ALTER DATABASE "${database.target.database}" RESET search_path`);
    }
  };

  for (const [title, objects, entity, live, path, madeWith = 'public'] of DIFFERENT)
    it(`${title} is not what the same name without a schema means`, async () => {
      await database.execute(...objects);
      const made = tableWith({ ck: live }).map((sql) => sql.replace(/ ev\b/, ' public.ev'));
      await database.execute(`SET search_path = ${madeWith}`, ...made);
      expect(await found({ ck: entity }, path)).to.deep.equal({ changes: [], uncomparable: ['ix_ev', 'ck'] });
    });

  for (const [title, objects, entity, live, path] of SAME)
    it(`${title}: it is in sync`, async () => {
      await database.execute(...objects, ...tableWith({ ck: live }));
      expect(await found({ ck: entity }, path)).to.deep.equal({ changes: [], uncomparable: [] });
    });

  const checks = Object.fromEntries(WORDS.map((sql, index) => [`ck_${String(index)}`, sql]));

  for (const name of OPERATORS)
    it(`conditions are in sync although a type of the database has an operator ${name}`, async () => {
      await database.execute('CREATE TYPE o.mine AS (n int)', ...tableWith(checks));
      await database.execute(...operator(`public.${name}`, 'o.mine', 'text'));
      expect(await found(checks)).to.deep.equal({ changes: [], uncomparable: [] });
    });

  it('conditions that hide = are in sync where the types of their values have one = alone', async () => {
    await database.execute(
      'CREATE TYPE public.mine AS (n int)',
      ...operator('public.=', 'public.mine'),
      ...operator('o.=', 'timestamp', 'int'),
    );
    const hiding = Object.fromEntries(HIDING.map((sql, index) => [`ck_${String(index)}`, sql]));
    await database.execute(...tableWith(hiding));
    expect(await found(hiding)).to.deep.equal({ changes: [], uncomparable: [] });
  });

  it('conditions are in sync although public has the same operators of texts, which those of PostgreSQL hide', async () => {
    await database.execute(...tableWith(checks));
    await database.execute(...OPERATORS.flatMap((name) => operator(`public.${name}`, 'text')));
    expect(await found(checks)).to.deep.equal({ changes: [], uncomparable: [] });
  });
});
