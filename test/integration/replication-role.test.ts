import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { PrivilegeMissingError, RevisionFailedError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { writeScript } from '../../src/migrator/offline.js';
import { rowsOf } from '../support/cli-database.js';
import { onDatabase, onServer } from '../support/databases.js';
import { failureOf, only, recordsIn } from '../support/failures.js';
import type { Revision } from '../../src/migrator/revision.js';
import { revision } from '../support/revisions.js';
import { runInShell } from '../support/shells.js';

const MAKE = 'MakeTrees1800000000501';
const TREES = revision(
  MAKE,
  ['CREATE TABLE trees (id integer PRIMARY KEY, part_of integer REFERENCES trees)'],
  [],
);
const ORPHAN = ['INSERT INTO trees VALUES (2, 1)'];
const GROW = revision('GrowTrees1800000000502', ORPHAN, []);
const LOAD = revision('LoadTrees1800000000502', ['SET session_replication_role = replica', ...ORPHAN], []);
/** A class, whose statements are executed outside a transaction. */
class GrowOutside1800000000502 extends GROW {
  override readonly transaction = false;
}
const REPLICA = 'SET session_replication_role = replica';

onDatabase('postgres', 'session_replication_role = replica (PostgreSQL)', (database) => {
  const name = () => (database().target as PostgresTarget).database;
  const onAllOf = (role: string) =>
    onServer(`ALTER ROLE ${role} IN DATABASE "${name()}" SET session_replication_role = replica`);
  const connected = (list: readonly (new () => Revision)[], options = {}) =>
    database().connect(only(...list), { poolSize: 1, ...options });

  for (const grow of [GROW, GrowOutside1800000000502])
    it(`session_replication_role = replica in the session of the application lets no row of ${grow.name} break a foreign key, and is there again afterwards`, async () => {
      const dataSource = await connected([TREES, grow]);
      await dataSource.query(REPLICA);
      const error = await failureOf(migrateUp(dataSource));
      expect(error).to.be.instanceOf(RevisionFailedError);
      expect(error.message).to.include('violates foreign key constraint "trees_part_of_fkey"');
      expect(await recordsIn(database())).to.deep.equal([MAKE]);
      expect(await dataSource.query('SHOW session_replication_role')).to.deep.equal([
        { session_replication_role: 'replica' },
      ]);
    });

  it('session_replication_role = replica of the database lets no row break a foreign key', async () => {
    await onServer(`ALTER DATABASE "${name()}" SET session_replication_role = replica`);
    const error = await failureOf(migrateUp(await connected([TREES, GROW])));
    expect(error.message).to.include('violates foreign key constraint "trees_part_of_fkey"');
  });

  it('session_replication_role = replica may be set by the revision itself', async () => {
    await migrateUp(await connected([TREES, LOAD]));
    expect(await rowsOf(database(), 'SELECT id FROM trees')).to.deep.equal([{ id: 2 }]);
  });

  it('session_replication_role = replica is refused where the role may not change it', async () => {
    const role = `no_replica_in_${name()}`;
    await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'none'`);
    try {
      const target = { ...(database().target as PostgresTarget), user: role, password: 'none' };
      await rowsOf(database(), `GRANT ALL ON SCHEMA public TO ${role}`);
      await onAllOf(role);
      const error = await failureOf(migrateUp(await connected([TREES, GROW], { database: target })));
      expect(error).to.be.instanceOf(PrivilegeMissingError);
      expect(error.message).to.equal(
        'session_replication_role is replica in this session, so PostgreSQL enforces no foreign key and runs no trigger, and the role may not change it. This revision was not run. ' +
          'Migrate as the role that owns the tables, or ask an owner to run: GRANT SET ON PARAMETER session_replication_role TO <role>; or reset it where it is set (ALTER ROLE <role> RESET session_replication_role;)',
      );
    } finally {
      await rowsOf(database(), `DROP OWNED BY ${role}`);
      await onServer(`DROP ROLE ${role}`);
    }
  });

  it('session_replication_role = replica lets an offline script insert no row that breaks a foreign key', async () => {
    const dataSource = await connected([TREES, GROW]);
    const script = await writeScript(dataSource, { direction: 'up' });
    await onServer(`ALTER DATABASE "${name()}" SET session_replication_role = replica`);
    const { code, stderr } = await runInShell(database().target, script);
    expect({ code, failed: stderr.includes('violates foreign key constraint') }).to.deep.equal({
      code: 3,
      failed: true,
    });
    expect(await recordsIn(database())).to.deep.equal([MAKE]);
  });
});
