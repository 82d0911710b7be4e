import { expect } from 'chai';
import { Index, ViewColumn, ViewEntity } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { reportLines } from '../../../src/drift/report.js';
import { planRepair } from '../../../src/generate/repair/plan-repair.js';
import { onDatabase } from '../../support/databases.js';
import { entity, synchronized } from './no-false-alarm-database.js';

const THING = entity('thing', { amount: { type: 'integer' } });

@ViewEntity({ name: 'large_thing', materialized: true, expression: 'SELECT "id", "amount" FROM "thing"' })
class LargeThing {
  @Index('ix_id', { unique: true })
  @ViewColumn()
  id!: number;

  @Index('ix_amount', { where: '"amount" > 10' })
  @ViewColumn()
  amount!: number;

  @Index('ix_own', { synchronize: false })
  @ViewColumn({ name: 'id' })
  own!: number;
}

const ON = 'ON "large_thing"';
const UNMANAGED = ['', 'declared by no entity', '  missing-index ix_own'];

onDatabase('postgres', 'The indexes of a materialized view', (database) => {
  const lines = (sql: readonly string[]) =>
    synchronized(database(), { entities: [THING, LargeThing] }, async (dataSource) => {
      for (const one of sql) await dataSource.query(one);
      return reportLines(await checkDrift(dataSource), true);
    });

  for (const [title, sql] of [
    ['after synchronize', []],
    [
      'with the same predicate in other words',
      ['DROP INDEX ix_amount', `CREATE INDEX ix_amount ${ON} ("amount") WHERE (("amount") > (10))`],
    ],
  ] as const)
    it(`They are in sync ${title}`, async () => {
      expect(await lines(sql)).to.deep.equal([
        'in sync (1 table), but 1 excluded index missing',
        ...UNMANAGED,
      ]);
    });

  for (const [title, sql, words] of [
    [
      'A missing index',
      ['DROP INDEX ix_amount'],
      '+ Index large_thing.ix_amount is missing in the database; the entities declare columns (amount), predicate "amount" > 10.',
    ],
    [
      'An index that is not unique',
      ['DROP INDEX ix_id', `CREATE INDEX ix_id ${ON} ("id")`],
      '~ Index large_thing.ix_id: unique is no, the entities declare yes.',
    ],
    [
      'An index of other columns',
      ['DROP INDEX ix_id', `CREATE UNIQUE INDEX ix_id ${ON} ("id", "amount")`],
      '~ Index large_thing.ix_id: columns are (id, amount), the entities declare (id).',
    ],
    [
      'An index with another predicate',
      ['DROP INDEX ix_amount', `CREATE INDEX ix_amount ${ON} ("amount") WHERE "amount" > 11`],
      '~ Index large_thing.ix_amount: predicate is (amount > 11), the entities declare "amount" > 10.',
    ],
    [
      'An index of another method',
      ['DROP INDEX ix_amount', `CREATE INDEX ix_amount ${ON} USING hash ("amount") WHERE "amount" > 10`],
      '~ Index large_thing.ix_amount: method is hash, the entities declare btree.',
    ],
    [
      'An index under another name',
      ['ALTER INDEX ix_amount RENAME TO ix_other'],
      '~ Index large_thing.ix_amount: name is ix_other, the entities declare ix_amount.',
    ],
  ] as const)
    it(`${title} is a difference`, async () => {
      expect(await lines(sql)).to.deep.equal([
        ...['1 difference in 1 table', '', 'large_thing', `  ${words}`],
        ...UNMANAGED,
      ]);
    });

  it('An index that no entity declares is unmanaged, one with `synchronize: false` is passed over', async () => {
    const sql = [`CREATE INDEX ix_hand ${ON} ("amount", "id")`, `CREATE INDEX ix_own ${ON} ("id", "amount")`];
    expect(await lines(sql)).to.deep.equal([
      ...['in sync (1 table)', '', 'declared by no entity', '  index large_thing.ix_hand'],
    ]);
  });

  it('A repair creates a missing index without a lock for readers', () =>
    synchronized(database(), { entities: [THING, LargeThing] }, async (dataSource) => {
      await dataSource.query('DROP INDEX ix_amount');
      const { parts, undecided } = await planRepair(dataSource, undefined);
      const groups = parts.flatMap((part) => part.groups);
      expect(groups.flatMap(({ statements }) => statements.map(({ sql }) => sql))).to.deep.equal([
        'CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_amount" ON "large_thing" ("amount") WHERE "amount" > 10',
      ]);
      expect(undecided).to.deep.equal([]);
    }));
});
