import { expect } from 'chai';
import { type ConfirmedValues } from '../../../../../src/databases/planning.js';
import { raw, type TableModel } from '../../../../../src/schema/model.js';
import { check, column, foreignKey, index, indexKey, key, table } from '../../../schema/samples.js';
import { depth, down, JOBS, lines, up, with_ } from './jobs.js';

describe('A table on SQLite', () => {
  it('The statement for a table on SQLite has the style of TypeORM, with its indexes', () => {
    expect(lines(up([], [JOBS]))).to.deep.equal([
      '-- jobs: new table',
      `CREATE TABLE "jobs" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" text NOT NULL, "status" varchar CHECK( "status" IN ('A','B') ) NOT NULL DEFAULT ('A'), CONSTRAINT "uq_jobs_name" UNIQUE ("name"), CONSTRAINT "ck_jobs_name" CHECK ("name" <> ''))`,
      'CREATE INDEX "ix_jobs_status" ON "jobs" ("status")',
    ]);
    expect(lines(down([], [JOBS]))).to.deep.equal(['-- jobs: table dropped', 'DROP TABLE "jobs"']);
  });

  it('The statement for a table on SQLite contains every property that SQLite has, with quoted names', () => {
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

  it('A table on SQLite is created after its parents and dropped before them, whatever the names, also in a circle', () => {
    const child = (table_: string, ...parents: readonly string[]) =>
      table(table_, {
        columns: [column('a')],
        foreignKeys: parents.map((parent) => foreignKey(`fk_${parent}`, { table: parent })),
      });
    const domain = [
      child('a', 'b', 'c'),
      child('b', 'd'),
      child('c', 'c'),
      child('d', 'a'),
      child('e', 'none'),
    ];
    const order = ['d', 'b', 'c', 'a', 'e'];
    expect(up([], domain).map(({ reason }) => reason)).to.deep.equal(order.map((one) => `${one}: new table`));
    expect(down([], domain).map(({ reason }) => reason)).to.deep.equal(
      order.toReversed().map((one) => `${one}: table dropped`),
    );
  });
});

describe('New columns on SQLite', () => {
  it('New columns on SQLite are added in place where they can be, and dropped in place', () => {
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

  it('New columns on SQLite are placed after the existing ones, wherever the entities declare them', () => {
    const to = with_({ columns: [depth, ...JOBS.columns] });
    expect(lines(up([JOBS], [to]))).to.include(
      'ALTER TABLE "jobs" ADD COLUMN "depth" integer NOT NULL DEFAULT (0)',
    );
  });

  const REBUILT: readonly (readonly [why: string, to: TableModel, confirmed?: Partial<ConfirmedValues>])[] = [
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
  for (const [why, to, confirmed] of REBUILT) {
    it(`New columns on SQLite require a rebuild when they ${why}`, () => {
      const statements = up([JOBS], [to], confirmed).flatMap((group) =>
        group.statements.map(({ sql }) => sql),
      );
      expect(statements[0]).to.match(/^CREATE TABLE "temporary_jobs"/);
      expect(statements.filter((sql) => sql.startsWith('CREATE TABLE'))).to.have.length(1);
    });
  }

  it('New columns on SQLite have their indexes created after them and dropped before them', () => {
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
  it('Indexes on SQLite change without a rebuild', () => {
    const to = with_({ indexes: [index('ix_jobs_status', { keys: [indexKey('status')], unique: true })] });
    expect(lines(up([JOBS], [to]))).to.deep.equal([
      '-- ix_jobs_status: index of jobs, now unique',
      'DROP INDEX "ix_jobs_status"',
      'CREATE UNIQUE INDEX "ix_jobs_status" ON "jobs" ("status")',
    ]);
  });

  it('An index on SQLite frees its name before an index of another table takes it', () => {
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
      '-- ix_b: index of b, renamed from ix',
      'DROP INDEX "ix"',
      '-- ix: new index of a (a)',
      'CREATE INDEX "ix" ON "a" ("a")',
      '-- ix_b: index of b, renamed from ix',
      'CREATE INDEX "ix_b" ON "b" ("a")',
    ]);
  });
});

describe('CREATE TABLE on SQLite', () => {
  it('CREATE TABLE on SQLite has a line for each column and constraint, and no space that TypeORM cannot read', () => {
    const [created] = up([], [JOBS]);
    expect(created?.statements[0]?.sql).to.equal(
      `CREATE TABLE "jobs" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "name" text NOT NULL,
        "status" varchar CHECK( "status" IN ('A','B') ) NOT NULL DEFAULT ('A'),
        CONSTRAINT "uq_jobs_name" UNIQUE ("name"),
        CONSTRAINT "ck_jobs_name" CHECK ("name" <> ''))`,
    );
  });
});

describe('A planned statement on SQLite', () => {
  const factsOf = (groups: ReturnType<typeof up>) =>
    groups
      .flatMap(({ statements }) => statements)
      .map(({ sql, creates, renamesTable, hazards }) => [
        sql.split(' ').slice(0, 2).join(' '),
        ...[...creates, ...hazards],
        ...(renamesTable ? ['renames'] : []),
      ]);

  it('A planned statement on SQLite lists what it creates and drops, so that its text need not be read', () => {
    expect(factsOf(up([], [JOBS]))).to.deep.equal([['CREATE TABLE', '"jobs"'], ['CREATE INDEX']]);
    expect(factsOf(down([], [JOBS]))).to.deep.equal([['DROP TABLE', 'drop-table']]);
    expect(factsOf(down([JOBS], [with_({ columns: [...JOBS.columns, depth] })]))).to.deep.equal([
      ['ALTER TABLE', 'drop-column'],
    ]);
    expect(factsOf(up([JOBS], [with_({ checks: [] })]))).to.deep.equal([
      ['CREATE TABLE', '"temporary_jobs"'],
      ['INSERT INTO'],
      ['DELETE FROM'],
      ['INSERT INTO'],
      ['DROP TABLE', 'drop-table'],
      ['ALTER TABLE', 'renames'],
      ['CREATE INDEX'],
    ]);
  });
});
