import { expect } from 'chai';
import { firstPartitions, partitionClause } from '../../../src/databases/postgres/plan/partitions.js';
import { PostgresNames } from '../../../src/databases/postgres/plan/sql.js';
import { mayBeShorter, monthsOf, parseInterval } from '../../../src/schema/interval.js';
import type { TableModel } from '../../../src/schema/model.js';
import type { PartitionModel } from '../../../src/schema/partition.js';

const parsed = (text: string) => parseInterval(text) ?? { count: 0, unit: 'hour' as const };

describe('An interval of partitions', () => {
  for (const text of ['', '1', 'month', '0 months', '-1 day', '1.5 years', '1 fortnight', '1  day', '1 day '])
    it(`The text ${JSON.stringify(text)} is no interval`, () => {
      expect(parseInterval(text)).to.equal(undefined);
    });

  it('A month, a quarter and a year are counted in months, a week is not', () => {
    const months = ['1 month', '3 months', '2 years', '6 weeks'].map((text) => monthsOf(parsed(text)));
    expect(months).to.deep.equal([1, 3, 24, 0]);
  });

  const shorter: readonly (readonly [string, string, boolean])[] = [
    ['30 days', '1 month', true],
    ['31 days', '1 month', false],
    ['1 month', '1 month', false],
    ['11 months', '1 year', true],
    ['12 months', '1 year', false],
    ['365 days', '1 year', true],
    ['1 month', '4 weeks', false],
    ['1 month', '30 days', true],
    ['23 hours', '1 day', true],
  ];
  for (const [one, other, expected] of shorter)
    it(`Whether ${one} may be shorter than ${other}: ${String(expected)}`, () => {
      expect(mayBeShorter(parsed(one), parsed(other))).to.equal(expected);
    });
});

/** The statements of the partitions of a table of that name. */
function statements(name: string, partition: PartitionModel): readonly string[] {
  const table: TableModel = {
    ...{ name, persistence: 'permanent', comment: null, options: null, columns: [], primaryKey: null },
    ...{ uniques: [], indexes: [], foreignKeys: [], checks: [], exclusions: [], partition },
  };
  const own = firstPartitions(new PostgresNames('public'), table).map(({ sql }) => sql);
  return [partitionClause(table), ...own];
}

describe('The statements of partitions', () => {
  it('Values of a list are literals of their kind', () => {
    const lists = { ab: ["it's", 'b'], rest: [1, true, null] };
    expect(
      statements('audit.event', { strategy: 'list', key: ['kind'], rest: true, policy: { lists } }),
    ).to.deep.equal([
      ' PARTITION BY LIST ("kind")',
      `CREATE TABLE "audit"."event_ab" PARTITION OF "audit"."event" FOR VALUES IN ('it''s', 'b')`,
      'CREATE TABLE "audit"."event_rest" PARTITION OF "audit"."event" FOR VALUES IN (1, TRUE, NULL)',
      'CREATE TABLE "audit"."event_default" PARTITION OF "audit"."event" DEFAULT',
    ]);
  });

  it('A name that is too long loses its end, and a hash has a partition for each remainder', () => {
    const name = 'e'.repeat(63);
    const part = (at: number) =>
      `CREATE TABLE "${'e'.repeat(60)}_p${at}" PARTITION OF "${name}" FOR VALUES WITH (MODULUS 2, REMAINDER ${at})`;
    expect(
      statements(name, { strategy: 'hash', key: ['id'], rest: false, policy: { count: 2 } }),
    ).to.deep.equal([' PARTITION BY HASH ("id")', part(0), part(1)]);
  });

  it('Partitions by time are one block whose text does not depend on the day', () => {
    const policy = { every: '1 month', ahead: 3, keep: null };
    const [, block = '', ...others] = statements('event', {
      strategy: 'range',
      key: ['at'],
      rest: false,
      policy,
    });
    expect(others).to.deep.equal([]);
    expect(block)
      .to.match(/^DO \$partitions\$\s+DECLARE/)
      .and.to.contain('FOR number IN 0..3 LOOP');
    expect(block).not.to.match(/20[2-9]\d/);
  });
});
