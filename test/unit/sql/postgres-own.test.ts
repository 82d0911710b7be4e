import { expect } from 'chai';
import { withPlainBackslashes } from '../../../src/sql/postgres-operators.js';
import { postgresLiteral } from '../../../src/sql/quote.js';

const CASES: readonly (readonly [sql: string, plain: string])[] = [
  [`a = 'b'`, `a = 'b'`],
  [`a <> 'c:\\new'`, `a <>  E'c:\\\\new'`],
  [`a <> 'it''s c:\\new'`, `a <>  E'it''s c:\\\\new'`],
  [`a <> E'c:\\\\new'`, `a <> E'c:\\\\new'`],
  [`"a\\b" = $$c:\\new$$ -- c:\\new 'd:\\old'`, `"a\\b" = $$c:\\new$$ -- c:\\new 'd:\\old'`],
];

describe('A text with a backslash', () => {
  it('A text with a backslash becomes a literal that needs no setting', () => {
    expect(postgresLiteral(`it's`)).to.equal(`'it''s'`);
    expect(postgresLiteral('c:\\new')).to.equal(` E'c:\\\\new'`);
  });

  for (const [sql, plain] of CASES)
    it(`A backslash in ${sql} means the same whatever standard_conforming_strings is`, () => {
      expect(withPlainBackslashes(sql)).to.equal(plain);
    });
});
