import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresTarget } from '../../src/database-url.js';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';

/** What to run, and where its output and its data are. */
export interface Supervised {
  /** Removed afterwards; its file `log` contains the messages of the server. */
  readonly folder: string;
  readonly command: readonly string[];
  /** As whom, where we are root. */
  readonly owner: { readonly uid: number; readonly gid: number };
}

/** Runs the server until standard input ends, which it does however the parent dies; then cleans up after it. */
const SUPERVISOR =
  '"$@" </dev/null >"$0/log" 2>&1 & server=$!; read -r _; kill -INT $server; wait $server; rm -rf "$0"';
const ATTEMPTS = 1500;
const POLL_MS = 20;

/** Starts a server that does not outlive us. */
export function supervise({ folder, command, owner }: Supervised): ChildProcess {
  const supervisor = spawn('sh', ['-c', SUPERVISOR, folder, ...command], {
    ...(process.getuid?.() === 0 ? owner : {}),
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  supervisor.unref();
  return supervisor;
}

/** Ends such a server, and waits until it has ended. */
export function stopSupervised(supervisor: ChildProcess): Promise<void> {
  if (supervisor.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    supervisor.ref();
    supervisor.once('exit', () => resolve());
    supervisor.stdin?.end();
  });
}

/** Connects until that works. */
export async function waitUntilAnswers(target: PostgresTarget): Promise<void> {
  let last: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const client = new pg.Client(clientConfig(target)).on('error', () => undefined);
    try {
      await client.connect();
      return;
    } catch (error) {
      last = error;
      await pause(POLL_MS);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  throw new Error(`Port ${target.port} does not answer.`, { cause: last });
}
