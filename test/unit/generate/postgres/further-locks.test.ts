import { expect } from 'chai';
import { lockTable, withShortFurtherWaits } from '../../../../src/generate/postgres/further-locks.js';

const WAIT = /SET LOCAL lock_timeout = '300ms'$/;
const JOBS = 'ALTER TABLE "jobs" ADD COLUMN "note" text';
const WORKERS = 'ALTER TABLE "workers" ADD COLUMN "note" text';
const CHILD =
  'ALTER TABLE "audit"."notes" ADD CONSTRAINT "fk" FOREIGN KEY ("job_id") REFERENCES "jobs" ("id")';

describe('withShortFurtherWaits', () => {
  const alone: readonly (readonly [title: string, statements: readonly string[]])[] = [
    ['nothing', []],
    ['one table', [JOBS, 'ALTER TABLE "jobs" DROP COLUMN "legacy"']],
    ['a new child of one table', ['CREATE TABLE "audit"."notes" ("job_id" integer)', CHILD]],
    [
      'tables that are only looked at',
      ['ALTER TABLE "jobs" VALIDATE CONSTRAINT "a"', 'ALTER TABLE "workers" VALIDATE CONSTRAINT "b"'],
    ],
  ];
  for (const [title, statements] of alone)
    it(`leaves the statements for ${title} as they are`, () => {
      expect(withShortFurtherWaits(statements)).to.deep.equal(statements);
    });

  it('takes both tables from vacuum, waits for the first as long as ever, and for the second shortly', () => {
    const [vacuum, first, wait, second] = withShortFurtherWaits([JOBS, WORKERS]);
    expect(vacuum).to.match(/LOCK TABLE "jobs", "workers" IN SHARE UPDATE EXCLUSIVE MODE$/);
    expect([first, second]).to.deep.equal([JOBS, WORKERS]);
    expect(wait).to.match(WAIT);
  });

  it('counts the parent of a foreign key, and a table of another schema', () => {
    const [, parent, wait, child] = withShortFurtherWaits([
      lockTable('"jobs"', 'SHARE ROW EXCLUSIVE'),
      CHILD,
    ]);
    expect(parent).to.equal('LOCK TABLE "jobs" IN SHARE ROW EXCLUSIVE MODE');
    expect(wait).to.match(WAIT);
    expect(child).to.equal(CHILD);
  });

  it('counts a statement below the words that allow it', () => {
    const dropped = '-- lint-allow drop-table: asked for\n        DROP TABLE "workers"';
    expect(withShortFurtherWaits([JOBS, dropped])).to.have.length(4);
  });

  it('locks no name before it is there', () => {
    const renamed = ['ALTER TABLE "work" RENAME TO "jobs"', JOBS];
    expect(withShortFurtherWaits(renamed).map((sql) => sql.split(' ').slice(0, 2).join(' '))).to.deep.equal([
      'ALTER TABLE',
      '-- One',
      'ALTER TABLE',
    ]);
  });
});
