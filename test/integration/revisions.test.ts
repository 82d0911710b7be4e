import { expect } from 'chai';
import { checkDrift } from '../../src/drift/check-drift.js';
import { eachDatabase } from '../support/databases.js';

eachDatabase('The revisions of this project', (database) => {
  it('lead from base to exactly the schema of the entities', async () => {
    const dataSource = await database().connectAtHead();
    expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
  });
});
