import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { checkDrift } from '../../src/drift/check-drift.js';
import { migrateDown, migrateUp, planMigration, stampAt } from '../../src/migrator/migrate.js';
import { readReplicas } from '../../src/migrator/replicas.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { onDatabase } from '../support/databases.js';
import { failureOf, recordsIn } from '../support/failures.js';
import { CONTRACT, EXPAND, MAKE, NEW } from '../support/phased.js';

/** What an application may have set on its connection, and what SQLite calls the column of `SELECT g.id FROM ... g` then. */
const SET: Readonly<Record<string, readonly [pragmas: readonly string[], name: string]>> = {
  'the texts of the expressions': [['short_column_names = OFF'], 'g.id'],
  'the names of tables': [['short_column_names = OFF', 'full_column_names = ON'], 'g.id'],
};

onDatabase('sqlite', 'A connection that names columns otherwise (SQLite)', (database) => {
  const nameIn = async (dataSource: DataSource) => {
    const [row = {}] = await dataSource.query<object[]>('SELECT g.id FROM (SELECT 1 AS id) g');
    return Object.keys(row)[0];
  };

  it('A connection that may only query is named with the pragma that says so', async () => {
    const dataSource = await database().connect(NEW);
    await dataSource.query('PRAGMA query_only = ON');
    const error = await failureOf(migrateUp(dataSource));
    expect(error.message).to.contain('or the connection has set PRAGMA query_only (SQLITE_READONLY)');
  });

  for (const [title, [pragmas, name]] of Object.entries(SET))
    it(`A connection that names columns otherwise is migrated and read, and keeps its names: ${title}`, async () => {
      const dataSource = await database().connect(NEW);
      for (const pragma of pragmas) await dataSource.query(`PRAGMA ${pragma}`);
      expect((await planMigration(dataSource, 'up')).steps).to.have.length(3);
      await migrateUp(dataSource);
      expect(await recordsIn(database())).to.deep.equal([MAKE, EXPAND, CONTRACT]);
      expect((await readStatus(dataSource)).pending).to.deep.equal([]);
      expect(await readHistory(dataSource)).not.to.deep.equal([]);
      expect(await readReplicas(dataSource)).to.deep.equal([]);
      expect((await checkDrift(dataSource)).status).to.equal('in-sync');
      expect((await migrateUp(dataSource)).done).to.deep.equal([]);
      await stampAt(dataSource, MAKE);
      await stampAt(dataSource, 'head');
      await migrateDown(dataSource, { target: MAKE });
      expect(await recordsIn(database())).to.deep.equal([MAKE]);
      expect(await nameIn(dataSource)).to.equal(name);
    });
});
