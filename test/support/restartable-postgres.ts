import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresTarget } from '../../src/database-url.js';
import { startEmbeddedPostgres } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { answers } from './answers.js';
import { withRawClient } from './raw-postgres.js';
import { until } from './until.js';

/** A PostgreSQL server of a test's own, which can go away and come back. */
export interface RestartablePostgres {
  readonly target: PostgresTarget;
  /** User and group that the server runs as. */
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Ends it: `SIGINT` as an administrator does, `SIGQUIT` as a crash does. */
  halt(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  /** Where it keeps its data. */
  readonly data: string;
  /**
   * Starts it again unless it is there, on the same port and data, with a limit on the size of its files where one is
   * given, and with further options of its command line.
   */
  resume(fileLimitKiB?: number, options?: readonly string[]): Promise<void>;
  /** Ends it for good and removes its folder. */
  stop(): Promise<void>;
}

/** Starts it empty. */
export async function startRestartablePostgres(): Promise<RestartablePostgres> {
  const server = await startEmbeddedPostgres();
  const data = await withRawClient(server.target, async (client) => {
    const { rows } = await client.query<{ data: string }>(`SELECT current_setting('data_directory') AS data`);
    return rows[0]?.data ?? '';
  });
  const { uid, gid } = statSync(data);
  const command = commandIn(data);
  const halt = async (signal: NodeJS.Signals) => {
    const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(postmaster, signal);
    await until(() => Promise.resolve(!isAlive(postmaster)));
  };
  const resume = async (fileLimitKiB?: number, options: readonly string[] = []) => {
    if (await answers(server.target)) return;
    start([...command, ...options], { uid, gid, cwd: join(data, '..') }, fileLimitKiB);
    await until(() => answers(server.target));
  };
  return {
    target: server.target,
    data,
    owner: { uid, gid },
    halt,
    resume,
    stop: async () => {
      if (await answers(server.target)) await halt('SIGINT');
      await server.stop();
    },
  };
}

/** The server notes how it was started: each option in quotes, and quotes in it as they are. */
function commandIn(data: string): readonly string[] {
  const [program = '', ...options] = readFileSync(join(data, 'postmaster.opts'), 'utf8').trim().split(' "');
  return [program, ...options.map((option) => option.replace(/"$/, ''))];
}

interface Surroundings {
  readonly uid: number;
  readonly gid: number;
  readonly cwd: string;
}

/** `sh` counts the limit in blocks of 512 bytes, `bash` in KiB, hence `prlimit`-free arithmetic for `sh` alone. */
function start(command: readonly string[], { uid, gid, cwd }: Surroundings, fileLimitKiB?: number): void {
  const limit = fileLimitKiB === undefined ? '' : `ulimit -f ${fileLimitKiB * 2}; `;
  const child = spawn('sh', ['-c', `${limit}exec "$@" </dev/null >>log 2>&1`, 'sh', ...command], {
    ...(process.getuid?.() === 0 ? { uid, gid } : {}),
    cwd,
    detached: true,
    stdio: 'ignore',
  });
  child.unref();
}

/** A process that has ended and was not waited for yet counts as gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Starts it with logical replication, which needs a setting that only a start takes. */
export async function startLogicalPostgres(): Promise<RestartablePostgres> {
  const server = await startRestartablePostgres();
  await server.halt('SIGINT');
  await server.resume(undefined, ['-c', 'wal_level=logical']);
  return server;
}
