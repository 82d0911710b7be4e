import { expect } from 'chai';
import { migrateDown, migrateUp, stampAt } from '../../../src/migrator/migrate.js';
import { eachDatabase } from '../../support/databases.js';
import { formerVersionRefuses } from '../../support/former-format.js';
import { AddDescr, DropTask, EXPAND, MakeJobs, MakeNotes, NEW, OLD } from '../../support/phased.js';
import { revision } from '../../support/revisions.js';

eachDatabase('A migrator of a version that does not know contract revisions', (database) => {
  it('is refused as soon as a contract revision is pending, and also when all is reverted', async () => {
    await migrateUp(await database().connect(OLD));
    expect(await formerVersionRefuses(database())).to.equal(false);
    const dataSource = await database().connect(NEW);
    await migrateUp(dataSource, { phases: 'expand' });
    expect(await formerVersionRefuses(database())).to.equal(true);
    await migrateUp(dataSource);
    expect(await formerVersionRefuses(database())).to.equal(true);
    await migrateDown(dataSource, { target: 'base' });
    expect(await formerVersionRefuses(database())).to.equal(true);
  });

  it('is not refused where no contract revision is left in the code behind what is applied', async () => {
    const migrations = [MakeJobs, AddDescr, MakeNotes];
    await migrateUp(await database().connect({ entities: [], migrations }));
    expect(await formerVersionRefuses(database())).to.equal(false);
  });

  it('is refused behind an expand revision without changes, as that of a group is on SQLite', async () => {
    const migrations = [MakeJobs, revision(EXPAND, [], []), DropTask];
    await migrateUp(await database().connect({ ...NEW, migrations }), { phases: 'expand' });
    expect(await formerVersionRefuses(database())).to.equal(true);
  });

  it('is refused behind a stamp that records a contract revision', async () => {
    await stampAt(await database().connect(NEW), 'head');
    expect(await formerVersionRefuses(database())).to.equal(true);
  });
});
