import { expect } from 'chai';
import { migrateUp } from '../../src/migrator/migrate.js';
import { onDatabase } from '../support/databases.js';
import { attemptsIn, impatientClock, only, recordsIn } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const FIRST = 'MakeTries1800000000441';
const SECOND = 'Conflict1800000000442';
const TRIES = revision(FIRST, ['CREATE SEQUENCE tries', 'CREATE TABLE seen (n integer)'], []);
/** No rollback takes a number back. */
const CONFLICT = `DO $$ BEGIN IF nextval('tries') < 3 THEN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END IF; END $$`;

onDatabase('postgres', 'A revision that meets a serialization conflict (PostgreSQL)', (database) => {
  it('A revision that meets a serialization conflict is rolled back and retried', async () => {
    const body = ['INSERT INTO seen VALUES (1)', CONFLICT];
    const dataSource = await database().connect(only(TRIES, revision(SECOND, body, [])));
    await migrateUp(dataSource, { clock: impatientClock });
    expect(await recordsIn(database())).to.deep.equal([FIRST, SECOND]);
    expect((await attemptsIn(database())).at(-1)).to.include({ outcome: 'done' });
    expect(await dataSource.query('SELECT n FROM seen')).to.deep.equal([{ n: 1 }]);
    expect(await dataSource.query('SELECT last_value::integer AS tries FROM tries')).to.deep.equal([
      { tries: 3 },
    ]);
  });
});
