import { expect } from 'chai';
import { failOverAtRandom } from '../support/failover.js';
import { failoverTotals, faultsOf } from '../support/failover-table.js';
import { repetitions, share } from '../support/repetitions.js';

/** The full number, with a line for each round, is `npm run test:stress -- failover`. */
const ROUNDS = { quick: 1, ci: 2, full: 30 };

describe('A primary that ends at random while four processes migrate', () => {
  it(`A primary that ends at random while four processes migrate, and a standby that is promoted, give no revision twice, no wrong answer and no failure without a code (${share(ROUNDS)})`, async () => {
    const rounds = await failOverAtRandom({ rounds: repetitions(ROUNDS), migrators: 4 });
    expect(rounds.flatMap(faultsOf), failoverTotals(rounds)).to.deep.equal([]);
    for (const { application, claims } of rounds) {
      expect(application.acknowledged.length).to.be.above(0);
      expect(application.fromStandby).to.be.above(0);
      expect(claims).to.be.above(0);
    }
  }).timeout(1_800_000);
});
