import { expect } from 'chai';
import { UsageError } from '../../../../src/errors.js';
import { NO_WORDS, parseConsent, saidOf } from '../../../../src/generate/confirm/said.js';
import { diff } from '../../../../src/schema/diff.js';
import { column, schema, table } from '../../schema/samples.js';
import { thrownBy } from '../../support/thrown-by.js';

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
      timeZones: new Map(),
      usings: new Map(),
      usingsDown: new Map(),
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

  describe('of conversions', () => {
    const retyped = diff(
      schema(table('jobs', { columns: [column('a'), column('a=b', { type: 'text' })] })),
      schema(table('jobs', { columns: [column('a', { type: 'uuid' }), column('a=b', { type: 'uuid' })] })),
    );
    const said = (words: Partial<typeof NO_WORDS>) => parseConsent({ ...NO_WORDS, ...words }, retyped, []);

    it('is taken for columns whose type changes', () => {
      const consent = said({
        timeZones: ['jobs.a=UTC'],
        usings: ['jobs.a = f(a) = 1', 'jobs.a=b=g()'],
        usingsDown: ['jobs.a=h(a)'],
      });
      expect(consent.timeZones).to.deep.equal(new Map([['jobs.a', 'UTC']]));
      expect(consent.usings).to.deep.equal(
        new Map([
          ['jobs.a', 'f(a) = 1'],
          ['jobs.a=b', 'g()'],
        ]),
      );
      expect(consent.usingsDown).to.deep.equal(new Map([['jobs.a', 'h(a)']]));
    });

    for (const { words, message } of [
      {
        words: { usings: ['jobs.c=1'] },
        message:
          '--using "jobs.c=1": it is written table.column=expression. Columns that change their type: jobs.a, jobs.a=b.',
      },
      {
        words: { timeZones: ['UTC'] },
        message:
          '--time-zone "UTC": it is written table.column=zone. Columns that change their type: jobs.a, jobs.a=b.',
      },
      {
        words: { usingsDown: ['jobs.a=1', 'jobs.a=2'] },
        message: '--using-down: jobs.a is given two values. Say one.',
      },
    ])
      it(`is refused: ${message}`, () => {
        expect(thrownBy(UsageError, () => said(words)).message).to.equal(message);
      });

    it('is refused where no type changes', () => {
      expect(thrownBy(UsageError, () => consent({ usings: ['jobs.a=1'] })).message).to.equal(
        '--using "jobs.a=1": it is written table.column=expression. No column changes its type.',
      );
    });
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
      [head],
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
