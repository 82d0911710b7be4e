import type { DataSource } from 'typeorm';
import type { PostgresTarget } from '../../src/database-url.js';
import { onServer, type TestDatabase } from './databases.js';
import { withClient } from './failures.js';
import { revision } from './revisions.js';

const FIRST = revision('MakeDocs1800000000421', ['CREATE TABLE public.docs (id integer)'], []);
const SECOND = revision('FillDocs1800000000422', ['INSERT INTO public.docs VALUES (1)'], []);
/** The list of revisions as TypeORM makes it, and the table of its one revision. */
export const LIST = [
  'CREATE TABLE public.migrations (id serial PRIMARY KEY, "timestamp" bigint NOT NULL, name character varying NOT NULL)',
  `INSERT INTO public.migrations ("timestamp", name) VALUES (1800000000421, 'MakeDocs1800000000421')`,
  'CREATE TABLE public.docs (id integer)',
];

/** Where all tables of the records are beside the list. */
export const BESIDE = [
  'public.migrations',
  'public.migrations_attempt',
  'public.migrations_heartbeat',
  'public.migrations_phase',
  'public.migrations_run',
];

/** A role that looks into a schema of its own name before it looks into public. */
export interface PlacedRole {
  readonly name: () => string;
  readonly target: () => PostgresTarget;
  readonly admin: (...statements: readonly string[]) => Promise<void>;
  /** A connection as that role, with two revisions. */
  readonly asRole: () => Promise<DataSource>;
  /** Where tables of records and rows of the revision are. */
  readonly found: () => Promise<{ readonly tables: readonly string[]; readonly docs: number | undefined }>;
}

/** Creates the role for each test of a describe, and drops it behind the test. */
export function placedRole(database: () => TestDatabase): PlacedRole {
  let role = '';
  const target = () => ({ ...(database().target as PostgresTarget), user: role, password: 'placed' });
  const admin = (...statements: readonly string[]) =>
    withClient(database().target, async (client) => {
      for (const sql of statements) await client.query(sql);
    });
  const asRole = () =>
    database().connect({ entities: [], migrations: [FIRST, SECOND] }, { database: target() });
  /** Where tables of records and rows of the revision are. */
  const found = async () => {
    const dataSource = await asRole();
    const tables = await dataSource.query<{ readonly place: string }[]>(
      `SELECT schemaname || '.' || tablename AS place FROM pg_tables WHERE tablename LIKE 'migrations%' ORDER BY 1`,
    );
    const [docs] = await dataSource.query<{ readonly n: number }[]>(
      'SELECT count(*)::integer AS n FROM public.docs',
    );
    return { tables: tables.map(({ place }) => place), docs: docs?.n };
  };
  beforeEach(async () => {
    role = `placed_in_${(database().target as PostgresTarget).database}`;
    await admin(
      `CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'placed'`,
      `ALTER ROLE ${role} SET search_path = "$user", public`,
    );
  });
  /** The database has gone before, and all that the role has in it. */
  afterEach(() => onServer(`DROP ROLE ${role}`));
  return { name: () => role, target, admin, asRole, found };
}
