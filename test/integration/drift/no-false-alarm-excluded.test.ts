import { expect } from 'chai';
import { eachDatabase } from '../../support/databases.js';
import {
  entity,
  findings,
  findingsAfterSynchronize,
  IN_SYNC,
  synchronized,
} from './no-false-alarm-database.js';

const THING = entity('thing', { amount: { type: 'integer' } });

eachDatabase('What TypeORM does not synchronize', (database) => {
  it('What TypeORM does not synchronize is in sync whatever the database has of it: a table', async () => {
    const excluded = entity('foreign thing', { a: { type: 'integer' } }, { synchronize: false });
    await synchronized(database(), { entities: [THING, excluded] }, async (dataSource) => {
      expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
      await dataSource.query('CREATE TABLE "foreign thing" (b text)');
      expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
    });
  });

  it('What TypeORM does not synchronize is in sync whatever the database has of it: an index', async () => {
    const indices = [{ name: 'by_hand', columns: ['a'], synchronize: false as const }];
    const indexed = entity('indexed', { a: { type: 'integer' } }, { indices });
    await synchronized(database(), { entities: [indexed] }, async (dataSource) => {
      expect(await findings(dataSource)).to.deep.equal({ ...IN_SYNC, unmanaged: ['missing-index by_hand'] });
      await dataSource.query('CREATE INDEX by_hand ON indexed (a DESC) WHERE a > 1');
      expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
    });
  });

  it('What TypeORM does not synchronize is in sync when it is no column at all', async () => {
    const virtual = { type: 'integer', virtualProperty: true, query: () => 'SELECT 1' } as const;
    const entities = [entity('virtual', { a: { type: 'integer' }, virtual })];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });
});

eachDatabase('Foreign keys without a relation', (database) => {
  it('Foreign keys without a relation are in sync after synchronize', async () => {
    const byColumn = entity('by_column', {
      thingId: { type: 'integer', foreignKey: { target: 'thing', onDelete: 'CASCADE' } },
    });
    const byTable = entity(
      'by_table',
      { thing: { type: 'integer' } },
      {
        foreignKeys: [
          { target: 'thing', columnNames: ['thing'], referencedColumnNames: ['id'], name: 'fk by table' },
        ],
      },
    );
    const entities = [THING, byColumn, byTable];
    expect(await findingsAfterSynchronize(database(), { entities })).to.deep.equal(IN_SYNC);
  });
});
