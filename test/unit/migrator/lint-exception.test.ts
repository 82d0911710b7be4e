import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { concurrentIndex } from '../../../src/databases/postgres/concurrent-index.js';
import { transactionEndIn } from '../../../src/databases/kept-transaction.js';
import { lintExceptions, withoutLintExceptions } from '../../../src/migrator/lint-exception.js';
import { checksum } from '../../../src/migrator/revision.js';
import { isEmptySql, withoutLeadingComments } from '../../../src/sql/text.js';
import { rebuiltTables, renamesTemporaryTable } from '../../../src/databases/sqlite/dependents.js';

const DROP = 'ALTER TABLE "jobs" DROP COLUMN "note"';
const ALLOW = "-- lint-allow drop-column: nobody's code reads it any more";

/** The text with exceptions, and the one it was before they were written. */
const PAIRS: readonly (readonly [title: string, text: string, former: string])[] = [
  ['in the first line', `${ALLOW}\n${DROP}`, DROP],
  ['above an indented statement', `${ALLOW}\n        ${DROP}`, DROP],
  ['in an indented line of its own', `\n      ${ALLOW}\n      ${DROP}`, `\n      ${DROP}`],
  ['twice', `${ALLOW}\n  -- lint-allow rename-table: it was said\n  ${DROP}`, DROP],
  ['below another comment', `-- why\n${ALLOW}\n${DROP}`, `-- why\n${DROP}`],
  ['above another comment', `${ALLOW}\n-- why\n${DROP}`, `-- why\n${DROP}`],
  ['without a reason', `-- lint-allow drop-column\n${DROP}`, DROP],
];

const OTHERS: readonly string[] = [
  DROP,
  `-- why\n${DROP}`,
  `INSERT INTO "notes" VALUES ('\n-- lint-allow drop-column: in a text\n')`,
  `${DROP}\n-- lint-allow drop-column: behind it`,
  `-- lint-allowed\n${DROP}`,
  '',
];

/** What a checksum was before there were exceptions. */
function plainChecksum(statements: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(statements)).digest('hex');
}

describe('An exception from a lint rule', () => {
  for (const [title, text, former] of PAIRS)
    it(`A lint exception, ${title}, leaves statement and checksum unchanged`, () => {
      expect(withoutLintExceptions(text)).to.equal(former);
      expect(checksum(['SELECT 1', text])).to.equal(plainChecksum(['SELECT 1', former]));
      expect(lintExceptions(text)).not.to.be.empty;
    });

  for (const text of OTHERS)
    it(`The text ${JSON.stringify(text)} contains no lint exception`, () => {
      expect(withoutLintExceptions(text)).to.equal(text);
      expect(checksum([text])).to.equal(plainChecksum([text]));
      expect(lintExceptions(text)).to.deep.equal([]);
    });

  it('A lint exception names a rule and gives a reason', () => {
    expect(
      lintExceptions(`${ALLOW}\n-- lint-allow a: b: c\n-- lint-allow x\n--lint-allow\n${DROP}`),
    ).to.deep.equal([
      { rule: 'drop-column', reason: "nobody's code reads it any more" },
      { rule: 'a', reason: 'b: c' },
      { rule: 'x', reason: '' },
      { rule: '', reason: '' },
    ]);
  });
});

describe('With an exception in front of it', () => {
  const after = (sql: string) => `-- lint-allow some-rule: it's "right"; ROLLBACK\n  ${sql}`;

  it('A statement with a lint exception begins with its first word', () => {
    expect(withoutLeadingComments(after(DROP), 'postgres')).to.equal(DROP);
    expect(withoutLeadingComments(`/* a */ -- b\n\n ${DROP} -- c`, 'postgres')).to.equal(`${DROP} -- c`);
    expect(withoutLeadingComments('-- alone', 'postgres')).to.equal('');
  });

  it('The migrator finds an index built outside a transaction behind a lint exception', () => {
    const create = 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "ix" ON "jobs" ("a")';
    expect(concurrentIndex(after(create))).to.include({ index: '"ix"', table: '"jobs"' });
  });

  it('The migrator finds a rebuild of a table behind a lint exception', () => {
    const rename = 'ALTER TABLE "temporary_jobs" RENAME TO "jobs"';
    expect(renamesTemporaryTable(after(rename))).to.equal(true);
    expect(rebuiltTables([after(rename)])).to.deep.equal(['jobs']);
  });

  it('The migrator finds the end of a transaction behind a lint exception, not in its comment', () => {
    expect(transactionEndIn(after('COMMIT'), 'postgres')).to.equal('COMMIT');
    expect(transactionEndIn(after('SELECT 1'), 'postgres')).to.equal(undefined);
    expect(transactionEndIn(after('DO $$ BEGIN COMMIT; END $$'), 'postgres')).to.equal(undefined);
  });

  it('A lint exception without a statement counts as empty SQL', () => {
    expect(isEmptySql(after(''), 'postgres')).to.equal(true);
    expect(isEmptySql(after(DROP), 'postgres')).to.equal(false);
  });
});
