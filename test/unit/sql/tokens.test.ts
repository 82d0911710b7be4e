import { expect } from 'chai';
import fc from 'fast-check';
import {
  inside,
  keyword,
  sourceOf,
  splitAtCommas,
  tokenise,
  topLevel,
  unquote,
  written,
  type Token,
} from '../../../src/sql/tokens.js';

const KINDS: readonly (readonly [sql: string, kind: Token['kind'], text: string])[] = [
  ['select', 'word', 'select'],
  ['Größe_1$', 'word', 'Größe_1$'],
  ['"a ""b"""', 'name', 'a "b"'],
  ['`a ``b```', 'name', 'a `b`'],
  ['[a b]', 'name', 'a b'],
  [`'it''s'`, 'literal', `'it''s'`],
  [`x'0aF'`, 'literal', `x'0aF'`],
  [`X''`, 'literal', `X''`],
  ['12', 'literal', '12'],
  ['1.', 'literal', '1.'],
  ['.5e-10', 'literal', '.5e-10'],
  ['1.5E+3', 'literal', '1.5E+3'],
  ...['->>', '->', '||', '<<', '>>', '<=', '>=', '<>', '!=', '==', '=', '<', '(', ',', '.', '-'].map(
    (symbol) => [symbol, 'symbol', symbol] as const,
  ),
];

const TEXTS: readonly (readonly [sql: string, texts: readonly string[]])[] = [
  ['', []],
  [' \t\r\n', []],
  ['a>=b', ['a', '>=', 'b']],
  ['a->>1', ['a', '->>', '1']],
  ['a - -1', ['a', '-', '-', '1']],
  ['a --1\n+ b', ['a', '+', 'b']],
  ['a -- to the end', ['a']],
  ['a/* b, (\n */c', ['a', 'c']],
  ['a / b * c', ['a', '/', 'b', '*', 'c']],
  [`'--' || '/*' || "--"`, [`'--'`, '||', `'/*'`, '||', '--']],
  [`x 'a'`, ['x', `'a'`]],
  ['t."a b".c', ['t', '.', 'a b', '.', 'c']],
  [`'open`, [`'`, 'open']],
];

/** What could be taken for the beginning or the end of something. */
const UNITS = Array.from(`'"\`[]()-/*x1.e, \n\0é\u00a0`);

describe('tokenise', () => {
  for (const [sql, kind, text] of KINDS) {
    it(`tokenise reads ${sql} as one ${kind}`, () => {
      expect(tokenise(sql, 'sqlite').map((token) => [token.kind, token.text])).to.deep.equal([[kind, text]]);
      expect(tokenise(` ${sql} `, 'sqlite').map(({ start, end }) => [start, end])).to.deep.equal([
        [1, 1 + sql.length],
      ]);
    });
  }

  for (const [sql, texts] of TEXTS) {
    it(`tokenise splits ${JSON.stringify(sql)} into ${String(texts.length)}`, () => {
      expect(tokenise(sql, 'sqlite').map(({ text }) => text)).to.deep.equal(texts);
    });
  }

  it('tokenise returns the position of each token and omits only white space and comments', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KINDS.map(([sql]) => sql))), (pieces) => {
        const sql = pieces.join(' /* ( */\n');
        expect(tokenise(sql, 'sqlite').map(({ start, end }) => sql.slice(start, end))).to.deep.equal(pieces);
      }),
    );
  });

  it('tokenise omits only white space and comments from any text', () => {
    const nothing = /^(?:[\t-\r ]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*$/;
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...UNITS) }), (sql) => {
        const tokens = tokenise(sql, 'sqlite');
        const ends = [0, ...tokens.map(({ end }) => end)];
        const gaps = ends.map((end, index) => sql.slice(end, tokens[index]?.start ?? sql.length));
        for (const gap of gaps) expect(gap).to.match(nothing);
        for (const { start, end } of tokens) expect(start).to.be.lessThan(end);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('keyword', () => {
  it('A keyword is a word or a symbol in upper case, and nothing quoted', () => {
    expect(tokenise(`wHere "where" 'where' ( 1`, 'sqlite').map(keyword)).to.deep.equal([
      'WHERE',
      undefined,
      undefined,
      '(',
      undefined,
    ]);
    expect(keyword(undefined)).to.equal(undefined);
  });
});

describe('What stands in parentheses', () => {
  const sql = `f(a, (b, ')'), "(") , c`;
  const tokens = tokenise(sql, 'sqlite');

  it('Text in parentheses ends at the partner of the first parenthesis', () => {
    expect(sourceOf(sql, inside(tokens, 1))).to.equal(`a, (b, ')'), "("`);
    expect(inside(tokens, -1)).to.deep.equal([...tokens]);
    expect(sourceOf('(a, b', inside(tokenise('(a, b', 'sqlite'), 0))).to.equal('a, b');
  });

  it('Text in parentheses is not split at its commas', () => {
    expect(splitAtCommas(tokens).map((item) => sourceOf(sql, item))).to.deep.equal([
      `f(a, (b, ')'), "(")`,
      'c',
    ]);
  });

  it('Text in parentheses is not at the top level', () => {
    expect(topLevel(tokens).map((index) => tokens[index]?.text)).to.deep.equal(['f', '(', ',', 'c']);
  });
});

describe('A name', () => {
  it('A name loses its quotes and gets the standard ones back', () => {
    expect(['a', '"a""b"', '`a``b`', '[a"b]'].map(unquote)).to.deep.equal(['a', 'a"b', 'a`b', 'a"b']);
    expect(tokenise('[a"b] c', 'sqlite').map(written)).to.deep.equal(['"a""b"', 'c']);
  });
});
