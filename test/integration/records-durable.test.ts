import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { RecordsNotDurableError } from '../../src/errors/records.js';
import { migrateUp, planMigration, stampAt } from '../../src/migrator/migrator.js';
import { readHistory, readStatus } from '../../src/migrator/status.js';
import { execute } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { expectFailure, formerState, only } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision(
  'MakeGauges1800000000441',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);
const DIALS = revision('MakeDials1800000000442', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);

const COMMANDS: Readonly<Record<string, (dataSource: DataSource) => Promise<unknown>>> = {
  up: migrateUp,
  'up --plan': (dataSource) => planMigration(dataSource, 'up'),
  status: readStatus,
  history: readHistory,
  stamp: (dataSource) => stampAt(dataSource, 'head'),
};

onDatabase('postgres', 'A table of the records that is UNLOGGED (PostgreSQL)', (database) => {
  for (const table of ['migrations', 'migrations_run', 'migrations_attempt'])
    it(`is refused with the statement that helps, and nothing is run: ${table}`, async () => {
      await database().connectAtHead(only(GAUGES));
      await migrateUp(await database().connect(only(GAUGES)));
      await execute(database(), [
        `CREATE TABLE IF NOT EXISTS ${table} (id integer)`,
        `ALTER TABLE ${table} SET UNLOGGED`,
      ]);
      const before = await formerState(database());
      for (const run of Object.values(COMMANDS)) {
        const dataSource = await database().connect(only(GAUGES, DIALS));
        await expectFailure(
          run(dataSource),
          RecordsNotDurableError,
          new RegExp(
            `^The table public\\.${table} is UNLOGGED: .*ALTER TABLE public\\.${table} SET LOGGED;$`,
          ),
        );
      }
      expect(await formerState(database())).to.deep.equal(before);
    });

  it('is recorded into after the remedy', async () => {
    await database().connectAtHead(only(GAUGES));
    await execute(database(), ['ALTER TABLE migrations SET UNLOGGED']);
    await execute(database(), ['ALTER TABLE public.migrations SET LOGGED']);
    expect((await migrateUp(await database().connect(only(GAUGES, DIALS)))).done).to.have.length(1);
  });
});

eachDatabase('A temporary table with the name of a table of the records', (database) => {
  for (const table of ['migrations', 'migrations_run', 'migrations_attempt'])
    for (const [title, run] of Object.entries(COMMANDS))
      it(`is refused by ${title}: ${table}`, async () => {
        await database().connectAtHead(only(GAUGES));
        const dataSource = await database().connect(only(GAUGES, DIALS), { poolSize: 1 });
        const before = await formerState(database());
        await dataSource.query(`CREATE TEMPORARY TABLE ${table} (id integer, "timestamp" bigint, name text)`);
        await expectFailure(run(dataSource), RecordsNotDurableError, /is a temporary table/);
        expect(await formerState(database())).to.deep.equal(before);
      });
});
