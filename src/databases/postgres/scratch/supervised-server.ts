/** A server as a child of a shell that outlives this process for as long as it takes to clean up. */

import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** An unprivileged user and group, needed because PostgreSQL refuses to run as root. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Where the server lives, and as whom; undefined is as ourselves. */
export interface Place {
  readonly folder: string;
  readonly identity: Identity | undefined;
}

/** Nothing here outlives the process, so nothing needs to reach the disk. */
const SERVER_OPTIONS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'listen_addresses=127.0.0.1',
  'max_connections=200',
];
/**
 * A session lives for a few statements here. The C library keeps memory that a statement has returned, in place of
 * giving it to the system and asking for it again: a tenth of the server's processor time.
 * https://www.gnu.org/software/libc/manual/html_node/Malloc-Tunable-Parameters.html
 */
const SERVER_MEMORY =
  'MALLOC_TOP_PAD_=4194304 MALLOC_TRIM_THRESHOLD_=67108864 MALLOC_MMAP_THRESHOLD_=67108864';
/**
 * Runs the server until standard input ends, which it does however the parent dies; then cleans up after it, unless the
 * parent has asked for its data.
 */
const SUPERVISOR = `${SERVER_MEMORY} "$@" </dev/null >"$0/log" 2>&1 & server=$!; read -r word; kill -INT $server; wait $server; [ "$word" = keep ] || rm -rf "$0"`;

/** Starts a server, which ends with this process however that ends. */
export function supervise(program: string, { folder, identity }: Place, port: number): ChildProcess {
  const options = [...SERVER_OPTIONS, `port=${port}`, `unix_socket_directories="${folder}"`].flatMap(
    (option) => ['-c', option],
  );
  const server = [program, '-D', join(folder, 'data'), ...options];
  const supervisor = spawn('sh', ['-c', SUPERVISOR, folder, ...server], {
    ...identity,
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  supervisor.unref();
  return supervisor;
}

/** Ends it. @param word `keep` and a line end leave its folder */
export function stop(supervisor: ChildProcess, word = ''): Promise<void> {
  if (supervisor.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    supervisor.ref();
    supervisor.once('exit', () => resolve());
    supervisor.stdin?.end(word);
  });
}
