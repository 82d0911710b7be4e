import { verify } from '@node-rs/argon2';
import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresTarget } from '../../src/database-url.js';
import { migrations } from '../../src/migrations/index.js';
import { actAsThisPackage } from '../support/acting.js';
import { dumpOf, execute, rowsOf, shownOf, tablesOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../support/databases.js';
import { runProcess, runScript, type ProcessResult } from '../support/run-script.js';

const APPLIED = migrations.map(({ name }) => `applied ${name} in N ms\n`).join('');

const SHOWN_PASSWORD = /password (\S+) \(shown only once\)/;

/** One table for both dialects: the same entities. Each worker and job has a first state transition. */
function summary(rows: { readonly jobs: number; readonly users: number; readonly workers: number }): string {
  return `  table                     columns  indexes  rows
  idempotency_keys                7        2     0
  job_state_transitions           6        2     ${rows.jobs}
  jobs                           14        5     ${rows.jobs}
  resource_allocations            7        3     0
  users                           7        0     ${rows.users}
  worker_state_transitions        6        2     ${rows.workers}
  workers                         9        4     ${rows.workers}
`;
}

const FIRST_RUN = (database: string) => `development database ${database}
${APPLIED}schema in sync with the entities (7 tables)
seeded test-worker-1, test-job-1
created administrator "admin", password PASSWORD (shown only once)
${summary({ jobs: 1, users: 1, workers: 1 })}`;

/** What rejects a worker, as a column without a value does. */
const REJECTS = {
  sqlite: [`CREATE TRIGGER "t" BEFORE INSERT ON "workers" BEGIN SELECT RAISE(ABORT, 'no region'); END`],
  postgres: [
    `CREATE FUNCTION "f"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE not_null_violation USING MESSAGE = 'no region'; END $$`,
    'CREATE TRIGGER "t" BEFORE INSERT ON "workers" FOR EACH ROW EXECUTE FUNCTION "f"()',
  ],
};

const SECOND_RUN = (database: string) => `development database ${database}
no pending revision
schema in sync with the entities (7 tables)
seeds already present: test-worker-1, test-job-1
administrator "admin" already exists, not changed
${summary({ jobs: 1, users: 1, workers: 1 })}nothing to do: the database is up to date
`;

onDatabase('postgres', 'db:init on a database whose transactions are read-only', (database) => {
  it('db:init names the setting where nothing is pending and rows are to be inserted', async () => {
    const env = { DATABASE_URL: database().url };
    expect((await runScript('init-database', ['--env', 'production'], { env })).code).to.equal(0);
    const { database: name } = database().target as PostgresTarget;
    await execute(database(), [`ALTER DATABASE "${name}" SET default_transaction_read_only = on`]);
    const admin = { ...env, ADMIN_PASSWORD: 'long enough to pass' };
    for (const [args, given] of [
      [[], env],
      [['--env', 'production', '--admin', 'root'], admin],
    ] as const) {
      const { code, stderr } = await runScript('init-database', args, { env: given });
      expect(stderr).to.contain(
        `default_transaction_read_only is on, set for the database ${name}. Applied revisions stay applied. Use a role that may write, or change the setting: ALTER DATABASE ${name} RESET default_transaction_read_only;`,
      );
      expect(code).to.equal(1);
    }
  });
});

eachDatabase('db:init in development', (database) => {
  const env = () => ({ DATABASE_URL: database().url });

  it('db:init migrates, verifies and seeds an empty database, and changes nothing in a second run', async () => {
    const first = await runScript('init-database', [], { env: env() });
    expect(withoutChance(first)).to.deep.equal({
      code: 0,
      stdout: FIRST_RUN(shownOf(database().url)),
      stderr: '',
    });
    await expectSeeds(database());
    await expectAdmin(database(), SHOWN_PASSWORD.exec(first.stdout)?.[1] ?? '');
    const before = await dumpOf(database());

    const second = await runScript('init-database', [], { env: env() });
    expect(second).to.deep.equal({ code: 0, stdout: SECOND_RUN(shownOf(database().url)), stderr: '' });
    expect(await dumpOf(database())).to.deep.equal(before);
  });

  it('db:init reports that the revisions are applied when the database rejects the development rows', async () => {
    await runScript('orchestrator-db', ['up'], { env: env() });
    await execute(database(), REJECTS[database().dialect]);
    const { code, stdout, stderr } = await runScript('init-database', [], { env: env() });
    expect(code).to.equal(1);
    expect(stdout).to.include('schema in sync with the entities');
    expect(stderr).to.match(
      /^error: The revisions are applied, but the development rows are not inserted: .*no region\. Specify the missing values in src\/seeds\/development\.ts, then run init again\.\n$/,
    );
    expect(await rowsOf(database(), 'SELECT * FROM workers')).to.deep.equal([]);
  });

  it('init --json prints one document on standard output, and its lines on standard error', async () => {
    const result = await runProcess('npm', ['run', '-s', 'db', '--', 'init', '--json'], { env: env() });
    expect(result.code).to.equal(0);
    expect(withoutChance({ ...result, stdout: result.stderr }).stdout).to.equal(
      FIRST_RUN(shownOf(database().url)),
    );
    expect(result.stdout).to.match(/^\{.*\}\n$/);
    const report = JSON.parse(result.stdout) as { readonly applied: readonly { durationMs: number }[] };
    for (const { durationMs } of report.applied) expect(durationMs).to.be.a('number').within(0, 30_000);
    expect({ ...report, applied: report.applied.map((step) => ({ ...step, durationMs: 0 })) }).to.deep.equal(
      expectedReport(database()),
    );
    await expectSeeds(database());
  });
});

eachDatabase('db:init in production', (database) => {
  const init = (args: readonly string[], more: { password?: string; input?: string } = {}) =>
    runScript('init-database', ['--env', 'production', ...args], {
      env: {
        DATABASE_URL: database().url,
        ...(more.password === undefined ? {} : { ADMIN_PASSWORD: more.password }),
      },
      ...(more.input === undefined ? {} : { input: more.input }),
    });

  it('db:init --env production inserts only named administrators, and never prints their password', async () => {
    const bare = await init([], { password: 'given but not asked for' });
    expect(withoutChance(bare)).to.deep.equal({
      code: 0,
      stdout: `production database ${shownOf(database().url)}
${APPLIED}schema in sync with the entities (7 tables)
${summary({ jobs: 0, users: 0, workers: 0 })}`,
      stderr: '',
    });

    const fromEnvironment = await init(['--admin', 'ada'], { password: 'from the environment' });
    const fromInput = await init(['--admin', 'grace'], { input: 'from standard input\n' });
    const again = await init(['--admin', 'ada'], { password: 'quite another password' });
    for (const { code, stdout, stderr } of [fromEnvironment, fromInput, again]) {
      expect(code).to.equal(0);
      expect(stdout + stderr).to.not.match(/from the|from standard|another password/);
    }
    expect(fromInput.stdout).to.equal(`production database ${shownOf(database().url)}
no pending revision
schema in sync with the entities (7 tables)
created administrator "grace"
${summary({ jobs: 0, users: 2, workers: 0 })}`);
    expect(again.stdout).to.match(/\nadministrator "ada" already exists, not changed\n/);
    expect(again.stdout).to.match(/\nnothing to do: the database is up to date\n$/);

    const users = await rowsOf(
      database(),
      'SELECT username, password_hash, role FROM users ORDER BY username',
    );
    expect(users.map(({ username, role }) => [username, role])).to.deep.equal([
      ['ada', 'ADMIN'],
      ['grace', 'ADMIN'],
    ]);
    expect(await verify(String(users[0]?.['password_hash']), 'from the environment')).to.equal(true);
    expect(await verify(String(users[1]?.['password_hash']), 'from standard input')).to.equal(true);
  });

  it('db:init refuses a missing or short password of --admin before anything changes', async () => {
    const refused = {
      code: 64,
      stdout: '',
      stderr:
        'error: --admin requires a password of at least 12 characters, in ADMIN_PASSWORD or on standard input: ' +
        'printf %s "$PASSWORD" | npm run db:init -- --env production --admin ada\n',
    };
    expect(
      await Promise.all([
        init(['--admin', 'ada']),
        init(['--admin', 'ada'], { password: '11-letters!' }),
        init(['--admin', 'ada'], { input: '11-letters?\n' }),
      ]),
    ).to.deep.equal([refused, refused, refused]);
    if (database().target.dialect === 'sqlite')
      expect(await readdir(join(database().url.slice('sqlite:'.length), '..'))).to.deep.equal([]);
    else expect(await tablesOf(database())).to.deep.equal([]);
  });
});

onDatabase('sqlite', 'db:init in development with --admin', (database) => {
  it('db:init uses the name of --admin and the password of ADMIN_PASSWORD, and prints no password', async () => {
    const password = 'chosen by the developer';
    const result = await runScript('init-database', ['--admin', 'chief'], {
      env: { DATABASE_URL: database().url, ADMIN_PASSWORD: password },
    });
    expect(result).to.include({ code: 0, stderr: '' });
    expect(result.stdout).to.include('\ncreated administrator "chief"\n').and.not.include(password);
    const [user] = await rowsOf(database(), 'SELECT username, password_hash FROM users');
    expect(user?.['username']).to.equal('chief');
    expect(await verify(String(user?.['password_hash']), password)).to.equal(true);
  });
});

describe('db:init without settings', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-cwd-'));
    actAsThisPackage(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('db:init creates a development database in orchestrator.db of the current folder', async () => {
    const result = await runScript('init-database', [], { cwd: folder });
    expect(withoutChance(result)).to.deep.equal({
      code: 0,
      stdout: FIRST_RUN('sqlite:./orchestrator.db'),
      stderr: '',
    });
    expect(existsSync(join(folder, 'orchestrator.db'))).to.equal(true);
  });
});

/** The result, with what differs from run to run replaced. */
function withoutChance({ code, stdout, stderr }: ProcessResult): ProcessResult {
  return {
    code,
    stdout: stdout
      .replace(/ in \d+ ms$/gm, ' in N ms')
      .replace(SHOWN_PASSWORD, 'password PASSWORD (shown only once)'),
    stderr,
  };
}

async function expectSeeds(database: TestDatabase): Promise<void> {
  expect(
    await rowsOf(database, 'SELECT worker_id, worker_type, status, current_job_id FROM workers'),
  ).to.deep.equal([
    { worker_id: 'test-worker-1', worker_type: 'CLAUDE', status: 'IDLE', current_job_id: null },
  ]);
  expect(
    await rowsOf(database, 'SELECT job_id, status, assigned_worker_id, completed_at FROM jobs'),
  ).to.deep.equal([
    { job_id: 'test-job-1', status: 'PENDING', assigned_worker_id: null, completed_at: null },
  ]);
}

async function expectAdmin(database: TestDatabase, password: string): Promise<void> {
  const users = await rowsOf(database, 'SELECT username, password_hash, role, is_active FROM users');
  expect(users).to.have.length(1);
  const { username, password_hash: hash, role, is_active: active } = users[0]!;
  expect([username, role, Boolean(active)]).to.deep.equal(['admin', 'ADMIN', true]);
  expect(password).to.have.length.at.least(20);
  expect(hash).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verify(String(hash), password)).to.equal(true);
  expect(await verify(String(hash), `${password}x`)).to.equal(false);
}

function expectedReport({ dialect, url }: TestDatabase): object {
  return {
    status: 'ready',
    environment: 'development',
    dialect,
    database: shownOf(url),
    applied: migrations.map(({ name }) => ({ id: name, durationMs: 0 })),
    changes: [],
    accepted: [],
    seeded: ['test-worker-1', 'test-job-1'],
    admin: { username: 'admin', created: true },
    tables: [
      { name: 'idempotency_keys', columns: 7, indexes: 2, rows: 0 },
      { name: 'job_state_transitions', columns: 6, indexes: 2, rows: 1 },
      { name: 'jobs', columns: 14, indexes: 5, rows: 1 },
      { name: 'resource_allocations', columns: 7, indexes: 3, rows: 0 },
      { name: 'users', columns: 7, indexes: 0, rows: 1 },
      { name: 'worker_state_transitions', columns: 6, indexes: 2, rows: 1 },
      { name: 'workers', columns: 9, indexes: 4, rows: 1 },
    ],
  };
}
