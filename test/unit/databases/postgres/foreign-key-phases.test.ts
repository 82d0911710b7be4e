import { expect } from 'chai';
import type { PostgresContext } from '../../../../src/databases/postgres/plan/context.js';
import { foreignKeyPhases } from '../../../../src/databases/postgres/plan/foreign-key-phases.js';
import { comparePhases } from '../../../../src/databases/phases.js';
import type { ColumnModel, ForeignKeyModel } from '../../../../src/schema/model.js';

const KEY = { columns: ['pid'], table: 'parent', references: ['id'] } as unknown as ForeignKeyModel;

/** A plan that adds the column `child.pid`. */
function planOf({
  backfill = false,
  value,
  isKeyUnchanged = true,
}: {
  backfill?: boolean;
  value?: string;
  isKeyUnchanged?: boolean;
}): PostgresContext {
  const added = { name: 'pid', default: value === undefined ? null : { sql: value } } as ColumnModel;
  const side = (columns: readonly ColumnModel[]) => ({ tables: [{ name: 'child', columns }] });
  return {
    confirmed: { backfills: new Map(backfill ? [['child.pid', '1']] : []) },
    isVolatile: (sql: string) => sql === 'random()',
    isKeyUnchanged: () => isKeyUnchanged,
    ...{ from: side([]), to: side([added]) },
  } as unknown as PostgresContext;
}

describe('The phases of a foreign key', () => {
  const phasesOf = (plan: Parameters<typeof planOf>[0]) => foreignKeyPhases(planOf(plan), 'child', KEY);

  it('The phases of a foreign key begin at once where no column is filled in batches', () => {
    expect(phasesOf({})).to.deep.equal(['main', 'validate']);
    expect(phasesOf({ value: '1' })).to.deep.equal(['main', 'validate']);
  });

  for (const [title, plan] of [
    ['a confirmed value', { backfill: true }],
    ['a default that differs from row to row', { value: 'random()' }],
    ['a confirmed value, for a key that is new', { backfill: true, isKeyUnchanged: false }],
  ] as const)
    it(`The phases of a foreign key begin after the backfill of its column: ${title}`, () => {
      const [adding, validating] = phasesOf(plan);
      expect(comparePhases('backfill', adding)).to.be.below(0);
      expect(comparePhases(adding, validating)).to.be.below(0);
    });
});
