import { expect } from 'chai';
import { migrateDown, migrateUp, stampAt } from '../../../src/migrator/migrate.js';
import { eachDatabase } from '../../support/databases.js';
import { formerVersionRefuses } from '../../support/former-format.js';
import { NEW } from '../../support/phased.js';

eachDatabase('A migrator of a version that does not know contract revisions', (database) => {
  it('is refused from the first contract revision on, also when that is reverted, and not before it', async () => {
    const dataSource = await database().connect(NEW);
    await migrateUp(dataSource, { phases: 'expand' });
    expect(await formerVersionRefuses(database())).to.equal(false);
    await migrateUp(dataSource);
    expect(await formerVersionRefuses(database())).to.equal(true);
    await migrateDown(dataSource, { target: 'base' });
    expect(await formerVersionRefuses(database())).to.equal(true);
  });

  it('is refused behind a stamp that records a contract revision', async () => {
    await stampAt(await database().connect(NEW), 'head');
    expect(await formerVersionRefuses(database())).to.equal(true);
  });
});
