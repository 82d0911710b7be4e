import { expect } from 'chai';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { PostgresTarget } from '../../src/database-url.js';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrator.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase, onServer } from '../support/databases.js';
import { failureOf, only } from '../support/failures.js';
import { revision } from '../support/revisions.js';

type Migration = new () => MigrationInterface;

/** What may redirect a record, or the statements of later revisions; `<role>` is another role. */
const CASES: Readonly<Record<string, readonly string[]>> = {
  'SET search_path': ['SET search_path = elsewhere'],
  'SET SESSION search_path': ['SET SESSION search_path TO elsewhere, public'],
  'SET LOCAL search_path': ['SET LOCAL search_path = elsewhere'],
  'SET SCHEMA': [`SET SCHEMA 'elsewhere'`],
  set_config: [`SELECT pg_catalog.set_config('search_path', '', false)`],
  'a function that sets the search path': ['SELECT elsewhere.turn()'],
  'SET ROLE': ['SET ROLE <role>'],
  'SET LOCAL ROLE': ['SET LOCAL ROLE <role>'],
  'SET SESSION AUTHORIZATION': ['SET SESSION AUTHORIZATION <role>'],
  'both of them': ['SET SESSION AUTHORIZATION <role>', 'SET ROLE <role>', 'SET search_path = elsewhere'],
  'the head of a dump': [
    'SET statement_timeout = 0',
    'SET lock_timeout = 0',
    'SET check_function_bodies = false',
    'SET row_security = off',
    'SET session_replication_role = replica',
    `DO $$ BEGIN SET DateStyle = 'German'; END $$`,
    `SELECT pg_catalog.set_config('search_path', '', false)`,
  ],
};

const FILL = [`INSERT INTO docs VALUES ('later')`];

/** Whose rows a later revision has written where, and where records are. */
const FOUND = `SELECT (SELECT json_agg(d) FROM public.docs d) AS docs, (SELECT count(*)::integer FROM elsewhere.docs) AS elsewhere,
  (SELECT json_agg(name ORDER BY id) FROM public.migrations) AS records, (SELECT count(*)::integer FROM elsewhere.migrations) AS hidden`;

onDatabase('postgres', 'What a revision sets in its session (PostgreSQL)', (database) => {
  let role = '';
  const filled = (sql: string) => sql.replaceAll('<role>', role);
  /** The class of a revision that sets something, in a transaction or outside. */
  const setting = (statements: readonly string[], transaction: boolean): Migration => {
    const made = class implements MigrationInterface {
      readonly transaction = transaction;
      async up(queryRunner: QueryRunner): Promise<void> {
        for (const sql of statements) await queryRunner.query(filled(sql));
      }
      async down(queryRunner: QueryRunner): Promise<void> {
        for (const sql of statements) await queryRunner.query(filled(sql));
      }
    };
    Object.defineProperty(made, 'name', { value: 'SetsThings1800000000432' });
    return made;
  };
  const BEFORE = revision('MakeDocs1800000000431', ['SELECT 1'], []);
  const LATER = revision('FillDocs1800000000433', FILL, FILL);
  /** Everything that is set in the sessions of a pool. */
  const settingsOf = (dataSource: { query(sql: string): Promise<unknown> }) =>
    dataSource.query(
      `SELECT current_user, session_user, (SELECT json_object_agg(name, setting ORDER BY name) FROM pg_settings WHERE name NOT LIKE 'plpgsql.%') AS settings`,
    );

  beforeEach(async () => {
    role = `set_in_${(database().target as PostgresTarget).database}`;
    await database().connect(only());
    await execute(database(), [
      `CREATE ROLE ${role} NOLOGIN`,
      'CREATE SCHEMA elsewhere',
      `CREATE TABLE public.docs (word text, who text DEFAULT current_user, session text DEFAULT session_user)`,
      'CREATE TABLE elsewhere.docs (LIKE public.docs)',
      'CREATE TABLE elsewhere.migrations (id serial PRIMARY KEY, "timestamp" bigint NOT NULL, name varchar NOT NULL)',
      `CREATE FUNCTION elsewhere.turn() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('search_path', 'elsewhere', false); END $$`,
    ]);
  });
  afterEach(() => onServer(`DROP ROLE ${role}`));

  for (const [title, statements] of Object.entries(CASES))
    for (const transaction of [true, false])
      it(`ends with it: ${title}, ${transaction ? 'in' : 'outside'} a transaction`, async () => {
        const dataSource = await database().connect(only(BEFORE, setting(statements, transaction), LATER));
        const before = await settingsOf(dataSource);
        await migrateUp(dataSource);
        const { user } = database().target as PostgresTarget;
        const row = { word: 'later', who: user, session: user };
        const records = ['MakeDocs1800000000431', 'SetsThings1800000000432', 'FillDocs1800000000433'];
        expect(await rowsOf(database(), FOUND)).to.deep.equal([
          { docs: [row], elsewhere: 0, records, hidden: 0 },
        ]);
        expect(await settingsOf(dataSource)).to.deep.equal(before);
        await migrateDown(dataSource, { target: 'base' });
        expect(await rowsOf(database(), FOUND)).to.deep.equal([
          { docs: [row, row], elsewhere: 0, records: null, hidden: 0 },
        ]);
        expect(await settingsOf(dataSource)).to.deep.equal(before);
      });

  it('ends with it where a revision outside a transaction fails', async () => {
    const statements = ['SET ROLE <role>', 'SET search_path = elsewhere', 'SELECT 1 / 0'];
    const dataSource = await database().connect(only(BEFORE, setting(statements, false), LATER));
    const before = await settingsOf(dataSource);
    expect(await failureOf(migrateUp(dataSource))).to.be.instanceOf(RevisionFailedError);
    expect(await settingsOf(dataSource)).to.deep.equal(before);
    const [run] = await rowsOf(database(), 'SELECT outcome FROM public.migrations_run');
    expect(run).to.deep.equal({ outcome: 'failed' });
  });

  it('leaves what the application sets for each of its sessions', async () => {
    const dataSource = await database().connect(
      only(BEFORE, setting(['SET ROLE <role>', 'RESET ALL', 'SET work_mem = 100'], true), LATER),
    );
    await dataSource.query(`SET work_mem = '7MB'`);
    await dataSource.query(`SET search_path = public, elsewhere`);
    const before = await settingsOf(dataSource);
    await migrateUp(dataSource);
    expect(await settingsOf(dataSource)).to.deep.equal(before);
  });
});
