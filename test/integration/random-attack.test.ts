import { expect } from 'chai';
import { attack, attackTotals } from '../support/attack.js';

/** The same with 100 rounds, and a process for each migrator, is `npm run test:stress -- random`. */
const ROUNDS = 4;

describe('Migrators whose sessions are ended at random (PostgreSQL)', () => {
  it('Migrators whose sessions are ended at random apply each revision once, name every failure with a code and a remedy, and the next run completes', async () => {
    const result = await attack({ rounds: ROUNDS, migrators: 6, pauseMs: 60, where: 'here' });
    const { wrong, uncoded, uncaught, endedSessions } = result;
    expect({ wrong, uncoded, uncaught }, attackTotals(result)).to.deep.equal({
      wrong: [],
      uncoded: [],
      uncaught: [],
    });
    expect(endedSessions).to.be.above(ROUNDS);
  }).timeout(120_000);
});
