import { expect } from 'chai';
import { UsageError } from '../../../../src/errors/base.js';
import {
  NO_CONFIRMATIONS,
  parseConfirmations,
  confirmedValues,
} from '../../../../src/generate/confirm/confirmations.js';
import { diff } from '../../../../src/schema/diff.js';
import { column, schema, table } from '../../schema/samples.js';
import { thrownBy } from '../../support/thrown-by.js';

const changes = diff(
  schema(table('gone'), table('jobs', { columns: [column('a'), column('old')] })),
  schema(table('jobs', { columns: [column('a'), column('depth'), column('rank')] })),
);
const confirmations = (words: Partial<typeof NO_CONFIRMATIONS>, needed: readonly string[] = ['jobs.depth']) =>
  parseConfirmations({ ...NO_CONFIRMATIONS, ...words }, changes, needed);

describe('Confirmations of changes', () => {
  it('parseConfirmations accepts confirmations of changes that happen', () => {
    const words = { drops: ['gone', 'jobs.old'], backfills: ['jobs.rank = a = 1'], allowRewrite: true };
    expect(confirmations(words)).to.deep.equal({
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
    it(`parseConfirmations gives the only column that needs a value "${words}"`, () => {
      expect(confirmations({ backfills: [words] }).backfills).to.deep.equal(
        new Map([['jobs.depth', expression]]),
      );
    });

  for (const { confirmed, needed, words } of [
    {
      confirmed: { drops: ['jobs.a'] },
      words: '--drop jobs.a: this change does not drop it. It drops: gone, jobs.old.',
    },
    {
      confirmed: { backfills: ['0'] },
      needed: ['jobs.depth', 'jobs.rank'],
      words:
        '--backfill "0": the form is table.column=expression. Columns that need a value: jobs.depth, jobs.rank.',
    },
    {
      confirmed: { backfills: ['jobs.no=0'] },
      needed: [],
      words: '--backfill "jobs.no=0": no column needs a value.',
    },
    {
      confirmed: { backfills: [`shop.größe.no = 't'`] },
      needed: ['jobs.depth'],
      words: `--backfill "shop.größe.no = 't'": this change does not need it. Columns that need a value: jobs.depth.`,
    },
    {
      confirmed: { backfills: ['jobs.no='] },
      needed: [],
      words: '--backfill "jobs.no=": the form is table.column=expression. No column needs a value.',
    },
    {
      confirmed: { backfills: ['upper(jobs.no) = 1'] },
      needed: [],
      words: '--backfill "upper(jobs.no) = 1": the form is table.column=expression. No column needs a value.',
    },
    {
      confirmed: { backfills: ['jobs.depth=0', 'jobs.depth=1'] },
      words: '--backfill: jobs.depth has two values. Pass only one.',
    },
    {
      confirmed: { backfills: [' '] },
      words: '--backfill " ": the form is table.column=expression. Columns that need a value: jobs.depth.',
    },
  ])
    it(`parseConfirmations refuses a confirmation: ${words}`, () => {
      expect(thrownBy(UsageError, () => confirmations(confirmed, needed)).message).to.equal(words);
    });

  describe('of type conversions', () => {
    const retyped = diff(
      schema(table('jobs', { columns: [column('a'), column('a=b', { type: 'text' })] })),
      schema(table('jobs', { columns: [column('a', { type: 'uuid' }), column('a=b', { type: 'uuid' })] })),
    );
    const confirmed = (words: Partial<typeof NO_CONFIRMATIONS>) =>
      parseConfirmations({ ...NO_CONFIRMATIONS, ...words }, retyped, []);

    it('parseConfirmations accepts expressions for columns whose type changes', () => {
      const confirmations = confirmed({
        timeZones: ['jobs.a=UTC'],
        usings: ['jobs.a = f(a) = 1', 'jobs.a=b=g()'],
        usingsDown: ['jobs.a=h(a)'],
      });
      expect(confirmations.timeZones).to.deep.equal(new Map([['jobs.a', 'UTC']]));
      expect(confirmations.usings).to.deep.equal(
        new Map([
          ['jobs.a', 'f(a) = 1'],
          ['jobs.a=b', 'g()'],
        ]),
      );
      expect(confirmations.usingsDown).to.deep.equal(new Map([['jobs.a', 'h(a)']]));
    });

    for (const { words, message } of [
      {
        words: { usings: ['jobs.c=1'] },
        message:
          '--using "jobs.c=1": this change does not need it. Columns that change their type: jobs.a, jobs.a=b.',
      },
      {
        words: { timeZones: ['UTC'] },
        message:
          '--time-zone "UTC": the form is table.column=zone. Columns that change their type: jobs.a, jobs.a=b.',
      },
      {
        words: { usingsDown: ['jobs.a=1', 'jobs.a=2'] },
        message: '--using-down: jobs.a has two values. Pass only one.',
      },
    ])
      it(`parseConfirmations refuses a conversion: ${message}`, () => {
        expect(thrownBy(UsageError, () => confirmed(words)).message).to.equal(message);
      });

    it('parseConfirmations refuses a conversion where no type changes', () => {
      expect(thrownBy(UsageError, () => confirmations({ usings: ['jobs.a=1'] })).message).to.equal(
        '--using "jobs.a=1": no column changes its type.',
      );
    });
  });

  it('parseConfirmations reports that nothing is dropped', () => {
    const none = thrownBy(UsageError, () =>
      parseConfirmations({ ...NO_CONFIRMATIONS, drops: ['x'] }, [], []),
    );
    expect(none.message).to.equal('--drop x: this change does not drop it. It drops nothing.');
  });

  it('A renamed value applies to every column of its type, under the new name of its table', () => {
    const type = 'enum state';
    const head = schema(
      table('jobs', { columns: [column('state', { type })] }),
      table('old', { columns: [column('was', { type }), column('n')] }),
    );
    const { renamedValues } = confirmedValues(
      confirmations({}),
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
