import { expect } from 'chai';
import { buildExample } from '../support/example.js';
import { assertEachRanOnce, tell, withFleet } from '../support/replicas.js';

const ROUNDS = 10;
const REPLICAS = 8;

const FLEETS = {
  'eight that migrate': Array.from({ length: REPLICAS }, () => ({ ON_START: 'migrate' })),
  'one that migrates and seven that wait': Array.from({ length: REPLICAS }, (_, index) => ({
    ON_START: index === 0 ? 'migrate' : 'wait',
  })),
};

describe('Replicas that start at once on an empty PostgreSQL', () => {
  before(buildExample);

  for (const [title, environments] of Object.entries(FLEETS))
    it(`All replicas become ready, and each revision runs once: ${title}`, async () => {
      let ready = 0;
      for (let round = 0; round < ROUNDS; round += 1)
        await withFleet(environments, async ({ target, replicas }) => {
          for (const replica of replicas) {
            const { status, body } = await replica.call('GET', '/health/ready');
            expect(status, JSON.stringify(body)).to.equal(200);
            ready += 1;
          }
          await assertEachRanOnce(target);
        });
      expect(ready).to.equal(ROUNDS * REPLICAS);
      tell(
        `${ready} of ${ROUNDS * REPLICAS} replicas ready in ${ROUNDS} rounds, each revision begun once a round`,
      );
    });
});
