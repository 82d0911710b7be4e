import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { backfillBlock } from '../../src/databases/postgres/plan/backfill.js';
import { Revision } from '../../src/migrator/revision.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase, onServer } from '../support/databases.js';
import { scriptFor } from '../support/offline-run.js';
import { runCommandHere } from '../support/run-shelves.js';
import { urlOf } from '../support/servers.js';
import { runInShell } from '../support/shells.js';

class FillTier1800000000461 extends Revision {
  override readonly transaction = false;
  override readonly postgres = {
    up: [
      backfillBlock({
        path: '"items"',
        column: 'tier',
        value: "'gold'",
        key: [{ name: 'id', type: 'integer' }],
      }),
    ],
    down: [],
  };
  override readonly sqlite = { up: [], down: [] };
}
const CONTENTS = { entities: [], migrations: [FillTier1800000000461] };

onDatabase('postgres', 'A backfill of a table whose policies hide rows', (database) => {
  const target = () => database().target as PostgresTarget;
  let name = '';
  const role = () => name;
  const asRole = () => ({ ...target(), user: role(), password: 'filling' });
  beforeEach(async () => {
    name = `filling_in_${target().database}`;
    await execute(database(), [
      `CREATE ROLE ${role()} LOGIN PASSWORD 'filling'`,
      `GRANT CREATE ON SCHEMA public TO ${role()}`,
      'CREATE TABLE items (id integer PRIMARY KEY, tier text)',
      'INSERT INTO items VALUES (1), (2)',
      `ALTER TABLE items OWNER TO ${role()}`,
      'ALTER TABLE items ENABLE ROW LEVEL SECURITY',
      'ALTER TABLE items FORCE ROW LEVEL SECURITY',
      'CREATE POLICY own ON items USING (id = 1)',
    ]);
  });
  /** The database has gone before. */
  afterEach(() => onServer(`DROP ROLE ${role()}`));

  const words = () =>
    `The backfill of items has stopped: row-level security may hide rows of items from the role ${role()}`;
  const nothingFilled = async () =>
    expect(await rowsOf(database(), 'SELECT FROM items WHERE tier IS NOT NULL')).to.deep.equal([]);

  it('A backfill of a table whose policies hide rows is refused by up before it fills a row', async () => {
    const { code, stderr } = await runCommandHere(CONTENTS, urlOf(asRole()), ['up']);
    expect(stderr).to.include(words()).and.include(`ALTER ROLE ${role()} BYPASSRLS`);
    expect(code).to.equal(1);
    await nothingFilled();
  });

  it('A backfill of a table whose policies hide rows stops an offline script before it fills a row', async () => {
    const script = await scriptFor(database(), CONTENTS, { direction: 'up' });
    const { code, stderr } = await runInShell(asRole(), script);
    expect(stderr).to.include(words()).and.include(`ALTER ROLE ${role()} BYPASSRLS`);
    expect(code).to.equal(3);
    await nothingFilled();
  });
});
