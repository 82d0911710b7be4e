import { expect } from 'chai';
import { compareCounters } from '../../../../src/generate/verify/counters.js';
import { compareCatalogs } from '../../../../src/generate/verify/raw-catalog.js';
import { constraintLines } from '../../../../src/databases/sqlite/raw-catalog/create-table.js';
import { canonicalNamesFor } from '../../../../src/databases/sqlite/raw-catalog/canonicalize.js';
import { compareRows, type TableRows } from '../../../../src/generate/verify/rows.js';

const rows = (...list: TableRows['rows']): TableRows => ({
  name: 't',
  columns: ['id', 'a', 'b'],
  rows: list,
});

describe('Rows that are compared', () => {
  const before = rows(['1', 'x', 'u'], ['2', 'y', null], ['2', 'y', null]);

  for (const [what, after, words] of [
    ['the same rows', rows(['1', 'x', 'u'], ['2', 'y', null], ['2', 'y', null]), []],
    [
      'one of two equal rows',
      rows(['1', 'x', 'u'], ['2', 'y', null]),
      ['t: 3 rows before, 2 after; the row with id 2, a y is lost'],
    ],
    [
      'a value that became NULL',
      rows(['1', 'x', null], ['2', 'y', null], ['2', 'y', null]),
      ['t: 1 of 3 rows changed, the first one in b: u is now NULL, where id is 1'],
    ],
    [
      'a row that has changed beside one that is lost',
      rows(['1', 'x', 'v'], ['2', 'y', null]),
      ['t: 3 rows before, 2 after; 2 of 3 rows changed, the first one in b: u is now v, where id is 1'],
    ],
    [
      'a table under another name',
      { ...rows(['1', 'x', 'u']), name: 'new' },
      ['t (now new): 3 rows before, 1 after; the row with id 2, a y is lost'],
    ],
  ] as const)
    it(`The comparison of rows reports ${what}`, () => {
      expect(compareRows([before], [after])).to.deep.equal(words);
    });

  it('The comparison of rows reports a number of rows where no column is kept', () => {
    const none = (n: number): TableRows => ({
      name: 't',
      columns: [],
      rows: Array.from({ length: n }, () => []),
    });
    expect(compareRows([none(2)], [none(2)])).to.deep.equal([]);
    expect(compareRows([none(2)], [none(1)])).to.deep.equal(['t: 2 rows before, 1 after; a row is lost']);
  });
});

describe('Counters that are compared', () => {
  it('The comparison accepts counters that stay or advance', () => {
    expect(compareCounters(new Map([['t', 3n]]), new Map([['t', 3n]]), true)).to.deep.equal([]);
    expect(
      compareCounters(
        new Map([['t', 3n]]),
        new Map([
          ['t', 9n],
          ['u', 1n],
        ]),
        true,
      ),
    ).to.deep.equal([]);
  });
});

describe('Catalogs that are compared', () => {
  it('The comparison of catalogs reports removed and new lines', () => {
    expect(compareCatalogs(['a', 'b'], ['b', 'c'])).to.deep.equal(['gone: a', 'new: c']);
  });
});

describe('Constraints in the text of CREATE TABLE', () => {
  const lines = (body: string) =>
    constraintLines(`CREATE TABLE "t" (${body})`, canonicalNamesFor(['id', 'a', 'Größe']));

  for (const [inside, behind, line] of [
    ['a int CHECK (A > 0)', '"a" int, CHECK (("a" > 0))', 'check -: "a" > 0'],
    [
      `a text default null constraint "c" check(a in ('x,y', "a"))`,
      `a text, CONSTRAINT c CHECK ("a" IN ('x,y', a))`,
      `check c: "a" IN ( 'x,y' , "a" )`,
    ],
    [
      'a int CONSTRAINT u UNIQUE ON CONFLICT IGNORE',
      'a int, CONSTRAINT u UNIQUE (a) ON CONFLICT IGNORE',
      'unique u ("a") ON CONFLICT IGNORE',
    ],
    ['a int PRIMARY KEY DESC', 'a int, CONSTRAINT gone PRIMARY KEY ("a" DESC)', 'primary key ("a" DESC)'],
    [
      'a integer PRIMARY KEY AUTOINCREMENT',
      'a integer, PRIMARY KEY (a AUTOINCREMENT)',
      'primary key ("a") AUTOINCREMENT',
    ],
    [
      'a int NOT NULL CONSTRAINT f REFERENCES p ON DELETE SET NULL NOT DEFERRABLE',
      'a int, CONSTRAINT f FOREIGN KEY ("a") REFERENCES "p" ("id") ON DELETE SET NULL',
      'foreign key f (a) to p',
    ],
    [
      'a int REFERENCES p (id) ON UPDATE SET DEFAULT DEFERRABLE INITIALLY DEFERRED',
      'a int, FOREIGN KEY (a) REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED',
      'foreign key - (a) to p deferrable, initially deferred',
    ],
    ['"Größe" text collate nocase', 'Größe text COLLATE NOCASE', 'collation of Größe: NOCASE'],
    ['a int GENERATED ALWAYS AS (id*2) STORED', 'a int AS ("id" * 2)', 'computed a: "id" * 2'],
    [
      'a int NOT NULL ON CONFLICT FAIL DEFAULT 1',
      'a int DEFAULT (1) NOT NULL ON CONFLICT FAIL',
      'not null of a ON CONFLICT FAIL',
    ],
  ] as const)
    it(`A constraint has the same line inside and after a column: ${line}`, () => {
      expect(lines(inside)).to.deep.equal([line]);
      expect(lines(behind)).to.deep.equal([line]);
    });

  it('A type, NULL, NOT NULL and a default are no constraints in the text of CREATE TABLE', () => {
    expect(lines(`id int NULL, a varchar(3) NOT NULL DEFAULT 'CHECK (1)'`)).to.deep.equal([]);
  });
});
