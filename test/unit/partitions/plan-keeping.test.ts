import { expect } from 'chai';
import type { LiveTable } from '../../../src/databases/partitioning.js';
import { aheadOf, differing, needsOf } from '../../../src/partitions/plan-keeping.js';
import { rangePartitionName } from '../../../src/databases/postgres/plan/range-partitions.js';

const moment = (day: string) => (day === '' ? NaN : Date.parse(`${day}T00:00:00Z`));
const POLICY = { every: '1 month', ahead: 2, keep: '90 days' };

/** With partitions as `name 2026-11-01 2026-12-01`; `-` is no bound. */
function table(now: string, ...parts: readonly string[]): LiveTable {
  const partitions = parts.map((part) => {
    const [name = '', lower = '', upper = ''] = part.split(' ');
    return {
      name,
      path: `"public"."${name}"`,
      lower: lower === '-' ? -Infinity : moment(lower),
      upper: upper === '-' ? Infinity : moment(upper),
      isDetaching: false,
      isPlain: true,
      isForeign: false,
    };
  });
  return {
    ...{ table: 't', path: '"public"."t"', schema: 'public', name: 't', strategy: 'range', key: ['at'] },
    ...{ partitions, rest: undefined, isReferenced: false, isMoving: false, keeper: undefined, placed: '' },
    ...{ owner: undefined, uncopied: undefined, now: moment(now) },
  };
}

const named = (live: LiveTable, policy = POLICY) => {
  const { make, old, refusals } = needsOf(live, policy, (lower) =>
    rangePartitionName('t', policy.every, lower),
  );
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  return { make: names(make), old: names(old), refused: refusals.map(({ object }) => object) };
};

describe('What a table of partitions needs', () => {
  it('An empty table needs the present partition and those ahead', () => {
    expect(named(table('2028-02-29'))).to.deep.equal({
      make: ['t_p2028_02', 't_p2028_03', 't_p2028_04'],
      old: [],
      refused: [],
    });
  });

  it('A gap among the partitions ahead is made', () => {
    const live = table('2026-11-30', 'a 2026-11-01 2026-12-01', 'b 2027-01-01 2027-02-01');
    expect(named(live).make).to.deep.equal(['t_p2026_12']);
    expect(aheadOf(live)).to.deep.equal({ ahead: 0, until: moment('2026-12-01') });
  });

  it('A partition without a lower bound goes as well when it is old, and one that ends at the limit', () => {
    const live = table('2026-11-30', 'b 2026-08-01 2026-09-01', 'a - 2026-08-01', 'c 2026-09-01 2026-10-01');
    expect(named(live).old).to.deep.equal(['a', 'b']);
  });

  it('Nothing is old for ever, nor a partition that has no end', () => {
    expect(named(table('2026-11-30', 'a - -')).old).to.deep.equal([]);
    const forever = { every: '1 month', ahead: 2, keep: null } as unknown as typeof POLICY;
    expect(named(table('2026-11-30', 'a 2001-01-01 2001-02-01'), forever).old).to.deep.equal([]);
  });

  it('A partition whose bounds are no moments is neither old nor in the way', () => {
    expect(named(table('2026-11-30', 'a'))).to.deep.equal({
      make: ['t_p2026_11', 't_p2026_12', 't_p2027_01'],
      old: [],
      refused: [],
    });
  });

  it('The partitions ahead are counted up to the first gap, whatever their length', () => {
    const live = table('2026-11-30', 'b 2026-12-01 2026-12-05', 'a - 2026-12-01', 'c 2026-12-05 2028-01-01');
    expect(aheadOf(live)).to.deep.equal({ ahead: 2, until: moment('2028-01-01') });
  });

  it('A table without a partition for now is not ahead', () => {
    const live = table('2026-11-30', 'b 2026-12-01 2027-01-01');
    expect(aheadOf(live)).to.deep.equal({ ahead: 0, until: moment('2026-11-30') });
  });

  it('Another key is named with both', () => {
    const partition = { strategy: 'range', key: ['seen'], rest: false } as const;
    expect(differing(table('2026-11-30'), partition)?.message).to.equal(
      't is partitioned by RANGE (at), and its entity declares RANGE (seen). Nothing was changed in it. Run check: npm run -s db:check',
    );
    expect(differing(table('2026-11-30'), { ...partition, key: ['at'] })).to.equal(undefined);
  });
});
