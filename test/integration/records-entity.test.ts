import { expect } from 'chai';
import { describeEntities } from '../../src/metadata/describe.js';
import { Migrator } from '../../src/migrator-api.js';
import { eachDatabase } from '../support/databases.js';
import { entity, plainDataSource } from './drift/no-false-alarm-database.js';

/** What an application maps that shows its own migrations. */
const RECORD = entity('migrations', {
  id: { type: 'integer', primary: true, generated: true },
  name: { type: 'varchar' },
});

class Notes1700000000001 {
  name = 'Notes1700000000001';
  up = (runner: { query: (sql: string) => Promise<unknown> }) =>
    runner.query('CREATE TABLE "note" ("id" integer PRIMARY KEY NOT NULL)');
  down = (runner: { query: (sql: string) => Promise<unknown> }) => runner.query('DROP TABLE "note"');
}

eachDatabase('An entity of the table of records', (database) => {
  it('An entity of the table of records is no table of the application: to head, to base, to head', async () => {
    const dataSource = plainDataSource(database(), {
      entities: [RECORD],
      migrations: [Notes1700000000001],
    });
    await dataSource.initialize();
    try {
      const migrator = new Migrator(dataSource);
      await migrator.up();
      await migrator.down('base');
      expect((await migrator.up()).done).to.have.length(1);
      expect(describeEntities(dataSource).schema.tables).to.deep.equal([]);
    } finally {
      await dataSource.destroy();
    }
  });
});
