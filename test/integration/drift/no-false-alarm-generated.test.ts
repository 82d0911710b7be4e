import { expect } from 'chai';
import fc from 'fast-check';
import { eachDatabase } from '../../support/databases.js';
import { entitiesOf, models } from './no-false-alarm-arbitraries.js';
import { findingsAfterSynchronize, IN_SYNC } from './no-false-alarm-database.js';

/** Models a run; each has two to five tables. */
const RUNS = { sqlite: 100, postgres: 60 };

eachDatabase('Generated models', (database) => {
  it('Generated models are in sync after synchronize', async function () {
    this.timeout(120_000);
    const { dialect } = database();
    const property = fc.asyncProperty(models(dialect), async (model) => {
      const options = { entities: entitiesOf(model), dropSchema: true };
      expect(await findingsAfterSynchronize(database(), options)).to.deep.equal(IN_SYNC);
    });
    await fc.assert(property, { numRuns: RUNS[dialect] });
  });
});
