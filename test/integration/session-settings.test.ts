import { expect } from 'chai';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { failureOf, only } from '../support/failures.js';
import { BEFORE, FOUND, LATER, RECORDS, SETTINGS, settingWorld } from '../support/setting-world.js';

/** All that is set in a session. */
const ALL = `SELECT current_user, session_user,
  (SELECT json_object_agg(name, setting ORDER BY name) FROM pg_settings WHERE name NOT LIKE 'plpgsql.%') AS settings`;

onDatabase('postgres', 'What a revision sets in its session (PostgreSQL)', (database) => {
  const { setting, row } = settingWorld(database);

  for (const [title, statements] of Object.entries(SETTINGS))
    for (const transaction of [true, false])
      it(`What a revision sets in its session ends with it: ${title}, ${transaction ? 'in' : 'outside'} a transaction`, async () => {
        const dataSource = await database().connect(only(BEFORE, setting(statements, transaction), LATER));
        const before = await dataSource.query<unknown>(ALL);
        await migrateUp(dataSource);
        const found = { docs: [row()], elsewhere: 0, records: RECORDS, hidden: 0 };
        expect(await rowsOf(database(), FOUND)).to.deep.equal([found]);
        expect(await dataSource.query(ALL)).to.deep.equal(before);
        await migrateDown(dataSource, { target: 'base' });
        expect(await rowsOf(database(), FOUND)).to.deep.equal([
          { ...found, docs: [row(), row()], records: null },
        ]);
        expect(await dataSource.query(ALL)).to.deep.equal(before);
      });

  it('What a revision sets in its session ends with it where a revision outside a transaction fails', async () => {
    const statements = ['SET ROLE <role>', 'SET search_path = elsewhere', 'SELECT 1 / 0'];
    const dataSource = await database().connect(only(BEFORE, setting(statements, false), LATER));
    const before = await dataSource.query<unknown>(ALL);
    expect(await failureOf(migrateUp(dataSource))).to.be.instanceOf(RevisionFailedError);
    expect(await dataSource.query(ALL)).to.deep.equal(before);
    const [run] = await rowsOf(database(), 'SELECT outcome FROM public.migrations_run');
    expect(run).to.deep.equal({ outcome: 'failed' });
  });

  it('What a revision sets in its session leaves what the application sets for each of its sessions', async () => {
    const dataSource = await database().connect(
      only(BEFORE, setting(['SET ROLE <role>', 'RESET ALL', 'SET work_mem = 100'], true), LATER),
    );
    await dataSource.query(`SET work_mem = '7MB'`);
    await dataSource.query(`SET search_path = public, elsewhere`);
    const before = await dataSource.query<unknown>(ALL);
    await migrateUp(dataSource);
    expect(await dataSource.query(ALL)).to.deep.equal(before);
  });
});
