import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { writeScript } from '../../src/migrator/offline.js';
import { readStatus } from '../../src/migrator/status.js';
import { onDatabase, onServer } from '../support/databases.js';
import { withClient } from '../support/failures.js';
import { revision } from '../support/revisions.js';
import { runInShell } from '../support/shells.js';

const FIRST = revision('MakeDocs1800000000421', ['CREATE TABLE public.docs (id integer)'], []);
const SECOND = revision('FillDocs1800000000422', ['INSERT INTO public.docs VALUES (1)'], []);
const LIST = [
  'CREATE TABLE public.migrations (id serial PRIMARY KEY, "timestamp" bigint NOT NULL, name character varying NOT NULL)',
  `INSERT INTO public.migrations ("timestamp", name) VALUES (1800000000421, 'MakeDocs1800000000421')`,
  'CREATE TABLE public.docs (id integer)',
];

onDatabase('postgres', 'The schema in which an offline script keeps the records', (database) => {
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
  const beside = ['public.migrations', 'public.migrations_attempt', 'public.migrations_run'];

  beforeEach(async () => {
    role = `placed_in_${(database().target as PostgresTarget).database}`;
    await admin(
      `CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'placed'`,
      `ALTER ROLE ${role} SET search_path = "$user", public`,
    );
  });
  /** The database has gone before, and all that the role has in it. */
  afterEach(() => onServer(`DROP ROLE ${role}`));

  it('is that of the list which TypeORM has made, where an earlier schema of the path is empty', async () => {
    await admin(...LIST, `CREATE SCHEMA ${role}`);
    const range = 'MakeDocs1800000000421..head';
    const script = await writeScript(await asRole(), { direction: 'up', target: range });
    expect(await runInShell(target(), script)).to.deep.include({ code: 0 });
    expect((await runInShell(target(), script)).code).not.to.equal(0);
    expect(await found()).to.deep.equal({ tables: beside, docs: 1 });
    expect(await readStatus(await asRole())).to.deep.include({ pending: [] });
  });

  it('is refused where an empty list hides one that has records', async () => {
    await admin(
      ...LIST,
      `CREATE SCHEMA ${role}`,
      `CREATE TABLE ${role}.migrations (LIKE public.migrations INCLUDING ALL)`,
    );
    const script = await writeScript(await asRole(), { direction: 'up' });
    const { code, stderr } = await runInShell(target(), script);
    expect(code).not.to.equal(0);
    expect(stderr).to.include('two lists of applied revisions');
  });
});
