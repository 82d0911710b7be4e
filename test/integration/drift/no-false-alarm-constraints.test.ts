import { expect } from 'chai';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { entity, findingsAfterSynchronize, IN_SYNC } from './no-false-alarm-database.js';
import {
  checksOf,
  indexesOf,
  NEUTRAL_COLUMNS,
  NEUTRAL_CONDITIONS,
  POSTGRES_CHECKS_ONLY,
  POSTGRES_COLUMNS,
  POSTGRES_CONDITIONS,
  SQLITE_COLUMNS,
  SQLITE_CONDITIONS,
} from './no-false-alarm-constraints.js';

eachDatabase('Conditions that both databases know', (database) => {
  it('Conditions that both databases know are in sync after synchronize as checks', async () => {
    const entities = [entity('checked', NEUTRAL_COLUMNS, { checks: checksOf(NEUTRAL_CONDITIONS) })];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });

  it('Conditions that both databases know are in sync after synchronize as predicates of partial indexes', async () => {
    const entities = [entity('indexed', NEUTRAL_COLUMNS, { indices: indexesOf(NEUTRAL_CONDITIONS) })];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });
});

onDatabase('postgres', 'Conditions of PostgreSQL', (database) => {
  it('Conditions of PostgreSQL are in sync after synchronize as checks', async () => {
    const checks = checksOf([...POSTGRES_CONDITIONS, ...POSTGRES_CHECKS_ONLY]);
    const entities = [entity('checked', POSTGRES_COLUMNS, { checks })];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });

  it('Conditions of PostgreSQL are in sync after synchronize as predicates of partial indexes', async () => {
    const entities = [entity('indexed', POSTGRES_COLUMNS, { indices: indexesOf(POSTGRES_CONDITIONS) })];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });
});

onDatabase('sqlite', 'Conditions of SQLite', (database) => {
  it('Conditions of SQLite are in sync after synchronize as checks', async () => {
    const entities = [entity('checked', SQLITE_COLUMNS, { checks: checksOf(SQLITE_CONDITIONS) })];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });

  it('Conditions of SQLite are in sync after synchronize as predicates of partial indexes', async () => {
    const entities = [entity('indexed', SQLITE_COLUMNS, { indices: indexesOf(SQLITE_CONDITIONS) })];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });
});
