import { expect } from 'chai';
import { question, questionIn, sendStatement } from '../../../src/sql/question.js';

/** Answers with lists of rows, one after the other, and notes what it was sent. */
function answering(...rounds: readonly (readonly object[])[]) {
  const sent: string[] = [];
  let round = 0;
  const query = (sql: string) => {
    sent.push(sql);
    return Promise.resolve(sql.startsWith('SELECT') ? rounds[round++] : 'done');
  };
  return { sent, query };
}

describe('A query whose answers are statements', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['SELECT 1 \\gexec', 'SELECT 1'],
    ['-- a note\nSELECT 1\n  \\gexec\n', '-- a note\nSELECT 1'],
    ['SELECT 1 -- psql has \\gexec', undefined],
    ['SELECT 1', undefined],
    ['SELECT 1 \\gexec;', undefined],
  ];
  for (const [text, asked] of cases)
    it(`${JSON.stringify(text)} is ${asked === undefined ? 'none' : 'one'}`, () => {
      expect(questionIn(text)).to.equal(asked);
    });

  it('Its answers are sent row by row, and it is asked until nothing is left', async () => {
    const { sent, query } = answering(
      [
        { a: 'A', b: null },
        { a: 'B', b: 'C' },
      ],
      [{ a: 'D' }],
      [],
    );
    await sendStatement(question('SELECT 1'), query);
    expect(sent).to.deep.equal(['SELECT 1', 'A', 'B', 'C', 'SELECT 1', 'D', 'SELECT 1']);
  });

  it('The same answers twice are an error that names the first one', async () => {
    const { query } = answering([{ a: 'A' }], [{ a: 'A' }]);
    const error: unknown = await sendStatement(question('SELECT 1'), query).catch(
      (reason: unknown) => reason,
    );
    expect((error as Error).message).to.equal(
      'its query answers with the same statements after they ran, the first of them is: A',
    );
  });

  it('Any other statement is sent as it is', async () => {
    const { sent, query } = answering();
    await sendStatement('CREATE TABLE t ()', query);
    expect(sent).to.deep.equal(['CREATE TABLE t ()']);
  });
});
