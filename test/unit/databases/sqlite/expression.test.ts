import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalSqlite } from '../../../../src/databases/sqlite/expression.js';

const COLUMNS = ['a', 'b', 'c', 'status', 'completed_at', 'created_at', 'Größe'];
const canonicalize = (sql: string): string => canonicalSqlite(sql, COLUMNS);
const canonicalizeDefault = (sql: string): string => canonicalSqlite(sql, null);

/** Two ways to write one condition. */
const SAME: readonly (readonly [a: string, b: string])[] = [
  [
    '"completed_at" IS NULL OR "completed_at" >= "created_at"',
    '((completed_at IS NULL) OR (completed_at >= created_at))',
  ],
  [`"a" IN ('X','Y')`, `( a in( 'X' , 'Y' ) )`],
  ['"a">0', ' A  >\n0 '],
  ['a > 0', '`a` > 0'],
  ['a > 0', '[A] > 0 -- a note'],
  ['a > 0', '/* a note */ ((("a"))) > (0)'],
  ['a = 1', 'a == 1'],
  ['a <> 1', 'a != 1'],
  ['a IS NULL', 'a ISNULL'],
  ['a IS NOT NULL', 'a NOTNULL'],
  ['a IS NOT NULL', 'a NOT NULL'],
  ['a NOT IN (1, 2)', '(a not in (1,2))'],
  ['a BETWEEN 1 AND 2 AND b', '((a between (1) and (2)) and b)'],
  ['a OR b AND c', 'a OR (b AND c)'],
  ['a + b * c', 'a + (b * c)'],
  ['a - b - c', '(a - b) - c'],
  ['NOT a = b', 'NOT (a = b)'],
  [`a LIKE 'x' ESCAPE '!'`, `(a) like ('x') escape '!'`],
  ['lower(a)', 'LOWER ( "a" )'],
  ['CASE WHEN a > 0 THEN 1 ELSE 2 END', 'case when (a > 0) then (1) else 2 end'],
  ['CAST(a AS integer)', 'cast((a) as INTEGER)'],
  ['json_valid(a)', '(JSON_VALID("a"))'],
  ['"GRößE" > 0', '"größe" > 0'],
  [`a = "x"`, `a = 'x'`],
];

/** The same of a default, which may mention no column. */
const SAME_DEFAULTS: readonly (readonly [a: string, b: string])[] = [
  ['1', '(1)'],
  ['true', 'TRUE'],
  ['CURRENT_TIMESTAMP', '(current_timestamp)'],
  [`strftime('%Y-%m-%d %H:%M:%f', 'now')`, `(strftime ( '%Y-%m-%d %H:%M:%f' , 'now' ))`],
  [`'x'`, `"x"`],
  [`'x'`, 'x'],
];

/** What a comparison must distinguish. */
const DIFFERENT: readonly (readonly [a: string, b: string])[] = [
  [`a = 'IDLE'`, `a = 'idle'`],
  [`a = 'a  b'`, `a = 'a b'`],
  [`a = '(a)'`, `a = 'a'`],
  [`a = 'it''s'`, `a = 'its'`],
  [`a = 'a::b'`, `a = 'a::c'`],
  ['a > 0', 'a >= 0'],
  ['a > 0', 'b > 0'],
  ['a > 0', '0 > a'],
  ['a = 1', 'a = 10'],
  [`a = '1'`, 'a = 1'],
  [`a = 'b'`, 'a = b'],
  [`a = 'b'`, 'a = "b"'],
  ['a IN (1, 2)', 'a IN (2, 1)'],
  ['a IN (1, 2)', 'a NOT IN (1, 2)'],
  ['a OR b AND c', '(a OR b) AND c'],
  ['a - b - c', 'a - (b - c)'],
  ['NOT a = b', '(NOT a) = b'],
  ['a BETWEEN 1 AND 2', 'a NOT BETWEEN 1 AND 2'],
  ['a IS NULL', 'a IS NOT NULL'],
  [`a = x'0a'`, `a = '0a'`],
  ['lower(a)', 'upper(a)'],
  ['a COLLATE NOCASE = b', 'a = b COLLATE NOCASE'],
  ['CASE WHEN a THEN 1 ELSE 2 END', 'CASE WHEN a THEN 2 ELSE 1 END'],
  ['"Größe" > 0', '"GRÖSSE" > 0'],
];

/** What the grammar does not know is compared token by token. */
const UNKNOWN: readonly (readonly [a: string, b: string, same: boolean])[] = [
  ['(a, b) = (1, 2)', '( a,b )=( 1,2 )', true],
  ['(a, b) = (1, 2)', '(a, b) = (2, 1)', false],
  ['sum(a) OVER (ORDER BY b)', 'SUM("a") over (order by B)', true],
  [`sum(a) FILTER (WHERE c = 'X')`, `sum(a) FILTER (WHERE c = 'x')`, false],
];

describe('canonicalSqlite', () => {
  for (const [a, b] of SAME) {
    it(`canonicalSqlite spells ${JSON.stringify(b)} as ${a}`, () => {
      expect(canonicalize(b)).to.equal(canonicalize(a));
    });
  }

  for (const [a, b] of SAME_DEFAULTS) {
    it(`canonicalSqlite spells the default ${b} as ${a}`, () => {
      expect(canonicalizeDefault(b)).to.equal(canonicalizeDefault(a));
    });
  }

  for (const [a, b] of DIFFERENT) {
    it(`canonicalSqlite distinguishes ${a} and ${b}`, () => {
      expect(canonicalize(a)).not.to.equal(canonicalize(b));
    });
  }

  it('canonicalSqlite distinguishes the defaults 1 and its text, and a text from a keyword', () => {
    expect(canonicalizeDefault('1')).not.to.equal(canonicalizeDefault(`'1'`));
    expect(canonicalizeDefault('CURRENT_TIMESTAMP')).not.to.equal(canonicalizeDefault(`'CURRENT_TIMESTAMP'`));
    expect(canonicalizeDefault('TRUE')).not.to.equal(canonicalizeDefault(`'TRUE'`));
  });

  for (const [a, b, same] of UNKNOWN) {
    it(`canonicalSqlite ${same ? 'equates' : 'does not equate'} ${b} and ${a}, which its grammar does not know`, () => {
      expect(canonicalize(a) === canonicalize(b)).to.equal(same);
    });
  }

  for (const sql of ['', '(', 'a +', 'a IN', 'CASE', 'CAST(a', `'open`, 'a b c', ')']) {
    it(`canonicalSqlite returns a text for ${JSON.stringify(sql)}, which is no expression`, () => {
      expect(canonicalize(sql)).to.be.a('string');
    });
  }

  for (const sql of new Set([...SAME.flat(), ...DIFFERENT.flat()])) {
    it(`canonicalSqlite applied twice changes nothing more: ${JSON.stringify(sql)}`, () => {
      expect(canonicalize(canonicalize(sql))).to.equal(canonicalize(sql));
    });
  }
});

/** Expressions as trees, so that what they mean is known. */
type Tree = readonly [operator: string, left: Tree, right: Tree] | string;

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b', 'c', '1', `'x'`),
    fc.tuple(
      fc.constantFrom('OR', 'AND', '=', '<', '<=', '<>', '+', '-', '*', '||', 'LIKE'),
      tie('tree'),
      tie('tree'),
    ),
  ),
}));

/** With every parenthesis. */
function inFull(one: Tree): string {
  return typeof one === 'string' ? one : `(${inFull(one[1])} ${one[0]} ${inFull(one[2])})`;
}

describe('Any two expressions of SQLite', () => {
  it('Two expressions of SQLite are spelled alike exactly if they are the same tree', () => {
    fc.assert(
      fc.property(tree, tree, (one, other) => {
        expect(canonicalize(inFull(one)) === canonicalize(inFull(other))).to.equal(
          inFull(one) === inFull(other),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('Two expressions of SQLite are spelled alike whatever redundant parentheses, spaces, quotes and case they are written in', () => {
    const noisy = (one: Tree): string =>
      typeof one === 'string'
        ? `( ${/[abc]/.test(one[0] ?? '') ? `[${one.toUpperCase()}]` : one} )`
        : `((${noisy(one[1])}\n${one[0].toLowerCase()}/**/${noisy(one[2])}))`;
    fc.assert(
      fc.property(tree, (one) => {
        expect(canonicalize(noisy(one))).to.equal(canonicalize(inFull(one)));
      }),
      { numRuns: 500 },
    );
  });
});
