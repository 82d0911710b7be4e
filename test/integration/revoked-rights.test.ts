import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { PrivilegeMissingError } from '../../src/errors/migration.js';
import { RowSecurityError } from '../../src/errors/server.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import type { Revision } from '../../src/migrator/revision.js';
import { execute } from '../support/cli-database.js';
import { onDatabase, onServer } from '../support/databases.js';
import { expectFailure, only } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision('MakeGauges1800000000471', ['CREATE TABLE gauges (id integer)'], []);
const DIALS = revision('MakeDials1800000000472', ['CREATE TABLE dials (id integer)'], []);

const onNewTables = (statement: string) => [
  `CREATE FUNCTION harden() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ DECLARE made record; BEGIN
     FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_type = 'table' LOOP ${statement} END LOOP; END $$`,
  `CREATE EVENT TRIGGER harden ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION harden()`,
];

onDatabase(
  'postgres',
  'A database whose administrator has taken rights from all roles (PostgreSQL)',
  (database) => {
    let role = '';
    beforeEach(async () => {
      role = `hardened_in_${(database().target as PostgresTarget).database}`;
      await execute(database(), [
        `CREATE ROLE ${role} LOGIN PASSWORD 'hardened'`,
        `GRANT CREATE, USAGE ON SCHEMA public TO ${role}`,
      ]);
    });
    /** The database has gone before, and all that the role has in it. */
    afterEach(() => onServer(`DROP ROLE ${role}`));
    const connect = (...migrations: readonly (new () => Revision)[]) =>
      database().connect(only(...migrations), {
        database: { ...(database().target as PostgresTarget), user: role, password: 'hardened' },
      });

    it('A database whose administrator has taken rights from all roles needs no right on a language and no view of the settings', async () => {
      await execute(database(), [
        'REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC',
        'REVOKE SELECT ON pg_settings FROM PUBLIC',
      ]);
      await migrateUp(await connect(GAUGES));
      expect((await migrateUp(await connect(GAUGES, DIALS))).current).to.equal('MakeDials1800000000472');
    });

    it('A database whose administrator has taken rights from all roles is refused by the first run where an event trigger hides the rows of new tables', async () => {
      await execute(
        database(),
        onNewTables(
          `EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', made.object_identity);`,
        ),
      );
      await expectFailure(
        migrateUp(await connect(GAUGES)),
        RowSecurityError,
        /^Row-level security may hide rows of the table "public"\."migrations" from the role hardened_in_/,
      );
    });

    it('A database whose administrator has taken rights from all roles is refused by the first run where an event trigger gives new tables to another role', async () => {
      await execute(
        database(),
        onNewTables(`EXECUTE format('ALTER TABLE %s OWNER TO CURRENT_USER', made.object_identity);`),
      );
      await expectFailure(
        migrateUp(await connect(GAUGES)),
        PrivilegeMissingError,
        /^The role hardened_in_\w+ lacks SELECT, INSERT, DELETE on the table "public"\."migrations"\. .* GRANT SELECT ON TABLE/,
      );
    });
  },
);
