import { expect } from 'chai';
import { GenerateError } from '../../../../src/errors.js';
import { NOTHING_SAID, type Said, type StatementGroup } from '../../../../src/generate/move.js';
import { renderSqlite } from '../../../../src/generate/sqlite/render.js';
import { raw, type SchemaModel, type TableModel } from '../../../../src/schema/model.js';
import { check, column, exclusion, foreignKey, index, indexKey, key, table } from '../../schema/samples.js';

const model = (...tables: readonly TableModel[]): SchemaModel => ({ dialect: 'sqlite', tables, enums: [] });

function up(
  from: readonly TableModel[],
  to: readonly TableModel[],
  said: Partial<Said> = {},
): readonly StatementGroup[] {
  return renderSqlite({ from: model(...from), to: model(...to) }, { ...NOTHING_SAID, ...said }).up;
}

function down(
  from: readonly TableModel[],
  to: readonly TableModel[],
  said: Partial<Said> = {},
): readonly StatementGroup[] {
  return renderSqlite({ from: model(...from), to: model(...to) }, { ...NOTHING_SAID, ...said }).down;
}

const lines = (groups: readonly StatementGroup[]) =>
  groups.flatMap(({ reason, statements }) => [`-- ${reason}`, ...statements]);

const id = column('id', { identity: 'autoincrement' });
const name = column('name', { type: 'text' });
const status = column('status', { type: 'varchar', default: raw("'A'") });
const depth = column('depth', { default: raw('0') });
const values = (...list: readonly string[]) =>
  check(null, `"status" IN (${list.map((one) => `'${one}'`).join(',')})`);

const JOBS = table('jobs', {
  columns: [id, name, status],
  primaryKey: key(null, 'id'),
  uniques: [key('uq_jobs_name', 'name')],
  indexes: [index('ix_jobs_status', { keys: [indexKey('status')] })],
  checks: [values('A', 'B'), check('ck_jobs_name', `"name" <> ''`)],
});

const with_ = (changes: Partial<TableModel>): TableModel => ({ ...JOBS, ...changes });

describe('A table on SQLite', () => {
  it('is created in the manner of TypeORM, with its indexes', () => {
    expect(lines(up([], [JOBS]))).to.deep.equal([
      '-- jobs: new table',
      `CREATE TABLE "jobs" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" text NOT NULL, "status" varchar CHECK( "status" IN ('A','B') ) NOT NULL DEFAULT ('A'), CONSTRAINT "uq_jobs_name" UNIQUE ("name"), CONSTRAINT "ck_jobs_name" CHECK ("name" <> ''))`,
      'CREATE INDEX "ix_jobs_status" ON "jobs" ("status")',
    ]);
    expect(lines(down([], [JOBS]))).to.deep.equal(['-- jobs: table dropped', 'DROP TABLE "jobs"']);
  });

  it('is created with everything that SQLite knows, names quoted', () => {
    const odd = table('a "b"', {
      options: 'STRICT, WITHOUT ROWID',
      columns: [
        column('x"y', { type: 'text', collation: 'NOCASE' }),
        column('n', { nullable: true, generated: raw('"x""y" || 1'), storage: 'stored', type: 'text' }),
        column('m', { nullable: true, type: '' }),
      ],
      primaryKey: key(null, 'm', 'x"y'),
      uniques: [key(null, 'n')],
      foreignKeys: [
        foreignKey(null, {
          columns: ['m'],
          table: 'a "b"',
          references: ['n'],
          onUpdate: 'SET DEFAULT',
          deferrable: 'INITIALLY DEFERRED',
        }),
      ],
      checks: [check(null, '"m" > 0')],
      indexes: [
        index('i"x', {
          unique: true,
          where: raw('"m" > 0'),
          keys: [
            indexKey('m', { order: 'DESC', nulls: 'FIRST', collation: 'RTRIM' }),
            indexKey('', { column: null, expression: 'lower("n") COLLATE NOCASE', collation: 'NOCASE' }),
          ],
        }),
      ],
    });
    expect(lines(up([], [odd])).slice(1)).to.deep.equal([
      `CREATE TABLE "a ""b""" ("x""y" text COLLATE NOCASE NOT NULL, "n" text AS ("x""y" || 1) STORED, "m", UNIQUE ("n"), CHECK ("m" > 0), FOREIGN KEY ("m") REFERENCES "a ""b""" ("n") ON DELETE CASCADE ON UPDATE SET DEFAULT DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY ("m", "x""y")) STRICT, WITHOUT ROWID`,
      'CREATE UNIQUE INDEX "i""x" ON "a ""b""" ("m" COLLATE RTRIM DESC, lower("n") COLLATE NOCASE) WHERE "m" > 0',
    ]);
  });

  it('comes after its parents and goes before them, whatever the names, in a circle as well', () => {
    const child = (table_: string, ...parents: readonly string[]) =>
      table(table_, {
        columns: [column('a')],
        foreignKeys: parents.map((parent) => foreignKey(`fk_${parent}`, { table: parent })),
      });
    const family = [
      child('a', 'b', 'c'),
      child('b', 'd'),
      child('c', 'c'),
      child('d', 'a'),
      child('e', 'none'),
    ];
    const order = ['d', 'b', 'c', 'a', 'e'];
    expect(up([], family).map(({ reason }) => reason)).to.deep.equal(order.map((one) => `${one}: new table`));
    expect(down([], family).map(({ reason }) => reason)).to.deep.equal(
      order.toReversed().map((one) => `${one}: table dropped`),
    );
  });
});

describe('New columns on SQLite', () => {
  it('are added in place where they can be, and dropped in place', () => {
    const to = with_({ columns: [...JOBS.columns, depth, column('note', { type: 'text', nullable: true })] });
    expect(lines(up([JOBS], [to]))).to.deep.equal([
      '-- jobs.depth: new column, integer, not null, default 0',
      'ALTER TABLE "jobs" ADD COLUMN "depth" integer NOT NULL DEFAULT (0)',
      '-- jobs.note: new column, text, nullable',
      'ALTER TABLE "jobs" ADD COLUMN "note" text',
    ]);
    expect(lines(down([JOBS], [to]))).to.deep.equal([
      '-- jobs.depth: column dropped',
      'ALTER TABLE "jobs" DROP COLUMN "depth"',
      '-- jobs.note: column dropped',
      'ALTER TABLE "jobs" DROP COLUMN "note"',
    ]);
  });

  it('stand behind those that are there, wherever the entities have them', () => {
    const to = with_({ columns: [depth, ...JOBS.columns] });
    expect(lines(up([JOBS], [to]))).to.include(
      'ALTER TABLE "jobs" ADD COLUMN "depth" integer NOT NULL DEFAULT (0)',
    );
  });

  const REBUILT: readonly (readonly [why: string, to: TableModel, said?: Partial<Said>])[] = [
    [
      'have a default that is no constant',
      with_({ columns: [...JOBS.columns, column('depth', { default: raw('(1 + 1)') })] }),
    ],
    [
      'have the default CURRENT_TIMESTAMP',
      with_({ columns: [...JOBS.columns, column('depth', { default: raw('CURRENT_TIMESTAMP') })] }),
    ],
    [
      'are stored',
      with_({
        columns: [
          ...JOBS.columns,
          column('depth', { nullable: true, generated: raw('1'), storage: 'stored' }),
        ],
      }),
    ],
    [
      'are filled in',
      with_({ columns: [...JOBS.columns, depth] }),
      { backfills: new Map([['jobs.depth', '1']]) },
    ],
    ['are not null and have no default', with_({ columns: [...JOBS.columns, column('depth')] })],
    [
      'are unique',
      with_({ columns: [...JOBS.columns, depth], uniques: [...JOBS.uniques, key('uq', 'depth')] }),
    ],
    [
      'are checked',
      with_({ columns: [...JOBS.columns, depth], checks: [...JOBS.checks, check('ck', 'Depth > 0')] }),
    ],
    [
      'are a foreign key',
      with_({ columns: [...JOBS.columns, depth], foreignKeys: [foreignKey('fk', { columns: ['depth'] })] }),
    ],
  ];
  for (const [why, to, said] of REBUILT) {
    it(`make a rebuild necessary when they ${why}`, () => {
      const statements = up([JOBS], [to], said).flatMap((group) => group.statements);
      expect(statements[0]).to.match(/^CREATE TABLE "temporary_jobs"/);
      expect(statements.filter((sql) => sql.startsWith('CREATE TABLE'))).to.have.length(1);
    });
  }

  it('have their indexes created behind them, and dropped before them', () => {
    const to = with_({
      columns: [...JOBS.columns, depth],
      indexes: [...JOBS.indexes, index('ix_jobs_depth', { keys: [indexKey('depth')] })],
    });
    expect(lines(up([JOBS], [to]))).to.deep.equal([
      '-- jobs.depth: new column, integer, not null, default 0',
      'ALTER TABLE "jobs" ADD COLUMN "depth" integer NOT NULL DEFAULT (0)',
      '-- ix_jobs_depth: new index of jobs (depth)',
      'CREATE INDEX "ix_jobs_depth" ON "jobs" ("depth")',
    ]);
    expect(lines(down([JOBS], [to]))).to.deep.equal([
      '-- ix_jobs_depth: index of jobs dropped',
      'DROP INDEX "ix_jobs_depth"',
      '-- jobs.depth: column dropped',
      'ALTER TABLE "jobs" DROP COLUMN "depth"',
    ]);
  });
});

describe('Indexes on SQLite', () => {
  it('change without a rebuild', () => {
    const to = with_({ indexes: [index('ix_jobs_status', { keys: [indexKey('status')], unique: true })] });
    expect(lines(up([JOBS], [to]))).to.deep.equal([
      '-- ix_jobs_status: index of jobs, now unique',
      'DROP INDEX "ix_jobs_status"',
      'CREATE UNIQUE INDEX "ix_jobs_status" ON "jobs" ("status")',
    ]);
  });

  it('leave a name free before an index of another table takes it', () => {
    const a = table('a', { columns: [column('a')] });
    const b = table('b', { columns: [column('a')] });
    const at = (model_: TableModel, ...names: readonly string[]) => ({
      ...model_,
      indexes: names.map((one) => index(one)),
    });
    expect(lines(up([a, at(b, 'IX')], [at(a, 'ix'), b]))).to.deep.equal([
      '-- IX: index of b dropped',
      'DROP INDEX "IX"',
      '-- ix: new index of a (a)',
      'CREATE INDEX "ix" ON "a" ("a")',
    ]);
    expect(lines(up([a, at(b, 'ix')], [at(a, 'ix'), at(b, 'ix_b')]))).to.deep.equal([
      '-- ix_b: index of b, ix before',
      'DROP INDEX "ix"',
      '-- ix: new index of a (a)',
      'CREATE INDEX "ix" ON "a" ("a")',
      '-- ix_b: index of b, ix before',
      'CREATE INDEX "ix_b" ON "b" ("a")',
    ]);
  });
});

describe('A rebuild on SQLite', () => {
  const to = with_({
    columns: [id, column('name', { type: 'text', nullable: true }), status, depth],
    checks: [values('A', 'B', 'C'), check('ck_jobs_depth', '"depth" >= 0')],
    indexes: [...JOBS.indexes, index('ix_jobs_depth', { keys: [indexKey('depth')] })],
  });

  it('is one for all that changes in a table, and makes the indexes again', () => {
    expect(lines(up([JOBS], [to]))).to.deep.equal([
      '-- jobs: built anew for depth (new column, new check ck_jobs_depth), name (nullable, no more check ck_jobs_name) and status (values)',
      `CREATE TABLE "temporary_jobs" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" text, "status" varchar CHECK( "status" IN ('A','B','C') ) NOT NULL DEFAULT ('A'), "depth" integer NOT NULL DEFAULT (0), CONSTRAINT "uq_jobs_name" UNIQUE ("name"), CONSTRAINT "ck_jobs_depth" CHECK ("depth" >= 0))`,
      'INSERT INTO "temporary_jobs" ("id", "name", "status") SELECT "id", "name", "status" FROM "jobs"',
      `DELETE FROM sqlite_sequence WHERE name = 'temporary_jobs'`,
      `INSERT INTO sqlite_sequence (name, seq) SELECT 'temporary_jobs', seq FROM sqlite_sequence WHERE name = 'jobs'`,
      'DROP TABLE "jobs"',
      'ALTER TABLE "temporary_jobs" RENAME TO "jobs"',
      'CREATE INDEX "ix_jobs_status" ON "jobs" ("status")',
      '-- ix_jobs_depth: new index of jobs (depth)',
      'CREATE INDEX "ix_jobs_depth" ON "jobs" ("depth")',
    ]);
  });

  it('says the change in full where there is one only', () => {
    expect(
      up([JOBS], [with_({ checks: [values('A', 'B', 'C'), ...JOBS.checks.slice(1)] })])[0]?.reason,
    ).to.equal('jobs.status: new value C; the table is built anew');
  });

  it('takes a name that nobody has', () => {
    const taken = [
      table('Temporary_Jobs', { columns: [column('a')] }),
      table('other', { columns: [column('a')], indexes: [index('temporary_jobs_2')] }),
    ];
    const statements = lines(up([JOBS, ...taken], [to, ...taken]));
    expect(statements).to.include('ALTER TABLE "temporary_jobs_3" RENAME TO "jobs"');
    expect(lines(up([JOBS, ...taken], [to]))).to.include('ALTER TABLE "temporary_jobs_3" RENAME TO "jobs"');
  });

  it('puts a column back where it was', () => {
    const without = with_({ columns: [id, status], uniques: [], checks: [values('A', 'B')] });
    expect(lines(down([JOBS], [without]))).to.deep.include(
      `INSERT INTO "temporary_jobs" ("id", "status") SELECT "id", "status" FROM "jobs"`,
    );
    expect(lines(down([JOBS], [without]))[1]).to.match(/\("id" .*, "name" .*, "status" /);
  });
});

describe('The rows of a rebuilt table on SQLite', () => {
  const T = table('t', { columns: [column('a'), column('b', { nullable: true })] });
  const t = (changes: Partial<TableModel>): TableModel => ({ ...T, ...changes });
  const copy = (from: TableModel, to: TableModel, said?: Partial<Said>) =>
    lines(up([from], [to], said)).find((line) => line.startsWith('INSERT INTO "temporary_t"'));
  const STRICTLY = { checks: [check('ck', '1')] };
  const typed = (type: string, changes: Partial<TableModel> = {}) =>
    t({ columns: [column('a', { type })], ...changes });
  const keyed = (changes: Partial<TableModel> = {}) => t({ primaryKey: key(null, 'a'), ...changes });
  const changed = (type: string, value: string) =>
    `INSERT INTO "temporary_t" (rowid, "${type}") SELECT rowid, ${value} FROM "t"`;

  const CASES: readonly (readonly [
    title: string,
    from: TableModel,
    to: TableModel,
    sql: string,
    said?: Partial<Said>,
  ])[] = [
    [
      'keep their numbers',
      T,
      t(STRICTLY),
      'INSERT INTO "temporary_t" (rowid, "a", "b") SELECT rowid, "a", "b" FROM "t"',
    ],
    [
      'keep their numbers when a column has taken the name',
      t({ columns: [column('RowId'), column('b')] }),
      t({ columns: [column('RowId'), column('b'), column('_rowid_', { nullable: true })], ...STRICTLY }),
      'INSERT INTO "temporary_t" (oid, "RowId", "b") SELECT _rowid_, "RowId", "b" FROM "t"',
    ],
    [
      'have no numbers to keep when columns have taken all names',
      t({ columns: [column('rowid'), column('oid'), column('_rowid_')] }),
      t({ columns: [column('rowid'), column('oid'), column('_rowid_')], ...STRICTLY }),
      'INSERT INTO "temporary_t" ("rowid", "oid", "_rowid_") SELECT "rowid", "oid", "_rowid_" FROM "t"',
    ],
    [
      'have the key for their number',
      keyed(),
      keyed(STRICTLY),
      'INSERT INTO "temporary_t" ("a", "b") SELECT "a", "b" FROM "t"',
    ],
    [
      'have no number without one',
      keyed({ options: 'WITHOUT ROWID' }),
      t({ primaryKey: key(null, 'a', 'b') }),
      'INSERT INTO "temporary_t" ("a", "b") SELECT "a", "b" FROM "t"',
    ],
    [
      'get their number for a new key',
      typed('integer'),
      t({ columns: [column('a'), column('id')], primaryKey: key(null, 'id') }),
      'INSERT INTO "temporary_t" ("a", "id") SELECT "a", rowid FROM "t"',
    ],
    [
      'get a new number where they had none',
      keyed({ options: 'WITHOUT ROWID' }),
      t({ columns: [column('a'), column('id')], primaryKey: key(null, 'id') }),
      'INSERT INTO "temporary_t" ("a") SELECT "a" FROM "t"',
    ],
    [
      'are there even if nothing of them stays',
      t({ columns: [column('a')], primaryKey: key(null, 'a'), options: 'WITHOUT ROWID' }),
      t({ columns: [column('c', { default: raw('1') })] }),
      'INSERT INTO "temporary_t" ("c") SELECT (1) FROM "t"',
    ],
    [
      'are there even if nothing of them stays and nothing is said',
      t({ columns: [column('a')], primaryKey: key(null, 'a'), options: 'WITHOUT ROWID' }),
      t({
        columns: [column('g', { generated: raw('1'), storage: 'virtual' }), column('c', { nullable: true })],
      }),
      'INSERT INTO "temporary_t" ("c") SELECT NULL FROM "t"',
    ],
    [
      'have computed values computed again, and those kept that are not computed any more',
      t({
        columns: [
          column('a'),
          column('b'),
          column('c', { nullable: true, generated: raw('"a"'), storage: 'stored' }),
        ],
      }),
      t({
        columns: [
          column('a'),
          column('b', { generated: raw('"a"'), storage: 'virtual' }),
          column('c', { nullable: true }),
        ],
      }),
      'INSERT INTO "temporary_t" (rowid, "a", "c") SELECT rowid, "a", "c" FROM "t"',
    ],
    [
      'are filled in where a new column has to have a value, and where one must have one now',
      T,
      t({ columns: [column('a'), column('b'), column('c')] }),
      'INSERT INTO "temporary_t" (rowid, "a", "b", "c") SELECT rowid, "a", coalesce("b", ("a" + 1)), (a * 2) FROM "t"',
      {
        backfills: new Map([
          ['t.b', '"a" + 1'],
          ['t.c', 'a * 2'],
          ['t.a', '9'],
        ]),
      },
    ],
    [
      'are not filled in where nothing is said, default or not',
      T,
      t({ columns: [column('a'), column('b', { default: raw('1') }), column('c')] }),
      'INSERT INTO "temporary_t" (rowid, "a", "b") SELECT rowid, "a", "b" FROM "t"',
    ],
    [
      'get the new names of values',
      typed('text'),
      typed('varchar', STRICTLY),
      changed('a', `CASE "a" WHEN 'it''s' THEN 'B' WHEN 'C' THEN 'D' ELSE "a" END`),
      {
        renamedValues: new Map([
          [
            't.a',
            new Map([
              ["it's", 'B'],
              ['C', 'D'],
            ]),
          ],
        ]),
      },
    ],
    ['are converted by affinity', typed('text'), typed('integer'), changed('a', '"a"')],
    [
      'are rounded as PostgreSQL does',
      typed('decimal(10,2)'),
      typed('bigint'),
      changed('a', `CASE typeof("a") WHEN 'real' THEN CAST(round("a") AS integer) ELSE "a" END`),
    ],
    [
      'say true and false as PostgreSQL does',
      typed('boolean'),
      typed('varchar(5)'),
      changed('a', `CASE "a" WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE "a" END`),
    ],
    [
      'lose the time of day with a date',
      typed('datetime'),
      typed('date'),
      changed('a', `CASE typeof("a") WHEN 'text' THEN coalesce(date("a"), "a") ELSE "a" END`),
    ],
    [
      'are true when they are not zero',
      typed('integer'),
      typed('boolean'),
      changed('a', `CASE typeof("a") WHEN 'integer' THEN "a" <> 0 ELSE "a" END`),
    ],
  ];
  for (const [title, from, to, sql, said] of CASES) {
    it(title, () => {
      expect(copy(from, to, said)).to.equal(sql);
    });
  }

  it('get the former names of values on the way down, and nothing is filled in', () => {
    const from = t({ columns: [column('a', { type: 'text', nullable: true })] });
    const to = typed('text');
    const said = {
      backfills: new Map([['t.a', "'x'"]]),
      renamedValues: new Map([
        [
          't.a',
          new Map([
            ['A', 'C'],
            ['B', 'C'],
          ]),
        ],
      ]),
    };
    expect(lines(down([from], [to], said))).to.include(
      changed('a', `CASE "a" WHEN 'C' THEN 'A' ELSE "a" END`),
    );
  });
});

describe('What renderSqlite is given', () => {
  it('may have no exclusion constraints and no enumerated types, which SQLite does not have', () => {
    const refused = 'SQLite has neither exclusion constraints nor enumerated types: add-exclusion.';
    expect(() => up([table('a')], [table('a', { exclusions: [exclusion('ex')] })])).to.throw(
      GenerateError,
      refused,
    );
  });

  it('leads to nothing where nothing differs', () => {
    expect(renderSqlite({ from: model(JOBS), to: model(JOBS) }, NOTHING_SAID)).to.deep.equal({
      up: [],
      down: [],
    });
  });

  it('leads to the same statements whatever the order of tables', () => {
    const other = table('a', { columns: [column('a')] });
    expect(up([JOBS, other], [other])).to.deep.equal(up([other, JOBS], [other]));
    expect(up([], [JOBS, other])).to.deep.equal(up([], [other, JOBS]));
  });
});
