import { expect } from 'chai';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { entity, findingsAfterSynchronize, IN_SYNC } from './no-false-alarm-database.js';
import { NEUTRAL_DEFAULTS, POSTGRES_DEFAULTS, SQLITE_DEFAULTS } from './no-false-alarm-defaults.js';

eachDatabase('Defaults that both databases know', (database) => {
  it('Defaults that both databases know are in sync after synchronize, in every form', async () => {
    const entities = [entity('neutral_defaults', NEUTRAL_DEFAULTS)];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });
});

onDatabase('postgres', 'Defaults of PostgreSQL', (database) => {
  it('Defaults of PostgreSQL are in sync after synchronize, in every form', async () => {
    const entities = [entity('postgres_defaults', POSTGRES_DEFAULTS)];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });
});

onDatabase('sqlite', 'Defaults of SQLite', (database) => {
  it('Defaults of SQLite are in sync after synchronize, in every form', async () => {
    const entities = [entity('defaults_of_sqlite', SQLITE_DEFAULTS)];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });
});
