import { expect } from 'chai';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { onDatabase } from '../support/databases.js';
import { failureOf, only } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const ROWS = 20_000;
const LOG = revision(
  'MakeLog1800000000431',
  [
    'CREATE TABLE log (id integer PRIMARY KEY, note text)',
    `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${ROWS}) INSERT INTO log SELECT n, 'as before' FROM n`,
  ],
  [],
);
const FAILING = revision(
  'ChangeLog1800000000432',
  ["UPDATE log SET note = 'changed to something longer'", 'INSERT INTO nowhere VALUES (1)'],
  [],
);

onDatabase('sqlite', 'A connection with PRAGMA journal_mode = OFF (SQLite)', (database) => {
  it('A connection with PRAGMA journal_mode = OFF loses no row when a revision fails, and has that mode afterwards', async () => {
    // Leaving WAL takes the only connection.
    const first = await database().connect(only(LOG));
    await migrateUp(first);
    await first.destroy();
    const dataSource = await database().connect(only(LOG, FAILING), { poolSize: 1 });
    await dataSource.query('PRAGMA journal_mode = OFF');
    await dataSource.query('PRAGMA cache_size = 10');
    expect(await dataSource.query('PRAGMA journal_mode')).to.deep.equal([{ journal_mode: 'off' }]);
    expect(await failureOf(migrateUp(dataSource))).to.be.instanceOf(RevisionFailedError);
    const count = 'SELECT note, count(*) AS rows FROM log GROUP BY note';
    expect(await dataSource.query(count)).to.deep.equal([{ note: 'as before', rows: ROWS }]);
    expect(await dataSource.query('PRAGMA integrity_check')).to.deep.equal([{ integrity_check: 'ok' }]);
    expect(await dataSource.query('PRAGMA journal_mode')).to.deep.equal([{ journal_mode: 'off' }]);
  });
});
