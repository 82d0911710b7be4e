import { expect } from 'chai';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import {
  entity,
  findings,
  findingsAfterSynchronize,
  IN_SYNC,
  synchronized,
} from './no-false-alarm-database.js';
import {
  COMPUTED_BY_POSTGRES,
  COMPUTED_BY_SQLITE,
  IdentityAlways,
  IdentityByDefault,
  NUMBERED,
} from './no-false-alarm-columns.js';

eachDatabase('Columns that the database fills in', (database) => {
  it('Columns that the database fills in are in sync after synchronize: numbers and identifiers', async () => {
    const entities = [...NUMBERED[database().dialect]];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });
});

onDatabase('postgres', 'Columns that PostgreSQL fills in', (database) => {
  it('Columns that PostgreSQL fills in are in sync after synchronize: identity', async () => {
    const entities = [IdentityAlways, IdentityByDefault];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });

  it('Columns that PostgreSQL fills in are in sync after synchronize: computed and stored, and the table in which TypeORM notes them', async () => {
    const entities = [entity('computed', COMPUTED_BY_POSTGRES)];
    await synchronized(database(), { entities }, async (dataSource) => {
      const noted: unknown[] = await dataSource.query('SELECT FROM typeorm_metadata');
      expect(noted).to.have.length(6);
      expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
    });
  });

  it('Columns that PostgreSQL fills in are in sync with every generator of identifiers', async () => {
    const entities = [entity('identified', { id: { type: 'uuid', primary: true, generated: 'uuid' } })];
    for (const uuidExtension of ['pgcrypto', 'uuid-ossp'] as const)
      expect(
        await findingsAfterSynchronize(database(), { entities, dropSchema: true, uuidExtension }),
      ).to.deep.equal(IN_SYNC);
  });
});

onDatabase('sqlite', 'Columns that SQLite fills in', (database) => {
  it('Columns that SQLite fills in are in sync after synchronize: computed, virtual and stored, and the table in which TypeORM notes them', async () => {
    const entities = [entity('computed', COMPUTED_BY_SQLITE)];
    await synchronized(database(), { entities }, async (dataSource) => {
      const noted: unknown[] = await dataSource.query('SELECT * FROM typeorm_metadata');
      expect(noted).to.have.length(6);
      expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
    });
  });
});
