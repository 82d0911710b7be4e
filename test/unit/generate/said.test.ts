import { expect } from 'chai';
import { UsageError } from '../../../src/errors.js';
import { NO_WORDS, parseConsent, saidOf } from '../../../src/generate/said.js';
import { diff } from '../../../src/schema/diff.js';
import { column, schema, table } from '../schema/samples.js';
import { thrownBy } from '../support/thrown-by.js';

const changes = diff(
  schema(table('gone'), table('jobs', { columns: [column('a'), column('old')] })),
  schema(table('jobs', { columns: [column('a'), column('depth'), column('rank')] })),
);
const consent = (words: Partial<typeof NO_WORDS>, needed: readonly string[] = ['jobs.depth']) =>
  parseConsent({ ...NO_WORDS, ...words }, changes, needed);

describe('What was said of changes', () => {
  it('is taken as it is about what happens', () => {
    const words = { drops: ['gone', 'jobs.old'], backfills: ['jobs.rank = a = 1'], allowRewrite: true };
    expect(consent(words)).to.deep.equal({
      drops: ['gone', 'jobs.old'],
      backfills: new Map([['jobs.rank', 'a = 1']]),
      allowRewrite: true,
    });
  });

  for (const { words, expression } of [
    { words: 'jobs.depth=0', expression: '0' },
    { words: ' 1 + 1 ', expression: '1 + 1' },
    { words: `a = 'x'`, expression: `a = 'x'` },
  ])
    it(`gives the one column that needs a value "${words}"`, () => {
      expect(consent({ backfills: [words] }).backfills).to.deep.equal(new Map([['jobs.depth', expression]]));
    });

  for (const { said, needed, words } of [
    { said: { drops: ['jobs.a'] }, words: '--drop jobs.a: that is not dropped. What is: gone, jobs.old.' },
    {
      said: { backfills: ['0'] },
      needed: ['jobs.depth', 'jobs.rank'],
      words:
        '--backfill "0": it is written table.column=expression. Columns that need a value: jobs.depth, jobs.rank.',
    },
    {
      said: { backfills: ['jobs.no=0'] },
      needed: [],
      words: '--backfill "jobs.no=0": it is written table.column=expression. No column needs a value.',
    },
    {
      said: { backfills: ['jobs.depth=0', 'jobs.depth=1'] },
      words: '--backfill: jobs.depth is given two values. Say one.',
    },
    {
      said: { backfills: [' '] },
      words: '--backfill " ": it is written table.column=expression. Columns that need a value: jobs.depth.',
    },
  ])
    it(`is refused: ${words}`, () => {
      expect(thrownBy(UsageError, () => consent(said, needed)).message).to.equal(words);
    });

  it('says of a drop that nothing is dropped', () => {
    const none = thrownBy(UsageError, () => parseConsent({ ...NO_WORDS, drops: ['x'] }, [], []));
    expect(none.message).to.equal('--drop x: that is not dropped. Nothing is.');
  });

  it('renames a value for every column of its type, under the new name of its table', () => {
    const type = 'enum state';
    const head = schema(
      table('jobs', { columns: [column('state', { type })] }),
      table('old', { columns: [column('was', { type }), column('n')] }),
    );
    const { renamedValues } = saidOf(
      consent({}),
      [
        { kind: 'table', from: 'old', to: 'new' },
        { kind: 'value', table: 'jobs', column: 'state', from: 'A', to: 'B' },
      ],
      head,
    );
    const values = new Map([['A', 'B']]);
    expect(renamedValues).to.deep.equal(
      new Map([
        ['jobs.state', values],
        ['new.was', values],
      ]),
    );
  });
});
