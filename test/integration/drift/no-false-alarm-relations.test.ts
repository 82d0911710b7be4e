import { expect } from 'chai';
import { eachDatabase } from '../../support/databases.js';
import { findingsAfterSynchronize, IN_SYNC } from './no-false-alarm-database.js';
import { ACTING, FAMILIES, TREES } from './no-false-alarm-families.js';
import { LIBRARY } from './no-false-alarm-relations.js';

eachDatabase('Relations', (database) => {
  it('Relations are in sync after synchronize: of every kind, with join tables and join columns of any name', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: LIBRARY })).to.deep.equal(IN_SYNC);
  });

  it('Relations are in sync after synchronize: trees of every kind', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: TREES })).to.deep.equal(IN_SYNC);
  });

  it('Relations are in sync after synchronize: embedded columns, single-table and concrete inheritance', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: FAMILIES })).to.deep.equal(IN_SYNC);
  });

  it('Relations are in sync after synchronize: all pairs of ON DELETE and ON UPDATE, deferrable or not', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: [...ACTING] })).to.deep.equal(IN_SYNC);
  });
});
