import { expect } from 'chai';
import fc from 'fast-check';
import { scan, type PieceKind, type SqlLanguage } from '../../../src/sql/lexer.js';

function pieces(sql: string, language: SqlLanguage): readonly (readonly [PieceKind, string])[] {
  const found: (readonly [PieceKind, string])[] = [];
  scan(sql, language, (kind, text) => void found.push([kind, text]));
  return found;
}

/** What one piece is to each of them; `-` where it is several. */
const PIECES: readonly (readonly [sql: string, postgres: PieceKind | '-', sqlite: PieceKind | '-'])[] = [
  [`'it''s'`, 'text', 'text'],
  [`E'it\\'s'`, 'text', '-'],
  [`'a\\'`, 'text', 'text'],
  [`x'0f'`, 'text', 'text'],
  [`b'01'`, 'text', '-'],
  [`U&'d\\0061t'`, 'text', '-'],
  [`U&"d\\0061t"`, 'name', '-'],
  ['$$ it is ; $$', 'text', '-'],
  ['$a$ $$ $a$', 'text', '-'],
  ['"a ""b"""', 'name', 'name'],
  ['`a ``b```', '-', 'name'],
  ['[a b]', '-', 'name'],
  ['$1', 'word', 'word'],
  ['jobs$1', 'word', 'word'],
  ['Größe', 'word', 'word'],
  ['-- a ; b', 'comment', 'comment'],
  ['/* a ; b */', 'comment', 'comment'],
  ['/* a /* b */ c */', 'comment', '-'],
  ['/* open', 'comment', 'comment'],
  ['1.5e-3', 'number', 'number'],
  ['.5', 'number', 'number'],
  ['->>', 'symbol', 'symbol'],
  ['::', 'symbol', '-'],
  ['<=>', 'symbol', '-'],
  ['@>', 'symbol', '-'],
  [' \t\r\n', 'space', 'space'],
];

describe('SQL read piece by piece', () => {
  for (const [sql, postgres, sqlite] of PIECES)
    for (const [language, kind] of [
      ['postgres', postgres],
      ['sqlite', sqlite],
    ] as const)
      it(`The lexer reads ${JSON.stringify(sql)} as ${kind === '-' ? 'several pieces' : `one ${kind}`} (${language})`, () => {
        const found = pieces(sql, language);
        if (kind === '-') expect(found.length).to.be.greaterThan(1);
        else expect(found).to.deep.equal([[kind, sql]]);
      });

  it('The lexer ends an operator of PostgreSQL at a comment', () => {
    expect(pieces('a +-- b\n- c', 'postgres').map(([, text]) => text)).to.deep.equal([
      ...['a', ' ', '+', '-- b', '\n', '-', ' ', 'c'],
    ]);
  });

  it('The lexer returns all pieces of any text, in order', () => {
    const unit = fc.constantFrom(...Array.from(`'"\`[]()-/*$x1.e, \n\0é`), 'E', '$a$', '/*', '*/', '--');
    fc.assert(
      fc.property(fc.string({ unit }), fc.constantFrom('postgres', 'sqlite'), (sql, language) => {
        const found = pieces(sql, language);
        expect(found.map(([, text]) => text).join('')).to.equal(sql);
      }),
      { numRuns: 1000 },
    );
  });

  it('The lexer reads a text of megabytes', () => {
    const long = `'${`it''s `.repeat(500_000)}'`;
    for (const language of ['postgres', 'sqlite'] as const)
      expect(pieces(long, language)).to.deep.equal([['text', long]]);
  });
});
