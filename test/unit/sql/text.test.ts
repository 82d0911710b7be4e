import { expect } from 'chai';
import fc from 'fast-check';
import { isEmptySql, plainWords, stretchesOf, withoutComments } from '../../../src/sql/text.js';

describe('SQL text', () => {
  it('SQL text is split into plain, quoted and comment', () => {
    const sql = `SELECT 'a''b', "c""d" -- e\n, $x$ f 'g' $x$, E'h\\'i' /* j */ + 1`;
    expect(stretchesOf(sql, 'postgres').map(({ kind, text }) => `${kind} ${text}`)).to.deep.equal([
      'plain SELECT ',
      "quoted 'a''b'",
      'plain , ',
      'quoted "c""d"',
      'plain  ',
      'comment -- e',
      'plain \n, ',
      "quoted $x$ f 'g' $x$",
      'plain , ',
      "quoted E'h\\'i'",
      'plain  ',
      'comment /* j */',
      'plain  + 1',
    ]);
  });

  it('The joined stretches of SQL text are the same text again', () => {
    const piece = fc.constantFrom(`'`, `"`, '--', '\n', '/*', '*/', '$$', '$a$', ' ', 'x', ';', '\\', `E'`);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const sql = pieces.join('');
        expect(
          stretchesOf(sql, 'postgres')
            .map(({ text }) => text)
            .join(''),
        ).to.equal(sql);
      }),
    );
  });

  it('SQL text loses its comments, or all but its plain words', () => {
    const sql = `-- first\nSELECT '--' /* last */`;
    expect(withoutComments(sql, 'postgres')).to.equal(`SELECT '--'`);
    expect(plainWords(sql, 'postgres')).to.equal('SELECT');
  });

  for (const sql of ['', ' ', ';', '-- nothing', '/* nothing */ ;\n-- at all'])
    it(`The SQL text ${JSON.stringify(sql)} is empty`, () => {
      expect(isEmptySql(sql, 'postgres')).to.equal(true);
    });

  for (const sql of ['SELECT 1', "'x'", '-- a\nSELECT 1'])
    it(`The SQL text ${JSON.stringify(sql)} is not empty`, () => {
      expect(isEmptySql(sql, 'postgres')).to.equal(false);
    });
});
