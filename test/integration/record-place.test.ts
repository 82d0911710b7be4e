import { expect } from 'chai';
import { TwoRevisionListsError } from '../../src/errors/records.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { onDatabase } from '../support/databases.js';
import { BESIDE, LIST, placedRole } from '../support/placed-role.js';

onDatabase('postgres', 'The schema in which the tables of the records are', (database) => {
  const { name, admin, asRole, found } = placedRole(database);

  it('The schema in which the tables of the records are is that of the list which TypeORM has made, where an earlier schema of the path is empty', async () => {
    await admin(...LIST, `CREATE SCHEMA ${name()}`);
    await migrateUp(await asRole());
    await migrateUp(await asRole());
    expect(await found()).to.deep.equal({ tables: BESIDE, docs: 1 });
    expect(await readStatus(await asRole())).to.deep.include({ pending: [] });
  });

  it('The schema in which the tables of the records are stays where a schema of the path appears between two runs', async () => {
    await migrateUp(await asRole(), { target: '+1' });
    await admin(`CREATE SCHEMA ${name()}`);
    await migrateUp(await asRole());
    expect(await found()).to.deep.equal({ tables: BESIDE, docs: 1 });
  });

  it('The schema in which the tables of the records are is that of the log for a table of the log, and that of the list for the other one', async () => {
    const log = `CREATE SCHEMA ${name()}`;
    await migrateUp(await asRole(), { target: '+1' });
    await admin(
      log,
      `ALTER TABLE public.migrations_run SET SCHEMA ${name()}`,
      'DROP TABLE public.migrations_attempt',
    );
    await migrateUp(await asRole());
    const tables = [`${name()}.migrations_run`, ...BESIDE.filter((table) => !table.endsWith('_run'))];
    expect(await found()).to.deep.equal({ tables, docs: 1 });
  });

  it('The schema in which the tables of the records are is refused where an empty list hides one that has records', async () => {
    await admin(
      ...LIST,
      `CREATE SCHEMA ${name()}`,
      `CREATE TABLE ${name()}.migrations (LIKE public.migrations INCLUDING ALL)`,
    );
    for (const run of [migrateUp, readStatus]) {
      const error: unknown = await run(await asRole()).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(TwoRevisionListsError);
      expect((error as Error).message).to.include(
        `"${name()}"."migrations" is empty, and public.migrations behind it`,
      );
    }
  });
});
