import { expect } from 'chai';
import { job, NUMBER } from './case.js';
import { GROWN, RECOMPUTED, RETYPED, verifyKept } from './attached-case.js';
import { runTogether } from './together.js';

verifyKept('A statistics object', [
  [
    'where a column gets another type',
    RETYPED,
    [
      'CREATE STATISTICS sx (ndistinct) ON n, other FROM job',
      'ALTER STATISTICS sx SET STATISTICS 400',
      `COMMENT ON STATISTICS sx IS 'mine'`,
    ],
  ],
  ['where a type gets one more value', GROWN, [`CREATE STATISTICS sx ON (st = 'a'), id FROM job`]],
  ['where a column is computed in another way', RECOMPUTED, ['CREATE STATISTICS sx ON n, g FROM job']],
]);

describe('A statistics object over a column that goes (PostgreSQL)', function () {
  this.timeout(120_000);

  it('A statistics object goes with its column, and down creates it again', async () => {
    const changed = await runTogether({
      before: job({ n: NUMBER, other: NUMBER }),
      after: job({ other: NUMBER }),
      words: { drops: ['job.n'] },
      byHand: ['CREATE STATISTICS sx (ndistinct) ON n, other FROM job'],
    });
    expect(changed).to.have.length(1);
    expect(changed[0]).to.match(/^gone: statistics public\.sx/);
  });
});
