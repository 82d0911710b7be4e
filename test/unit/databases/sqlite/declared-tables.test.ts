import { expect } from 'chai';
import { DeclaredTables } from '../../../../src/databases/sqlite/rebuild/declared-tables.js';

/** A number that no work survives which doubles each time. */
const MANY = 60;

describe('Declared tables', () => {
  it('Declared tables know a column by every name that a long history gave it', () => {
    const declared = new DeclaredTables();
    const renames = Array.from(
      { length: MANY },
      (_none, index) => `ALTER TABLE "t" RENAME COLUMN "c${index}" TO "c${index + 1}"`,
    );
    declared.read(['CREATE TABLE "t" ("c0" integer)', ...renames], ['t']);
    const columns = declared.of(['t']).filter(({ kind }) => kind === 'column');
    expect(columns.flatMap(({ columns: names }) => names)).to.deep.equal(
      Array.from({ length: MANY + 1 }, (_none, index) => `c${index}`),
    );
  });

  it('Declared tables keep what a table had under its former names', () => {
    const declared = new DeclaredTables();
    declared.read(
      [
        'CREATE TABLE "old" ("id" integer)',
        'ALTER TABLE "old" RENAME TO "new"',
        'ALTER TABLE "new" ADD "n" text',
      ],
      [],
    );
    const names = (table: string) =>
      declared.of([table]).flatMap(({ kind, columns }) => (kind === 'column' ? columns : []));
    expect([names('old'), names('new')]).to.deep.equal([['id'], ['id', 'n']]);
  });
});
