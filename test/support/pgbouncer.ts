import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresTarget } from '../../src/database-url.js';
import { freePort } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { answers } from './answers.js';
import { findProgram } from './programs.js';
import { postgresServer } from './servers.js';

/** PgBouncer before the server of this test run. */
export interface Pooler {
  /** The same database, by way of the pooler. */
  through(target: PostgresTarget): PostgresTarget;
  /** Stops it and removes its folder. */
  stop(): Promise<void>;
}

/** How the pooler is set up. */
export interface PoolerOptions {
  /** Most server connections for a database; default 20, as PgBouncer has it. */
  readonly poolSize?: number;
  /** Default transaction. */
  readonly poolMode?: 'session' | 'transaction' | 'statement';
  /** Gives each transaction the server connection that was idle longest; default false, as PgBouncer has it. */
  readonly roundRobin?: boolean;
  /** The database to which every name leads; default the one of that name. */
  readonly database?: string;
  /** Startup parameters that it drops; default none. */
  readonly ignored?: string;
  /** What it sends on each new connection to the server; default nothing. */
  readonly connectQuery?: string;
  /** Further settings by their names; default none. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** Runs it until standard input ends, which it does however the parent dies; then cleans up after it. */
const SUPERVISOR =
  '"$@" </dev/null >"$0/output" 2>&1 & pooler=$!; read -r _; kill -TERM $pooler; wait $pooler; rm -rf "$0"';
/** PgBouncer refuses to run as root: a user and group that own nothing; they need no name. */
const NOBODY = 65_534;
const ATTEMPTS = 1500;
const POLL_MS = 20;

/**
 * Starts PgBouncer on a free port, with its settings in a temporary folder.
 *
 * @throws Error naming the package when it is not installed, or with its log when it does not start
 */
export async function startPooler(options: PoolerOptions = {}): Promise<Pooler> {
  const program = findProgram('pgbouncer');
  const server = postgresServer();
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-pooler-'));
  const port = await freePort();
  await writeSettings(folder, settingsOf(server, port, options));
  const supervisor = supervise(program, folder);
  const through: Pooler['through'] = (target) => ({ ...target, host: '127.0.0.1', port, ssl: false });
  try {
    await waitUntilReady(through(server), folder, supervisor);
  } catch (error) {
    await stop(supervisor, folder);
    throw error;
  }
  return { through, stop: () => stop(supervisor, folder) };
}

/**
 * https://www.pgbouncer.org/config.html; `auth_type = any` accepts every client, and the user and the password of the
 * database line are what the server sees. Startup parameters that PgBouncer does not know stay refused.
 */
function settingsOf(server: PostgresTarget, port: number, options: PoolerOptions): string {
  const { poolSize = 20, poolMode = 'transaction', roundRobin = false, ignored, settings = {} } = options;
  return [
    '[databases]',
    `* = ${databaseLine(server, options)}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${poolMode}`,
    `default_pool_size = ${poolSize}`,
    `server_round_robin = ${roundRobin ? 1 : 0}`,
    'max_client_conn = 500',
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
    ...(ignored === undefined ? [] : [`ignore_startup_parameters = ${ignored}`]),
    `server_tls_sslmode = ${server.ssl === false ? 'disable' : 'require'}`,
    '',
  ].join('\n');
}

function databaseLine(
  { host, port, user, password }: PostgresTarget,
  { database: dbname, connectQuery: connect_query }: PoolerOptions,
): string {
  const words = { host, port, user, password, dbname, connect_query };
  return Object.entries(words)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}='${String(value).replaceAll("'", "''")}'`)
    .join(' ');
}

/** The settings hold a password, so only the pooler's user may read them. */
async function writeSettings(folder: string, settings: string): Promise<void> {
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(file, settings, { mode: 0o600 });
  await chmod(folder, 0o700);
  if (!isRoot()) return;
  for (const path of [folder, file]) await chown(path, NOBODY, NOBODY);
}

function supervise(program: string, folder: string): ChildProcess {
  const command = [program, join(folder, 'pgbouncer.ini')];
  const supervisor = spawn('sh', ['-c', SUPERVISOR, folder, ...command], {
    ...(isRoot() ? { uid: NOBODY, gid: NOBODY } : {}),
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  supervisor.unref();
  return supervisor;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function waitUntilReady(
  target: PostgresTarget,
  folder: string,
  supervisor: ChildProcess,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await answers(target)) return;
    const output = await readFile(join(folder, 'output'), 'utf8').catch(() => '');
    if (/ FATAL /.test(output) || supervisor.exitCode !== null)
      throw new Error(`PgBouncer did not start: ${output.trim()}`);
    await pause(POLL_MS);
  }
  throw new Error(`PgBouncer did not answer within ${(ATTEMPTS * POLL_MS) / 1000} s.`);
}

/** What the pooler may not remove itself, where the parent of its folder is closed to it, is removed here. */
async function stop(supervisor: ChildProcess, folder: string): Promise<void> {
  if (supervisor.exitCode === null) {
    await new Promise<void>((resolve) => {
      supervisor.ref();
      supervisor.once('exit', () => resolve());
      supervisor.stdin?.end();
    });
  }
  await rm(folder, { recursive: true, force: true });
}
