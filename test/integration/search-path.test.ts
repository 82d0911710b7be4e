import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import type { GuardedDataSource } from '../../src/data-source.js';
import { checkDrift } from '../../src/drift/check-drift.js';
import { SearchPathError } from '../../src/errors/base.js';
import { PrivilegeMissingError } from '../../src/errors/migration.js';
import { SchemaMissingError } from '../../src/errors/server.js';
import { migrateDown, migrateUp, planMigration, stampAt } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { onDatabase, onServer } from '../support/databases.js';
import { expectFailure, formerState, withClient } from '../support/failures.js';
import { revision } from '../support/revisions.js';
import { detailedReadiness } from '../support/readiness.js';

const LEDGERS = revision(
  'MakeLedgers1800000000411',
  ['CREATE SCHEMA audit', 'CREATE TABLE audit.ledgers (id integer)'],
  ['DROP SCHEMA audit CASCADE'],
);

const COMMANDS: readonly (readonly [
  title: string,
  run: (dataSource: GuardedDataSource) => Promise<unknown>,
])[] = [
  ['check', checkDrift],
  ['status', readStatus],
  ['history', readHistory],
  ['up --plan', (dataSource) => planMigration(dataSource, 'up')],
  ['up', migrateUp],
  ['down', (dataSource) => migrateDown(dataSource, { target: 'base' })],
  ['stamp', (dataSource) => stampAt(dataSource, 'base')],
];

onDatabase('postgres', 'A role whose search path leads to no schema (PostgreSQL)', (database) => {
  let name = '';
  const role = () => name;
  const admin = (...statements: readonly string[]) =>
    withClient(database().target, async (client) => {
      for (const sql of statements) await client.query(sql);
    });
  const asRole = () => {
    const target = database().target as PostgresTarget;
    return database().connect({}, { database: { ...target, user: role(), password: 'lost' } });
  };

  beforeEach(async () => {
    name = `lost_in_${(database().target as PostgresTarget).database}`;
    await database().connectAtHead();
    await admin(
      `CREATE ROLE ${role()} SUPERUSER LOGIN PASSWORD 'lost'`,
      `ALTER ROLE ${role()} SET search_path = nowhere, "$user"`,
    );
  });
  /** The database has gone before, and all settings of the role in it. */
  afterEach(() => onServer(`DROP ROLE ${role()}`));

  const words = () => {
    const { database: where } = database().target as PostgresTarget;
    return (
      `The search path (nowhere, "$user") of the role "${role()}" contains no existing schema, so PostgreSQL cannot find its tables. Nothing was changed. ` +
      `Run: ALTER ROLE "${role()}" IN DATABASE "${where}" SET search_path = public; Or specify a schema: the option "schema" of the DataSource.`
    );
  };

  for (const path of ['nowhere, pg_temp', 'pg_temp'])
    it(`A role whose search path leads to no schema gets the error as well with ${path}, whose tables end with the session`, async () => {
      await admin(`ALTER ROLE ${role()} SET search_path = ${path}`);
      const before = await formerState(database());
      for (const [, run] of COMMANDS) {
        const error: unknown = await run(await asRole()).catch((reason: unknown) => reason);
        expect(error).to.be.instanceOf(SearchPathError);
      }
      expect(await formerState(database())).to.deep.equal(before);
    });

  for (const [title, run] of COMMANDS)
    it(`A role whose search path leads to no schema gets an error from ${title} that names the path and the remedy, and nothing is changed`, async () => {
      const before = await formerState(database());
      await expectFailure(run(await asRole()), SearchPathError, words());
      expect(await formerState(database())).to.deep.equal(before);
    });

  it('A role whose search path leads to no schema is not ready', async () => {
    const readiness = detailedReadiness(await asRole());
    expect(await readiness.ready()).to.deep.equal({
      status: 'down',
      reason: 'SEARCH_PATH',
      details: [words()],
    });
  });

  it('A role whose search path leads to no schema works after the remedy', async () => {
    const { database: where } = database().target as PostgresTarget;
    await admin(`ALTER ROLE "${role()}" IN DATABASE "${where}" SET search_path = public`);
    const dataSource = await asRole();
    expect(await checkDrift(dataSource)).to.include({ status: 'in-sync' });
    expect(await readStatus(dataSource)).to.deep.include({ pending: [] });
  });

  it('A role whose search path leads to no schema and that acts as another role gets the remedy for its own settings', async () => {
    const { database: where } = database().target as PostgresTarget;
    const other = `${role()}_owner`;
    await admin(`CREATE ROLE ${other} SUPERUSER`, `ALTER ROLE ${role()} SET role = ${other}`);
    try {
      const remedy = `ALTER ROLE "${role()}" IN DATABASE "${where}" SET search_path = public;`;
      await expectFailure(
        readStatus(await asRole()),
        SearchPathError,
        new RegExp(`of the role "${other}" contains .* Run: ${remedy} Or`),
      );
      await admin(remedy);
      expect(await readStatus(await asRole())).to.deep.include({ pending: [] });
    } finally {
      await onServer(`DROP ROLE ${other}`);
    }
  });

  it('A role whose search path leads to no schema gets the missing right named where the schema exists and is closed', async () => {
    await admin(
      `ALTER ROLE ${role()} NOSUPERUSER`,
      `ALTER ROLE ${role()} SET search_path = public`,
      'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    );
    await expectFailure(
      readStatus(await asRole()),
      PrivilegeMissingError,
      new RegExp(`lacks USAGE on the schema public\\..* GRANT USAGE ON SCHEMA public TO ${role()};`),
    );
  });
});

onDatabase('postgres', 'A DataSource whose schema does not exist (PostgreSQL)', (database) => {
  /** The schema is named, and the revision that is to run may create other ones. */
  const inSchema = async (schema: string) => {
    const dataSource = await database().connect({ entities: [], migrations: [LEDGERS] });
    return Object.assign(dataSource, { options: { ...dataSource.options, schema } });
  };
  const words = () => {
    const { database: name } = database().target as PostgresTarget;
    return new RegExp(
      `^The schema "Nowhere", which the DataSource names \\(option "schema" or "migrationsTableName"\\), does not exist in postgres://\\S+/${name}\\. Nothing was changed\\. .* CREATE SCHEMA "Nowhere";$`,
    );
  };

  for (const [title, run] of COMMANDS)
    it(`A DataSource whose schema does not exist gets an error from ${title} that names the schema, and nothing is changed`, async () => {
      const before = await formerState(database());
      await expectFailure(run(await inSchema('Nowhere')), SchemaMissingError, words());
      expect(await formerState(database())).to.deep.equal(before);
    });

  it('A DataSource whose schema does not exist works after the remedy, and its revisions may create further schemas', async () => {
    await withClient(database().target, (client) => client.query('CREATE SCHEMA "Nowhere"'));
    expect((await migrateUp(await inSchema('Nowhere'))).done).to.have.length(1);
    expect(await readStatus(await inSchema('Nowhere'))).to.deep.include({ pending: [] });
    expect((await migrateDown(await inSchema('Nowhere'))).done).to.have.length(1);
  });
});

onDatabase('postgres', 'What TypeORM calls while it connects (PostgreSQL)', (database) => {
  const path = (words: string) =>
    withClient(database().target, (client) =>
      client.query(
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = ${words}', current_database()); END $$`,
      ),
    );
  const calls = async () => {
    const dataSource = await database().connect();
    await dataSource.destroy();
    return withClient(database().target, async (client) => {
      const { rows } = await client.query<{ readonly made: string }>('SELECT nextval($1)::text AS made', [
        'public.calls',
      ]);
      return Number(rows[0]?.made);
    });
  };

  it('What TypeORM calls while it connects is a twin in public only where pg_catalog is named behind it', async () => {
    await withClient(database().target, async (client) => {
      await client.query('CREATE SEQUENCE public.calls MINVALUE 0 START 0');
      await client.query(
        `CREATE FUNCTION public.version() RETURNS text LANGUAGE sql AS $$ SELECT nextval('public.calls'); SELECT pg_catalog.version() $$`,
      );
    });
    await path('public');
    expect(await calls()).to.equal(0);
    await path('pg_catalog, public');
    expect(await calls()).to.equal(1);
    await path('public, pg_catalog');
    expect(await calls()).to.be.greaterThan(2);
  });
});
