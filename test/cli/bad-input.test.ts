import { expect } from 'chai';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresTarget } from '../../src/database-url.js';
import { actAsThisPackage } from '../support/acting.js';
import { dumpOf, execute, shownOf } from '../support/cli-database.js';
import { eachDatabase } from '../support/databases.js';
import { startProxy } from '../support/proxy.js';
import { runScript, type ProcessResult } from '../support/run-script.js';
import { postgresServer, urlOf } from '../support/servers.js';

/** What every URL with a password in it uses here, so that a leak is found. */
const PASSWORD = 'leaked-by-mistake';
const EXAMPLE = 'Example: DATABASE_URL=postgres://user:password@localhost:5432/orchestrator';

/** A call that is wrong in itself, and the one line that it gets. */
interface UsageCase {
  readonly title: string;
  readonly args?: readonly string[];
  readonly url?: string;
  readonly line: string;
}

const USAGE: readonly UsageCase[] = [
  {
    title: 'production without DATABASE_URL',
    args: ['--env', 'production'],
    line: 'error: DATABASE_URL: is not set, and production has no default. Example: DATABASE_URL=postgres://user:password@host:5432/orchestrator',
  },
  {
    title: 'production with an empty DATABASE_URL',
    args: ['--env', 'production'],
    url: '',
    line: 'error: DATABASE_URL: is not set, and production has no default. Example: DATABASE_URL=postgres://user:password@host:5432/orchestrator',
  },
  {
    title: 'a URL of an unknown scheme',
    url: `mysql://ada:${PASSWORD}@localhost/orchestrator`,
    line: `error: DATABASE_URL: unknown scheme "mysql"; supported are postgres:, postgresql: and sqlite:. ${EXAMPLE}`,
  },
  {
    title: 'a bad port',
    url: `postgres://ada:${PASSWORD}@localhost:70000/orchestrator`,
    line: `error: DATABASE_URL: bad port "70000", a port is a number from 1 to 65535. ${EXAMPLE}`,
  },
  {
    title: 'an unknown option',
    args: ['--force'],
    line: "error: unknown option '--force'",
  },
  {
    title: 'an argument too many',
    args: ['production'],
    line: "error: too many arguments for 'init'. Expected 0 arguments but got 1.",
  },
  {
    title: 'an unknown environment',
    args: ['--env', 'staging'],
    line: "error: option '--env <environment>' argument 'staging' is invalid. Allowed choices are development, production.",
  },
  {
    title: 'a bad --wait',
    args: ['--wait', 'soon'],
    line: "error: option '--wait <seconds>' argument 'soon' is invalid. Use a whole number of seconds, up to 99999.",
  },
];

describe('db:init with invalid arguments or settings', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-usage-'));
    actAsThisPackage(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  for (const { title, args = [], url, line } of USAGE) {
    it(`db:init exits with 64, one line and no file for ${title}`, async () => {
      const env = url === undefined ? {} : { DATABASE_URL: url };
      const result = await runScript('init-database', args, { cwd: folder, env });
      expect(result).to.deep.equal({ code: 64, stdout: '', stderr: `${line}\n` });
      expect(await readdir(folder)).to.deep.equal(['package.json']);
    });
  }

  it('db:init --json prints the usage error as a document on standard output', async () => {
    const result = await runScript('init-database', ['--json', '--env', 'staging'], { cwd: folder });
    expect(result.code).to.equal(64);
    expect(JSON.parse(result.stdout)).to.deep.equal({
      status: 'failed',
      error: {
        code: 'USAGE',
        message:
          "option '--env <environment>' argument 'staging' is invalid. Allowed choices are development, production.",
      },
    });
  });
});

describe('db:init on a server that it cannot use', () => {
  const target = (changes: Partial<PostgresTarget>): PostgresTarget => ({
    ...postgresServer(),
    ...changes,
  });
  const init = (server: PostgresTarget, wait: string) =>
    runScript('init-database', ['--wait', wait], { env: { DATABASE_URL: urlOf(server) } });

  it('db:init exits with 1 for a server that is down, and names host and reason', async () => {
    const front = await startProxy((socket) => socket.destroy());
    await front.close();
    const down = target({ host: '127.0.0.1', port: front.port, user: 'ada', password: PASSWORD });
    const began = performance.now();
    expectRefused(await init(down, '1'), {
      shown: `postgres://ada:***@127.0.0.1:${front.port}/${down.database}`,
      reason: 'connection refused',
    });
    expect(performance.now() - began).to.be.below(20_000);
  });

  it('db:init exits with 1 for a host without an address, and names host and reason', async () => {
    const nowhere = target({ host: 'orchestrator.invalid', port: 5433, user: 'ada', password: PASSWORD });
    const { stderr, ...result } = await init(nowhere, '1');
    const shown = `postgres://ada:***@orchestrator.invalid:5433/${nowhere.database}`;
    expectRefused(
      { ...result, stderr: stderr.replace('resolved at the moment', 'resolved') },
      { shown, reason: 'the host name cannot be resolved' },
    );
  });

  it('db:init exits with 1 for an answer of another protocol without waiting, and names host and reason', async () => {
    const front = await startProxy((socket) =>
      socket.on('data', () => socket.write(Buffer.from([1, 0, 0, 0, 4]))),
    );
    const other = target({ host: '127.0.0.1', port: front.port });
    const result = await init(other, '60').finally(() => front.close());
    expectRefused(result, {
      shown: shownOf(urlOf(other)),
      reason:
        "the answer is not PostgreSQL's protocol (received invalid response: 1); check host and port, and connect to the server itself if a pooler or proxy stands before it",
    });
  });

  it('db:init exits with 1 for a wrong password without waiting, and names host and reason', async () => {
    const wrong = target({ password: PASSWORD });
    const began = performance.now();
    expectRefused(await init(wrong, '60'), {
      shown: shownOf(urlOf(wrong)),
      reason: `password authentication failed for user "${wrong.user}"`,
    });
    expect(performance.now() - began).to.be.below(20_000);
  });

  it('db:init exits with 1 for an unknown database without waiting, and names host and reason', async () => {
    const unknown = target({ database: 'no_such_database' });
    const began = performance.now();
    const result = await init(unknown, '60');
    expectRefused(result, {
      shown: shownOf(urlOf(unknown)),
      reason: 'database "no_such_database" does not exist',
    });
    expect(result.stdout + result.stderr).to.not.include(unknown.password);
    expect(performance.now() - began).to.be.below(20_000);
  });
});

eachDatabase('db:init on tables that no revision created', (database) => {
  it('db:init exits with 1 for tables without a record before anything changes, and shows a remedy', async () => {
    await execute(database(), [
      'CREATE TABLE jobs (id integer PRIMARY KEY, note varchar(20))',
      'CREATE TABLE workers (id integer PRIMARY KEY)',
      'CREATE TABLE notes (id integer PRIMARY KEY)',
      `INSERT INTO jobs (id, note) VALUES (7, 'mine')`,
    ]);
    const before = await dumpOf(database());
    const result = await runScript('init-database', [], { env: { DATABASE_URL: database().url } });
    expect(result).to.deep.equal({
      code: 1,
      stdout: `development database ${shownOf(database().url)}\n`,
      stderr:
        'error: The database has tables of the entities (jobs, workers) but no revision is recorded in "migrations". ' +
        'Nothing was changed. Use an empty database. If these tables are already at head, record that without running anything: ' +
        'npm run -s db -- stamp head\n',
    });
    expect(await dumpOf(database())).to.deep.equal(before);
  });
});

function expectRefused(
  result: ProcessResult,
  why: { readonly shown: string; readonly reason: string },
): void {
  expect(result).to.deep.equal({
    code: 1,
    stdout: `development database ${why.shown}\n`,
    stderr: `error: Cannot connect to ${why.shown}: ${why.reason}.\n`,
  });
}
