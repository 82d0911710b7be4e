import { expect } from 'chai';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { plainDataSource } from '../../support/plain-postgres.js';
import { startStandby, type Standby } from '../../support/standby.js';
import { postgresModel } from './sensitivity/postgres-model.js';
import { linesOf } from './sensitivity/seeded-change.js';

describe('A check of a hot standby', () => {
  let standby: Standby | undefined;

  before(async () => {
    standby = await startStandby(async (target) => {
      const primary = await plainDataSource(target, { entities: postgresModel }).initialize();
      await primary.query('CREATE EXTENSION btree_gist');
      await primary.query('CREATE SCHEMA audit');
      await primary.synchronize();
      await primary.query('ALTER TABLE rooms DROP CONSTRAINT rooms_size_check');
      await primary.query(
        'ALTER TABLE rooms ADD CONSTRAINT rooms_size_check CHECK (size >= 0 AND size <= 500)',
      );
      await primary.destroy();
    });
  });
  after(() => standby?.stop());

  it('A check of a hot standby finds what differs there, where nothing can be written', async () => {
    if (!standby) throw new Error('There is no standby.');
    const dataSource = plainDataSource(standby.target, { entities: postgresModel });
    expect(linesOf(await checkDrift(dataSource))).to.deep.equal([
      'alter-check rooms.rooms_size_check (expression)',
    ]);
    await dataSource.initialize();
    expect(await dataSource.query('SELECT pg_is_in_recovery() AS recovering')).to.deep.equal([
      { recovering: true },
    ]);
    await dataSource.destroy();
  });
});
