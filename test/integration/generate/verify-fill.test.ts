import { expect } from 'chai';
import { fillTables } from '../../../src/generate/verify/fixtures/fill-tables.js';
import { readRows } from '../../../src/generate/verify/rows.js';
import { migrateDown } from '../../../src/migrator/migrate.js';
import { eachDatabase } from '../../support/databases.js';
import { withSchema } from './verify-scratch.js';

const TABLES = [
  'idempotency_keys',
  'job_state_transitions',
  'jobs',
  'resource_allocations',
  'users',
  'worker_state_transitions',
  'workers',
];

/** Values of the database itself, by name: these differ from run to run. */
const OF_THE_MOMENT = /_at$|^timestamp$/;

eachDatabase('Filling our own tables', (database) => {
  it('The fill gives each table four rows, with a value and a NULL per nullable column, and both ends of enumerations', async () => {
    const dataSource = await database().connectAtHead();
    await withSchema(dataSource, async ({ queryRunner, schema }) => {
      const { filled, empty } = await fillTables(queryRunner, schema);
      expect(empty).to.deep.equal([]);
      expect(filled).to.have.deep.members(TABLES.map((table) => ({ table, rows: 4 })));
      const values = async (table: string, column: string) => {
        const [read] = await readRows(queryRunner, [{ name: table, columns: [column] }]);
        return (read?.rows ?? []).flatMap((row) => row.at(-1) ?? []).filter((value) => value !== 'NULL');
      };
      for (const { name, columns } of schema.tables)
        for (const column of columns)
          expect(await values(name, column.name), `${name}.${column.name}`).to.have.length(
            column.nullable ? 3 : 4,
          );
      expect((await values('jobs', 'status')).join())
        .to.match(/PENDING/)
        .and.match(/CANCELLED/);
      expect((await values('workers', 'status')).join())
        .to.match(/IDLE/)
        .and.match(/TERMINATED/);
      expect((await values('workers', 'worker_type')).join())
        .to.match(/CLAUDE/)
        .and.match(/CODEX/);
    });
  });

  it('The fill repeats no value within a row, so that a column copied from another one is detected', async () => {
    const dataSource = await database().connectAtHead();
    await withSchema(dataSource, async ({ queryRunner, schema }) => {
      await fillTables(queryRunner, schema);
      // A foreign key has the values of its parent, whatever they are.
      const columns = ['job_id', 'task_description'];
      const [jobs] = await readRows(queryRunner, [{ name: 'jobs', columns }]);
      for (const row of jobs?.rows ?? []) expect(new Set(row).size).to.equal(row.length);
    });
  });

  it('The fill creates the same rows from the same schema, except values of the database', async () => {
    const dataSource = await database().connectAtHead();
    await withSchema(dataSource, async ({ queryRunner, schema }) => {
      const tables = schema.tables.map(({ name, columns }) => ({
        name,
        columns: columns.map((column) => column.name).filter((column) => !OF_THE_MOMENT.test(column)),
      }));
      const rowsAfterFilling = async () => {
        await fillTables(queryRunner, schema);
        return readRows(queryRunner, tables);
      };
      const first = await rowsAfterFilling();
      for (const { name } of tables) await dataSource.query(`DELETE FROM ${name}`);
      await migrateDown(dataSource, { target: 'base' });
      await dataSource.runMigrations();
      expect(await rowsAfterFilling()).to.deep.equal(first);
    });
  });

  it('The fill uses the preferred texts', async () => {
    const dataSource = await database().connectAtHead();
    await withSchema(dataSource, async ({ queryRunner, schema }) => {
      const hints = new Map([['users.username', ['ada', 'grace']]]);
      await fillTables(queryRunner, schema, { rows: 1, hints });
      const [users] = await readRows(queryRunner, [{ name: 'users', columns: ['username'] }]);
      expect(users?.rows.map((row) => row.at(-1)?.replaceAll("'", ''))).to.deep.equal(['ada']);
    });
  });
});
