import { expect } from 'chai';
import { onDatabase } from '../../support/databases.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { entity, synchronized } from './no-false-alarm-database.js';

const ROOMS = entity(
  'rooms',
  { house: { type: 'integer' } },
  { indices: [{ name: 'ix', columns: ['house'] }] },
);

onDatabase('postgres', 'Storage parameters (PostgreSQL)', (database) => {
  it('Storage parameters of a table and of an index are unmanaged, and --ignore passes over them', () =>
    synchronized(database(), { entities: [ROOMS] }, async (dataSource) => {
      await dataSource.query('ALTER TABLE rooms SET (fillfactor = 70, autovacuum_enabled = false)');
      await dataSource.query('ALTER INDEX ix SET (fillfactor = 50)');
      const { status, unmanaged } = await checkDrift(dataSource);
      expect({ status, unmanaged: unmanaged.map(({ kind, object }) => `${kind} ${object}`) }).to.deep.equal({
        status: 'in-sync',
        unmanaged: [
          'storage-parameter rooms.autovacuum_enabled=false',
          'storage-parameter rooms.fillfactor=70',
          'storage-parameter rooms.ix.fillfactor=50',
        ],
      });
      expect((await checkDrift(dataSource, { strict: true })).status).to.equal('drifted');
      const ignored = await checkDrift(dataSource, {
        strict: true,
        ignore: ['rooms.*fillfactor=*', '*=false'],
      });
      expect(ignored.status).to.equal('in-sync');
    }));
});
