import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { PostgresTarget } from '../../src/database-url.js';
import { Revision } from '../../src/migrator/revision.js';
import { execute } from './cli-database.js';
import { onServer, type TestDatabase } from './databases.js';
import { only } from './failures.js';
import { revision } from './revisions.js';

/** What may redirect a record, or the statements of later revisions; `<role>` is another role. */
export const SETTINGS: Readonly<Record<string, readonly string[]>> = {
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

/** A revision before the one that sets something, and one behind it, which writes a row each way. */
export const BEFORE = revision('MakeDocs1800000000431', ['SELECT 1'], []);
export const LATER = revision('FillDocs1800000000433', FILL, FILL);

/** What is recorded when all three are applied. */
export const RECORDS = ['MakeDocs1800000000431', 'SetsThings1800000000432', 'FillDocs1800000000433'];

/** Whose rows a later revision has written where, and where records are. */
export const FOUND = `SELECT (SELECT json_agg(d) FROM public.docs d) AS docs, (SELECT count(*)::integer FROM elsewhere.docs) AS elsewhere,
  (SELECT json_agg(name ORDER BY id) FROM public.migrations) AS records, (SELECT count(*)::integer FROM elsewhere.migrations) AS hidden`;

/** A database with a second schema, which has tables of the same names, and a second role. */
export interface SettingWorld {
  /** The revision that sets something both ways, in a transaction or outside. */
  readonly setting: (statements: readonly string[], transaction: boolean) => new () => MigrationInterface;
  /** The same with lists of statements, for an offline script. */
  readonly listed: (statements: readonly string[], transaction: boolean) => new () => MigrationInterface;
  /** The row that a later revision writes. */
  readonly row: () => Readonly<Record<string, unknown>>;
}

/** Makes it for each test of a describe. */
export function settingWorld(database: () => TestDatabase): SettingWorld {
  let role = '';
  const filled = (statements: readonly string[]) => statements.map((sql) => sql.replaceAll('<role>', role));
  const run = async (queryRunner: QueryRunner, statements: readonly string[]) => {
    for (const sql of filled(statements)) await queryRunner.query(sql);
  };
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
  /** The database has gone before, and all that the role has in it. */
  afterEach(() => onServer(`DROP ROLE ${role}`));
  const setting: SettingWorld['setting'] = (statements, transaction) => {
    const made = class implements MigrationInterface {
      readonly transaction = transaction;
      up(queryRunner: QueryRunner): Promise<void> {
        return run(queryRunner, statements);
      }
      down(queryRunner: QueryRunner): Promise<void> {
        return run(queryRunner, statements);
      }
    };
    Object.defineProperty(made, 'name', { value: 'SetsThings1800000000432' });
    return made;
  };
  const listed: SettingWorld['listed'] = (statements, transaction) => {
    const both = { up: filled(statements), down: filled(statements) };
    const made = class extends Revision {
      override readonly transaction = transaction;
      override readonly postgres = both;
      override readonly sqlite = both;
    };
    Object.defineProperty(made, 'name', { value: 'SetsThings1800000000432' });
    return made;
  };
  const row = () => {
    const { user } = database().target as PostgresTarget;
    return { word: 'later', who: user, session: user };
  };
  return { setting, listed, row };
}
