import { expect } from 'chai';
import { withShortFurtherWaits } from '../../../../../src/databases/postgres/plan/further-locks.js';
import {
  addForeignKeyStatement,
  allowing,
  alterTable,
  lockTable,
  statement,
  validateConstraint,
  type Statement,
} from '../../../../../src/sql/statement.js';

const WAIT = /SET LOCAL lock_timeout = '300ms'$/;
const JOBS = alterTable('"jobs"', 'ADD COLUMN "note" text');
const WORKERS = alterTable('"workers"', 'ADD COLUMN "note" text');
const CHILD = addForeignKeyStatement(
  '"audit"."notes"',
  '"jobs"',
  'ADD CONSTRAINT "fk" FOREIGN KEY ("job_id") REFERENCES "jobs" ("id")',
);
const NOTES = statement('CREATE TABLE "audit"."notes" ("job_id" integer)', { creates: ['"audit"."notes"'] });
const HOSTILE = `'x REFERENCES "y"\n ALTER TABLE "y"\nDROP TABLE "z" RENAME TO'`;

describe('withShortFurtherWaits', () => {
  const alone: readonly (readonly [title: string, statements: readonly Statement[]])[] = [
    ['nothing', []],
    ['one table', [JOBS, alterTable('"jobs"', 'DROP COLUMN "legacy"')]],
    ['a new child of one table', [NOTES, CHILD]],
    [
      'tables that are only looked at',
      [validateConstraint('"jobs"', '"a"'), validateConstraint('"workers"', '"b"')],
    ],
    [
      'texts that read like statements',
      [
        JOBS,
        statement(`COMMENT ON COLUMN "jobs"."note" IS ${HOSTILE}`),
        alterTable('"jobs"', `ALTER COLUMN "note" SET DEFAULT ${HOSTILE}`),
      ],
    ],
  ];
  for (const [title, statements] of alone)
    it(`withShortFurtherWaits leaves the statements for ${title} unchanged`, () => {
      expect(withShortFurtherWaits(statements)).to.deep.equal(statements);
    });

  it('withShortFurtherWaits takes both tables from vacuum and shortens the wait for the second only', () => {
    const [vacuum, first, wait, second] = withShortFurtherWaits([JOBS, WORKERS]);
    expect(vacuum?.sql).to.match(/LOCK TABLE "jobs", "workers" IN SHARE UPDATE EXCLUSIVE MODE$/);
    expect([first, second]).to.deep.equal([JOBS, WORKERS]);
    expect(wait?.sql).to.match(WAIT);
  });

  it('withShortFurtherWaits counts the parent of a foreign key, and a table of another schema', () => {
    const lock = lockTable('"jobs"', 'SHARE ROW EXCLUSIVE');
    const [, parent, wait, child] = withShortFurtherWaits([lock, CHILD]);
    expect(parent?.sql).to.equal('LOCK TABLE "jobs" IN SHARE ROW EXCLUSIVE MODE');
    expect(wait?.sql).to.match(WAIT);
    expect(child).to.equal(CHILD);
  });

  it('withShortFurtherWaits counts a statement below its lint-allow comment', () => {
    expect(withShortFurtherWaits([JOBS, allowing('drop-table', 'asked for', WORKERS)])).to.have.length(4);
  });

  it('withShortFurtherWaits locks no name before it exists', () => {
    const renamed = [alterTable('"work"', 'RENAME TO "jobs"', { renamesTable: true }), JOBS];
    const words = withShortFurtherWaits(renamed).map(({ sql }) => sql.split(' ').slice(0, 2).join(' '));
    expect(words).to.deep.equal(['ALTER TABLE', 'SET LOCAL', 'ALTER TABLE']);
  });
});
