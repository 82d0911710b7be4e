import { expect } from 'chai';
import type { PostgresTarget } from '../../../src/database-url.js';
import { onDatabase, onServer } from '../../support/databases.js';
import { execute } from '../../support/cli-database.js';
import { detailedReadiness } from '../../support/readiness.js';

/** What an administrator does, and the reason that readiness gives for it. */
const REASONS: Readonly<Record<string, readonly [reason: string, ...statements: readonly string[]]>> = {
  'row-level security': [
    'ROW_SECURITY',
    'GRANT SELECT ON ALL TABLES IN SCHEMA public TO <role>',
    'ALTER TABLE migrations ENABLE ROW LEVEL SECURITY',
  ],
  'a missing privilege': ['PRIVILEGE_MISSING', 'REVOKE ALL ON migrations FROM <role>'],
  'a schema that is closed': ['PRIVILEGE_MISSING', 'REVOKE ALL ON SCHEMA public FROM PUBLIC'],
  'a search path without a schema': ['SEARCH_PATH', 'ALTER ROLE <role> SET search_path = nowhere'],
  'a log of a newer version': [
    'RECORDS_NEWER',
    'GRANT SELECT ON ALL TABLES IN SCHEMA public TO <role>',
    'ALTER TABLE migrations_run ALTER COLUMN format SET DEFAULT 99',
  ],
  'a list with other columns': [
    'RECORD_NAME_TAKEN',
    'GRANT SELECT ON ALL TABLES IN SCHEMA public TO <role>',
    'ALTER TABLE migrations RENAME COLUMN name TO title',
  ],
  'an error of the server itself': [
    'DATABASE_FAILED',
    'GRANT SELECT ON ALL TABLES IN SCHEMA public TO <role>',
    'REVOKE EXECUTE ON FUNCTION pg_catalog.pg_get_expr(pg_node_tree, oid) FROM PUBLIC',
  ],
};

onDatabase('postgres', 'The reason why a database is not ready (PostgreSQL)', (database) => {
  let role = '';
  beforeEach(async () => {
    await database().connectAtHead();
    role = `asks_in_${(database().target as PostgresTarget).database}`;
    await execute(database(), [`CREATE ROLE ${role} LOGIN PASSWORD 'asks'`]);
  });
  /** The database has gone before, and all that the role has in it. */
  afterEach(() => onServer(`DROP ROLE ${role}`));

  for (const [title, [reason, ...statements]] of Object.entries(REASONS))
    it(`The reason is ${reason} for ${title}`, async () => {
      await execute(
        database(),
        statements.map((sql) => sql.replaceAll('<role>', role)),
      );
      const target = { ...(database().target as PostgresTarget), user: role, password: 'asks' };
      const readiness = detailedReadiness(await database().connect({}, { database: target }));
      expect(await readiness.ready()).to.deep.include({ status: 'down', reason });
      expect(await readiness.live()).to.deep.equal({ status: 'up' });
    });

  it('The reason is unreachable where no connection is possible', async () => {
    const dataSource = await database().connect();
    await dataSource.destroy();
    expect(await detailedReadiness(dataSource).ready()).to.deep.include({ reason: 'unreachable' });
  });
});
