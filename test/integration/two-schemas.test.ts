import { expect } from 'chai';
import { DataSource, Entity, PrimaryColumn } from 'typeorm';
import type { GuardedDataSource } from '../../src/data-source.js';
import type { PostgresTarget } from '../../src/database-url.js';
import { systemClock } from '../../src/clock.js';
import { checkDrift } from '../../src/drift/check-drift.js';
import { TwoSchemasError } from '../../src/errors/records.js';
import { migrateDown, migrateUp, planMigration, stampAt } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { applyOnStart, type OnStart } from '../../src/nest/on-start.js';
import { describeChange } from '../../src/schema/describe-change.js';
import { onDatabase, onServer } from '../support/databases.js';
import { formerState, withClient } from '../support/failures.js';
import { detailedReadiness } from '../support/readiness.js';
import { revision } from '../support/revisions.js';

const WITHOUT_RECORDS = 'DROP TABLE public.migrations, public.migrations_run, public.migrations_attempt';
@Entity('docs')
class Doc {
  @PrimaryColumn('integer')
  id!: number;
}
const FILL_DOCS = revision('FillDocs1900000000431', ['INSERT INTO docs VALUES (1)'], []);

const onStart = (policy: OnStart) => (dataSource: GuardedDataSource) =>
  applyOnStart(dataSource, { onStart: policy, waitMs: 0, clock: systemClock, log: () => undefined });

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
  ['onStart: check', onStart('check')],
  ['onStart: migrate', onStart('migrate')],
  ['onStart: wait', onStart('wait')],
];

onDatabase('postgres', 'A search path whose first schema has none of the tables (PostgreSQL)', (database) => {
  let role = '';
  const admin = (...statements: readonly string[]) =>
    withClient(database().target, async (client) => {
      for (const sql of statements) await client.query(sql);
    });
  const asRole = (contents = {}) => {
    const target = database().target as PostgresTarget;
    return database().connect(contents, { database: { ...target, user: role, password: 'apart' } });
  };
  const searching = (path: string) => admin(`ALTER ROLE ${role} SET search_path = ${path}`);
  const failed = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (reason: unknown) => reason as TwoSchemasError,
    );
  const inSync = async (dataSource: DataSource) => {
    const { changes } = await checkDrift(dataSource);
    expect(changes.map((change) => describeChange(change))).to.deep.equal([]);
    expect(await readStatus(dataSource)).to.deep.include({ pending: [] });
    expect((await migrateUp(dataSource)).done).to.deep.equal([]);
  };

  beforeEach(async () => {
    role = `apart_in_${(database().target as PostgresTarget).database}`;
    await database().connectAtHead();
    await admin(`CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'apart'`, 'CREATE SCHEMA "The app"');
    await searching('"The app", public');
  });
  /** The database has gone before, and all settings of the role in it. */
  afterEach(() => onServer(`DROP ROLE ${role}`));

  for (const [title, run] of COMMANDS)
    it(`A search path whose first schema has none of the tables gets an error from ${title} that names both schemas, and nothing is changed`, async () => {
      const before = await formerState(database());
      const error = await failed(run(await asRole()));
      expect(error).to.be.instanceOf(TwoSchemasError);
      expect(error?.message).to.match(
        /^The search path leads to two schemas: the list of applied revisions is in "public", with "\S+ .* and "The app" comes first\. Nothing was changed\. /,
      );
      expect(await formerState(database())).to.deep.equal(before);
    });

  it('A search path whose first schema has none of the tables gets the error from check as well where the DataSource has no revisions', async () => {
    expect(await failed(checkDrift(await asRole({ migrations: [] })))).to.be.instanceOf(TwoSchemasError);
  });

  it('A search path whose first schema has none of the tables gets the error where only one table is left behind', async () => {
    const [{ tablename } = { tablename: '' }] = await withClient(database().target, async (client) => {
      const { rows } = await client.query<{ readonly tablename: string }>(
        `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^migrations' ORDER BY 1`,
      );
      for (const { tablename: name } of rows.slice(1))
        await client.query(`ALTER TABLE public."${name}" SET SCHEMA "The app"`);
      return rows;
    });
    for (const [, run] of COMMANDS) {
      const error = await failed(run(await asRole()));
      expect(error?.found).to.deep.equal({
        first: '"The app"',
        list: '"public"',
        tables: [`"${tablename}"`],
      });
    }
  });

  it('A search path whose first schema has none of the tables gets the error in the middle of a run, before the revision behind the one that has created that schema', async () => {
    await admin(WITHOUT_RECORDS);
    await searching('"Later", public');
    const [docs, later, late, end] = [
      revision('MakeDocs1900000000432', ['CREATE TABLE docs (id integer PRIMARY KEY)'], []),
      revision('MakeLater1900000000433', ['CREATE SCHEMA "Later"'], ['DROP SCHEMA "Later"']),
      revision('MakeLate1900000000434', ['CREATE TABLE late (id integer)'], []),
      revision('MakeEnd1900000000435', ['CREATE TABLE end_of_path (id integer)'], []),
    ];
    const dataSource = await asRole({ entities: [Doc], migrations: [docs, later, late] });
    const error = await failed(migrateUp(dataSource));
    expect(error).to.be.instanceOf(TwoSchemasError);
    expect(error?.message).to.match(
      /^The search path leads to two schemas: the list of applied revisions is in "public", with "docs", and "Later" comes first\. This revision was not run\. /,
    );
    await searching('public, "Later"');
    const other = await asRole({ entities: [Doc], migrations: [docs, later, end] });
    expect((await migrateUp(other)).done.map(({ id }) => id)).to.deep.equal(['MakeEnd1900000000435']);
    const [found] = await other.query<object[]>(
      `SELECT to_regclass('late') AS late, to_regclass('public.end_of_path') IS NOT NULL AS "end"`,
    );
    expect(found).to.deep.equal({ late: null, end: true });
  });

  it('A search path whose first schema has none of the tables is no error where the run has no table in the former schema', async () => {
    await admin(WITHOUT_RECORDS);
    await searching('"Later", public');
    const later = revision('MakeLater1900000000433', ['CREATE SCHEMA "Later"'], ['DROP SCHEMA "Later"']);
    const docs = revision('MakeDocs1900000000434', ['CREATE TABLE docs (id integer PRIMARY KEY)'], []);
    const dataSource = await asRole({ entities: [Doc], migrations: [later, docs] });
    expect((await migrateUp(dataSource)).done).to.have.length(2);
    expect(await dataSource.query(`SELECT to_regclass('"Later".docs') IS NOT NULL AS is`)).to.deep.equal([
      { is: true },
    ]);
  });

  it('A search path whose first schema has none of the tables is not ready', async () => {
    expect(await detailedReadiness(await asRole()).ready()).to.include({ reason: 'TWO_SCHEMAS' });
  });

  it('A search path whose first schema has none of the tables is no error where the tables are in the first schema, and only the records behind it', async () => {
    await admin(
      `DO $$ DECLARE name text; BEGIN
         FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^migrations' LOOP
           EXECUTE format('ALTER TABLE public.%I SET SCHEMA "The app"', name);
         END LOOP;
         FOR name IN SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e' LOOP
           EXECUTE format('ALTER TYPE public.%I SET SCHEMA "The app"', name);
         END LOOP; END $$`,
    );
    await inSync(await asRole());
  });

  it('A search path whose first schema has none of the tables is no error where a path has one schema, or "$user" stands for none', async () => {
    for (const path of ['public', '"$user", public', 'nowhere, public', 'public, "The app"']) {
      await searching(path);
      await inSync(await asRole());
    }
  });

  it('A search path whose first schema has none of the tables is no error where the option "schema" of the DataSource names the schema', async () => {
    await admin(WITHOUT_RECORDS);
    const { options } = await asRole({ entities: [Doc], migrations: [FILL_DOCS] });
    const plain = (more: object) => new DataSource({ ...options, ...more }).initialize();
    const [named, unnamed] = [await plain({ schema: 'public' }), await plain({})];
    try {
      await named.synchronize();
      await stampAt(named, 'head');
      await inSync(named);
      expect(await failed(checkDrift(unnamed))).to.be.instanceOf(TwoSchemasError);
    } finally {
      await named.destroy();
      await unnamed.destroy();
    }
  });

  it('A search path whose first schema has none of the tables is no error where another application has a table of that name, and there is no list yet', async () => {
    await admin(WITHOUT_RECORDS);
    const dataSource = await asRole();
    expect(await readStatus(dataSource)).to.deep.include({ applied: [] });
    expect((await planMigration(dataSource, 'up')).steps).not.to.deep.equal([]);
  });
});
