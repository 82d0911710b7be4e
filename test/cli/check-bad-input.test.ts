import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onDatabase, onServer, type TestDatabase } from '../support/databases.js';
import { postgresServer, urlOf } from '../support/servers.js';
import { check, checkFile, dataSourcePath } from './run-check.js';

/** What is wrong with a file that -d names, and the end of the line that it gets. */
const FILES: readonly (readonly [title: string, file: string, end: string])[] = [
  ['names no file', 'missing.ts', ''],
  [
    'names a file without a DataSource',
    'none.ts',
    ' exports no DataSource, only dataSource; export exactly one',
  ],
  [
    'names a file with two DataSources',
    'two.ts',
    ' exports 2 DataSources (first, second); export exactly one',
  ],
  ['names a file that cannot be loaded', 'broken.ts', ' cannot be loaded: it throws when it is loaded'],
];

describe('The check command with bad input', () => {
  for (const [title, file, end] of FILES)
    it(`check exits with 64 and names the file when -d ${title}`, async () => {
      const path = dataSourcePath(file);
      const line = end === '' ? `the file does not exist: ${path}` : `${path}${end}`;
      expect(await checkFile(file)).to.deep.equal({ code: 64, stdout: '', stderr: `error: -d: ${line}\n` });
    });

  it('check exits with 64 for an unknown option', async () => {
    expect(await check('sqlite::memory:', '--force')).to.deep.equal({
      code: 64,
      stdout: '',
      stderr: "error: unknown option '--force'\n",
    });
  });

  it('check exits with 1 when the database is unreachable, and shows no password', async () => {
    const url = 'postgres://ada:secret@127.0.0.1:1/orders';
    const [own, plain, json] = await Promise.all([
      check(url),
      checkFile('plain.ts', { PLAIN_URL: url }),
      check(url, '--json'),
    ]);
    const reason = 'connection refused.';
    expect(own).to.deep.equal({
      code: 1,
      stdout: '',
      stderr: `error: Cannot connect to postgres://ada:***@127.0.0.1:1/orders: ${reason}\n`,
    });
    expect(plain).to.deep.equal({
      code: 1,
      stdout: '',
      stderr: `error: Cannot connect to postgres://127.0.0.1:1/orders: ${reason}\n`,
    });
    expect([json.code, JSON.parse(json.stdout)]).to.deep.equal([
      1,
      {
        status: 'failed',
        error: {
          code: 'CONNECT_FAILED',
          message: `Cannot connect to postgres://ada:***@127.0.0.1:1/orders: ${reason}`,
        },
      },
    ]);
  });

  it('check exits with 1 for a missing SQLite file, and creates neither the file nor its folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-check-'));
    const missing = join(folder, 'missing.db');
    const nested = join(folder, 'nowhere', 'missing.db');
    expect(
      await Promise.all([
        check(`sqlite:${missing}`),
        checkFile('plain.ts', { PLAIN_URL: `sqlite:${nested}` }),
      ]),
    ).to.deep.equal(
      [
        [missing, 'the file does not exist; `up` creates it'],
        [nested, `the folder ${join(folder, 'nowhere')} does not exist`],
      ].map(([path, reason]) => ({
        code: 1,
        stdout: '',
        stderr: `error: Cannot connect to sqlite:${path}: ${reason}.\n`,
      })),
    );
    expect([missing, join(folder, 'nowhere')].map(existsSync)).to.deep.equal([false, false]);
    await rm(folder, { recursive: true });
  });
});

onDatabase('postgres', 'The check command on PostgreSQL with unreadable or unknown objects', (database) => {
  it('check exits with 1 when the role may not read a catalog', async () => {
    const dataSource = await database().connectAtHead();
    const role = `blind_${database().url.slice(-16)}`;
    await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'blind'`);
    try {
      const url = urlOf({
        ...postgresServer(),
        database: urlDatabase(database()),
        user: role,
        password: 'blind',
      });
      const { host, pathname } = new URL(url);
      await dataSource.query(`GRANT SELECT ON migrations TO ${role}`);
      expect(await check(url)).to.deep.equal({ code: 0, stdout: 'in sync (7 tables)\n', stderr: '' });
      await dataSource.query('REVOKE SELECT ON pg_catalog.pg_constraint FROM PUBLIC');
      expect(await check(url)).to.deep.equal({
        code: 1,
        stdout: '',
        stderr: `error: postgres://${host}${pathname}: a statement failed: permission denied for table pg_constraint (42501). Earlier revisions stay applied. Fix the cause, then run the same command again.\n`,
      });
    } finally {
      await dataSource.query(`DROP OWNED BY ${role}`);
      await onServer(`DROP ROLE ${role}`);
    }
  });

  it('check lists an unknown index method and an unknown type with raw definitions, and exits with 2', async () => {
    const dataSource = await database().connectAtHead();
    await dataSource.query('CREATE EXTENSION bloom');
    await dataSource.query('CREATE INDEX strange ON workers USING bloom (worker_id)');
    await dataSource.query('CREATE DOMAIN amount AS bigint CHECK (value >= 0)');
    await dataSource.query('ALTER TABLE resource_allocations ALTER id DROP DEFAULT, ALTER id TYPE amount');
    const { code, stdout } = await check(database().url, '--json');
    expect(code).to.equal(2);
    expect((JSON.parse(stdout) as { uncomparable: unknown }).uncomparable).to.deep.equal([
      {
        kind: 'index',
        table: 'workers',
        object: 'strange',
        desired: null,
        live: 'CREATE INDEX strange ON public.workers USING bloom (worker_id)',
        reason: 'unknown index method bloom',
      },
      {
        kind: 'column',
        table: 'resource_allocations',
        object: 'id',
        desired: 'integer',
        live: 'DOMAIN amount AS bigint',
        reason: 'entities cannot declare the domain amount',
      },
    ]);
  });
});

function urlDatabase({ target }: TestDatabase): string {
  return target.dialect === 'postgres' ? target.database : '';
}
