import { expect } from 'chai';
import { loadSqlReader } from '../../../src/databases/postgres/plan/sql-reader.js';
import { rebuiltParts, type InPlace } from '../../../src/databases/postgres/plan/type-dependents.js';
import { onDatabase } from '../../support/databases.js';
import { onScratch, tableNamed, type Scratch } from './verify-scratch.js';

const ROWS = 2000;
const TABLE = `CREATE TABLE t (id integer PRIMARY KEY, v varchar(50) NOT NULL, n numeric(8, 2), at timestamp, i cidr, d integer, tags varchar(9)[], spans int4multirange)`;
const FILLED = `INSERT INTO t SELECT g, 'v' || g, g, '2024-01-01'::timestamp + g * interval '1 minute', '10.0.0.0/8', g, ARRAY['t' || g], '{[1,3)}' FROM generate_series(1, ${ROWS}) g`;

/** An object that depends on a column, and whether PostgreSQL rebuilds it when the type of the column becomes wider. */
type Case = readonly [what: string, statement: string, isRebuilt: boolean];

const TEXT_CASES: readonly Case[] = [
  ['an index over it', 'CREATE INDEX x ON t (v)', false],
  ['an index over it with an operator class', 'CREATE INDEX x ON t (v varchar_pattern_ops)', false],
  ['an index over it with a collation', 'CREATE INDEX x ON t (v COLLATE "C")', false],
  ['a hash index', 'CREATE INDEX x ON t USING hash (v)', false],
  ['a brin index', 'CREATE INDEX x ON t USING brin (v)', false],
  ['an index that includes it', 'CREATE INDEX x ON t (d) INCLUDE (v)', false],
  ['a partial index over it where another column says so', 'CREATE INDEX x ON t (v) WHERE d > 3', true],
  ['a partial index that includes it', 'CREATE INDEX x ON t (d) INCLUDE (v) WHERE d > 3', true],
  ['an index over it and an expression of another column', 'CREATE INDEX x ON t (v, abs(d))', true],
  ['a unique constraint', 'ALTER TABLE t ADD CONSTRAINT x UNIQUE (v)', false],
  ['an index over an expression of another column', 'CREATE INDEX x ON t (abs(d))', false],
  ['an index over an expression of it', 'CREATE INDEX x ON t (lower(v))', true],
  ['a unique index over an expression of it', 'CREATE UNIQUE INDEX x ON t (lower(v))', true],
  ['a partial index', `CREATE INDEX x ON t (d) WHERE v <> 'q'`, true],
  ['a unique partial index', `CREATE UNIQUE INDEX x ON t (d) WHERE v <> 'q'`, true],
  ['a check', `ALTER TABLE t ADD CONSTRAINT x CHECK (v <> 'q')`, true],
  ['a check of another column', 'ALTER TABLE t ADD CONSTRAINT x CHECK (d > 0)', false],
  ['a check that was never validated', `ALTER TABLE t ADD CONSTRAINT x CHECK (v <> 'q') NOT VALID`, false],
  ['an exclusion constraint over it', 'ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING btree (v WITH =)', false],
  [
    'an exclusion constraint over an expression',
    'ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING btree (lower(v) WITH =)',
    true,
  ],
  [
    'an exclusion constraint over it where another column says so',
    'ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING btree (v WITH =) WHERE (d > 3)',
    true,
  ],
  ['statistics', 'CREATE STATISTICS x ON v, d FROM t', false],
  ['statistics of an expression', 'CREATE STATISTICS x ON lower(v), d FROM t', false],
  [
    'a foreign key to it',
    'ALTER TABLE t ADD CONSTRAINT x UNIQUE (v); CREATE TABLE c (v varchar(50) REFERENCES t (v)); INSERT INTO c SELECT v FROM t',
    false,
  ],
  [
    'a foreign key of it',
    'CREATE TABLE c (v varchar(50) PRIMARY KEY); INSERT INTO c SELECT v FROM t; ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (v) REFERENCES c (v)',
    false,
  ],
];

const ARRAY_CASES: readonly Case[] = [
  ['a GIN index over it', 'CREATE INDEX x ON t USING gin (tags)', true],
  ['the same with its operator class', 'CREATE INDEX x ON t USING gin (tags array_ops)', true],
  [
    'a GIN index of it and a document',
    "CREATE INDEX x ON t USING gin (to_tsvector('simple', v), tags)",
    true,
  ],
  ['an index over it', 'CREATE INDEX x ON t (tags)', false],
  ['a hash index over it', 'CREATE INDEX x ON t USING hash (tags)', true],
  [
    'an exclusion constraint over it',
    'ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING hash (tags WITH =)',
    true,
  ],
  ['a GiST index over several ranges', 'CREATE INDEX x ON t USING gist (spans)', false],
];

const INSTANT_CASES: readonly Case[] = [
  [
    'an index over an expression of another column with the words of the name',
    `CREATE INDEX x ON t ((make_timestamp(2000 + d % 100, 1, 1, 0, 0, 0) AT TIME ZONE 'UTC'))`,
    false,
  ],
  ['an index over it', 'CREATE INDEX x ON t (at)', true],
  ['a brin index', 'CREATE INDEX x ON t USING brin (at)', true],
  ['an index that includes it', 'CREATE INDEX x ON t (d) INCLUDE (at)', false],
  ['an index of it and another column', 'CREATE INDEX x ON t (d, at)', true],
  ['an exclusion constraint', 'ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING btree (at WITH =)', true],
  ['a unique constraint', 'ALTER TABLE t ADD CONSTRAINT x UNIQUE (at)', true],
  ['an index of another column', 'CREATE INDEX x ON t (d)', false],
  ['a check', `ALTER TABLE t ADD CONSTRAINT x CHECK (at > '2020-01-01')`, true],
];

interface Alteration {
  readonly column: string;
  readonly type: string;
  readonly how: InPlace;
}

/** Alters the type, and returns whether an index has another file, or the rows were read. */
async function isRebuilt({ dataSource }: Scratch, { column, type }: Alteration): Promise<boolean> {
  const files = () =>
    dataSource.query<readonly unknown[]>(
      `SELECT c.relname, c.relfilenode FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid WHERE i.indrelid = 't'::regclass ORDER BY 1`,
    );
  const table = () =>
    dataSource.query<readonly unknown[]>(`SELECT relfilenode FROM pg_class WHERE oid = 't'::regclass`);
  const queryRunner = dataSource.createQueryRunner();
  const read = `SELECT pg_stat_get_xact_tuples_returned('t'::regclass)::int AS n`;
  const [before, file] = [await files(), await table()];
  await queryRunner.startTransaction();
  const [{ n: first = 0 } = {}] = (await queryRunner.query(read)) as readonly { readonly n?: number }[];
  await queryRunner.query(`SET LOCAL timezone = 'UTC'`);
  await queryRunner.query(`ALTER TABLE t ALTER COLUMN ${column} TYPE ${type}`);
  const [{ n: last = 0 } = {}] = (await queryRunner.query(read)) as readonly { readonly n?: number }[];
  await queryRunner.commitTransaction();
  await queryRunner.release();
  expect(await table(), 'the table itself').to.deep.equal(file);
  return JSON.stringify(await files()) !== JSON.stringify(before) || last - first >= ROWS;
}

/** Whether the generator expects a rebuild. */
function isExpected(scratch: Scratch, { column, how }: Alteration): boolean {
  const { indexes, checks, blocking } = rebuiltParts(tableNamed(scratch, 't'), column, how);
  return indexes.length + checks.length + blocking.length > 0;
}

onDatabase('postgres', 'What PostgreSQL rebuilds for a wider type', (database) => {
  before(loadSqlReader);
  const check = (alteration: Alteration, [what, statement, rebuilt]: Case) =>
    it(`PostgreSQL ${rebuilt ? 'rebuilds' : 'does not rebuild'} ${what}, for ${alteration.column} as ${alteration.type}`, () =>
      onScratch(database(), { statements: [TABLE, FILLED, statement] }, async (scratch) => {
        expect(isExpected(scratch, alteration), 'what the generator takes it for').to.equal(rebuilt);
        expect(await isRebuilt(scratch, alteration), 'what the server does').to.equal(rebuilt);
      }));

  for (const type of ['varchar(100)', 'text'])
    for (const one of TEXT_CASES) check({ column: 'v', type, how: 'nothing' }, one);
  for (const type of ['varchar[]', 'varchar(9)[]'])
    for (const one of ARRAY_CASES) check({ column: 'tags', type, how: 'nothing' }, one);
  check({ column: 'spans', type: 'int4multirange', how: 'nothing' }, [
    'a GiST index over several ranges',
    'CREATE INDEX x ON t USING gist (spans)',
    true,
  ]);
  for (const one of INSTANT_CASES) check({ column: 'at', type: 'timestamptz', how: 'indexes' }, one);
  check({ column: 'n', type: 'numeric(12, 2)', how: 'nothing' }, [
    'an index over it',
    'CREATE INDEX x ON t (n)',
    false,
  ]);
  check({ column: 'n', type: 'numeric(12, 2)', how: 'nothing' }, [
    'a partial index',
    'CREATE INDEX x ON t (d) WHERE n > 3',
    true,
  ]);
  for (const [what, statement, rebuilt] of [
    ['an index over it', 'CREATE INDEX x ON t (v)', false],
    ['an index over an expression of it', 'CREATE INDEX x ON t (lower(v))', true],
    ['a check', `ALTER TABLE t ADD CONSTRAINT x CHECK (v <> 'q')`, true],
  ] as const)
    check({ column: 'v', type: 'varchar(50)', how: 'nothing' }, [what, statement, rebuilt]);
  for (const [what, statement, rebuilt] of [
    ['an index over it', 'CREATE INDEX x ON t (v)', true],
    ['an index of another column', 'CREATE INDEX x ON t (d)', false],
    ['an index that includes it', 'CREATE INDEX x ON t (d) INCLUDE (v)', false],
    ['a unique constraint', 'ALTER TABLE t ADD CONSTRAINT x UNIQUE (v)', true],
  ] as const)
    check({ column: 'v', type: 'varchar(50) COLLATE "C"', how: 'indexes' }, [what, statement, rebuilt]);
  check({ column: 'i', type: 'inet', how: 'nothing' }, [
    'an index over it',
    'CREATE INDEX x ON t (i)',
    false,
  ]);
});
