import { expect } from 'chai';
import type { MeasuredWork } from '../../../src/databases/estimating.js';
import { estimateOf } from '../../../src/generate/estimate.js';

const FILL: MeasuredWork = {
  ...{ revision: 'Fill1', kind: 'backfill', table: '"jobs"', name: 'descr' },
  ...{ rows: 20_000, ms: 500, bytes: 2_000_000 },
};
const LIVE = { table: '"jobs"', rows: 2_000_000, bytes: 300_000_000 };

describe('estimateOf', () => {
  it('The estimate is in proportion to the rows of the live table', () => {
    const { tables, ...total } = estimateOf(['"jobs"'], [LIVE], [FILL]);
    expect(total).to.deep.equal({ seconds: 50, bytes: 200_000_000 });
    expect(tables).to.deep.equal([
      {
        ...LIVE,
        sampled: 20_000,
        steps: [
          {
            ...{ revision: 'Fill1', kind: 'backfill', name: 'descr' },
            ...{ rowsPerSecond: 40_000, seconds: 50, bytes: 200_000_000 },
          },
        ],
      },
    ]);
  });

  for (const [title, live, measured, problem] of [
    ['a table that the database does not have', [], FILL, 'the database has no such table'],
    ['a table of which no row is copied', [LIVE], { ...FILL, rows: 0 }, 'no row of it could be copied'],
    ['a statement that fails', [LIVE], { ...FILL, ms: null, problem: 'no\nroom' }, 'no room'],
  ] as const)
    it(`The estimate has a reason for ${title}, and no number`, () => {
      const { tables, seconds } = estimateOf(['"jobs"'], live, [measured]);
      expect(seconds).to.equal(0);
      expect(tables[0]?.steps[0]).to.deep.include({
        seconds: null,
        rowsPerSecond: null,
        bytes: null,
        problem,
      });
    });

  it('The estimate of a table without rows is nothing', () => {
    const { tables } = estimateOf(['"jobs"'], [{ ...LIVE, rows: 0 }], [{ ...FILL, rows: 0 }]);
    expect(tables[0]?.steps[0]).to.deep.include({ seconds: 0, bytes: 0, rowsPerSecond: null });
  });
});
