import { expect } from 'chai';
import { GenerateError } from '../../../../../src/errors/base.js';
import { NO_CONFIRMED_VALUES } from '../../../../../src/databases/planning.js';
import { renderSqlite } from '../../../../../src/databases/sqlite/plan/render.js';
import { compared } from '../../../../support/compared.js';
import { check, column, exclusion, index, indexKey, table } from '../../../schema/samples.js';
import { depth, down, id, JOBS, lines, model, status, up, values, with_ } from './jobs.js';

describe('A rebuild on SQLite', () => {
  const to = with_({
    columns: [id, column('name', { type: 'text', nullable: true }), status, depth],
    checks: [values('A', 'B', 'C'), check('ck_jobs_depth', '"depth" >= 0')],
    indexes: [...JOBS.indexes, index('ix_jobs_depth', { keys: [indexKey('depth')] })],
  });

  it('A rebuild on SQLite covers all changes of a table and creates the indexes again', () => {
    expect(lines(up([JOBS], [to]))).to.deep.equal([
      '-- jobs: rebuilt for depth (new column, new check ck_jobs_depth), name (nullable, dropped check ck_jobs_name) and status (values)',
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

  it('The reason of a rebuild describes the change in full where there is only one', () => {
    expect(
      up([JOBS], [with_({ checks: [values('A', 'B', 'C'), ...JOBS.checks.slice(1)] })])[0]?.reason,
    ).to.equal('jobs.status: new value C; the table is rebuilt');
  });

  it('A rebuild on SQLite uses a name that no table has', () => {
    const taken = [
      table('Temporary_Jobs', { columns: [column('a')] }),
      table('other', { columns: [column('a')], indexes: [index('temporary_jobs_2')] }),
    ];
    const statements = lines(up([JOBS, ...taken], [to, ...taken]));
    expect(statements).to.include('ALTER TABLE "temporary_jobs_3" RENAME TO "jobs"');
    expect(lines(up([JOBS, ...taken], [to]))).to.include('ALTER TABLE "temporary_jobs_3" RENAME TO "jobs"');
  });

  it('A rebuild on SQLite puts a column back in its former place', () => {
    const without = with_({ columns: [id, status], uniques: [], checks: [values('A', 'B')] });
    expect(lines(down([JOBS], [without]))).to.deep.include(
      `INSERT INTO "temporary_jobs" ("id", "status") SELECT "id", "status" FROM "jobs"`,
    );
    expect(lines(down([JOBS], [without]))[1]).to.match(/\("id" .*, "name" .*, "status" /);
  });
});

describe('renderSqlite', () => {
  it('renderSqlite refuses exclusion constraints and enumerated types, which SQLite does not have', () => {
    const refused = 'SQLite has neither exclusion constraints nor enumerated types: add-exclusion.';
    expect(() => up([table('a')], [table('a', { exclusions: [exclusion('ex')] })])).to.throw(
      GenerateError,
      refused,
    );
  });

  it('renderSqlite renders nothing where nothing differs', () => {
    expect(renderSqlite(compared(model(JOBS), model(JOBS)), NO_CONFIRMED_VALUES)).to.deep.equal({
      up: [],
      down: [],
    });
  });

  it('renderSqlite renders the same statements whatever the order of tables', () => {
    const other = table('a', { columns: [column('a')] });
    expect(up([JOBS, other], [other])).to.deep.equal(up([other, JOBS], [other]));
    expect(up([], [JOBS, other])).to.deep.equal(up([], [other, JOBS]));
  });
});
