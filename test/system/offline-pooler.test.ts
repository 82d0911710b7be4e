import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { Revision } from '../../src/migrator/revision.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase, onServer } from '../support/databases.js';
import { withClient } from '../support/failures.js';
import { scriptFor } from '../support/offline-run.js';
import { startPooler, type Pooler } from '../support/pgbouncer.js';
import { runInShell } from '../support/shells.js';
import { revision } from '../support/revisions.js';

const MAKE = revision('MakeLists1800000000441', ['CREATE TABLE lists (items text[])'], []);
const FILL = revision('FillLists1800000000442', [`INSERT INTO lists VALUES ('{a,NULL}')`], []);
class IndexLists1800000000443 extends Revision {
  override readonly transaction = false;
  override readonly postgres = {
    up: ['CREATE INDEX CONCURRENTLY ix_lists ON lists (items)'],
    down: ['DROP INDEX CONCURRENTLY ix_lists'],
  };
  override readonly sqlite = { up: [], down: [] };
}

const SESSIONS = `SELECT array_nulls, quiet FROM (SELECT pg_sleep(0.3), current_setting('array_nulls') AS array_nulls,
  current_setting('client_min_messages') AS quiet) s`;

onDatabase('postgres', 'An offline script behind PgBouncer in transaction mode', (database) => {
  let pooler: Pooler;
  const through = () => pooler.through(database().target as PostgresTarget);
  /** What two clients see that execute at once, and so on both sessions of the server. */
  const onBoth = () =>
    Promise.all([1, 2].map(() => withClient(through(), (client) => client.query(SESSIONS)))).then((all) =>
      all.map(({ rows }) => rows[0] as unknown),
    );
  beforeEach(async () => {
    await onServer(
      `ALTER DATABASE "${(database().target as PostgresTarget).database}" SET array_nulls = off`,
    );
    pooler = await startPooler({ poolSize: 2, roundRobin: true });
    await onBoth();
  });
  afterEach(() => pooler.stop());

  it('An offline script behind PgBouncer in transaction mode writes the same values as online, and sets nothing for other clients', async () => {
    const contents = { entities: [], migrations: [MAKE, FILL] };
    const script = await scriptFor(database(), contents, { direction: 'up' });
    const { code, stderr } = await runInShell(through(), script);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(await rowsOf(database(), 'SELECT items FROM lists')).to.deep.equal([{ items: ['a', null] }]);
    const untouched = { array_nulls: 'off', quiet: 'notice' };
    expect(await onBoth()).to.deep.equal([untouched, untouched]);
  });

  it('An offline script behind PgBouncer in transaction mode stops before a statement outside a transaction, and keeps no lock', async () => {
    const contents = { entities: [], migrations: [MAKE, IndexLists1800000000443] };
    const script = await scriptFor(database(), contents, { direction: 'up' });
    const { code, stderr } = await runInShell(through(), script);
    expect(code).to.equal(3);
    expect(stderr).to.include(
      'ERROR:  IndexLists1800000000443 was not applied: its statements reach different sessions of the server, as behind a pooler in transaction mode. Connect to the server itself, and run the script again.',
    );
    const locks = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    expect(await rowsOf(database(), locks)).to.deep.equal([]);
    expect(await rowsOf(database(), `SELECT to_regclass('ix_lists') AS "index"`)).to.deep.equal([
      { index: null },
    ]);
    const rest = await scriptFor(database(), contents, { direction: 'up', target: 'MakeLists..head' });
    expect((await runInShell(database().target, rest)).code).to.equal(0);
  });

  it('An offline script stops at the record where the session of the lock has been exchanged, and names that session', async () => {
    const contents = { entities: [], migrations: [IndexLists1800000000443] };
    await execute(database(), ['CREATE TABLE lists (items text[])']);
    const script = await scriptFor(database(), contents, { direction: 'up' });
    const moved = script.replace(/^CREATE INDEX CONCURRENTLY/m, '\\connect -\n$&');
    const { code, stderr } = await runInShell(database().target, moved);
    expect(code).to.equal(3);
    expect(stderr).to.match(
      /IndexLists1800000000443 was not applied: .* The lock ends with the session that has it: SELECT pg_catalog\.pg_terminate_backend\(\d+\);/,
    );
    expect(await rowsOf(database(), 'SELECT name FROM migrations')).to.deep.equal([]);
  });
});
