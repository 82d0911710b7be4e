import { expect } from 'chai';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { findingsAfterSynchronize, IN_SYNC } from './no-false-alarm-database.js';
import {
  BOOKED,
  EXCLUDED,
  KEYED,
  POSTGRES_KEYED,
  PRIMARY,
  WITH_OPERATOR_CLASS,
} from './no-false-alarm-keys.js';

eachDatabase('Keys and indexes', (database) => {
  it('Keys and indexes are in sync after synchronize: unique, composite, partial, with and without a name', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: [KEYED] })).to.deep.equal(IN_SYNC);
  });

  it('Keys and indexes are in sync after synchronize: primary keys of several columns and with names', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: PRIMARY })).to.deep.equal(IN_SYNC);
  });
});

onDatabase('postgres', 'Keys and indexes of PostgreSQL', (database) => {
  it('Keys and indexes of PostgreSQL are in sync after synchronize: deferrable, spatial, with a collation', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: [POSTGRES_KEYED] })).to.deep.equal(IN_SYNC);
  });

  it('Keys and indexes of PostgreSQL are in sync after synchronize: exclusion constraints', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: [EXCLUDED] })).to.deep.equal(IN_SYNC);
  });

  it('Keys and indexes of PostgreSQL are in sync after synchronize: exclusion constraints by btree_gist', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: [BOOKED] })).to.deep.equal(IN_SYNC);
  });

  it('Keys and indexes of PostgreSQL cannot be compared where an exclusion constraint names the operator class that it would have anyway', async () => {
    expect(await findingsAfterSynchronize(database(), { entities: [WITH_OPERATOR_CLASS] })).to.deep.equal({
      ...IN_SYNC,
      uncomparable: [
        'exclusion with_operator_class.by_opclass: (room gist_int4_ops WITH =) / (room WITH =): syntax error at or near "gist_int4_ops"',
      ],
    });
  });
});
