import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import type { PostgresTarget } from '../../src/database-url.js';
import { withClient } from './failures.js';

/** The user as whom the server runs, since it refuses root: `nobody`. */
const OWNER = { uid: 65_534, gid: 65_534 };

/** A server of Debian's packages, which have extensions besides. */
export interface DebianPostgres {
  readonly target: PostgresTarget;
  stop(): Promise<void>;
}

/**
 * Starts a server of Debian that has an extension, on a free port.
 *
 * @throws Error naming the package where none has it
 */
export async function startDebianPostgres(extension: string, from: string): Promise<DebianPostgres> {
  const version = await versionWith(extension);
  if (version === undefined)
    throw new Error(`${extension}: not installed. On Debian, run: apt-get install ${from} (.ci/run does).`);
  const bin = `/usr/lib/postgresql/${version}/bin`;
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-debian-'));
  await chown(folder, OWNER.uid, OWNER.gid);
  const data = join(folder, 'data');
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
    { ...OWNER, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const options = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const command = ['-D', data, ...options.flatMap((option) => ['-c', option])];
  const server = spawn(join(bin, 'postgres'), command, { ...OWNER, cwd: folder, stdio: 'ignore' });
  const target = targetOn(port);
  await untilItAnswers(target);
  return { target, stop: () => stop(server, folder) };
}

/** Sends statements, one by one, and gives what the last one answers. */
export function sendTo(target: PostgresTarget, statements: readonly string[]): Promise<readonly unknown[]> {
  return withClient(target, async (client) => {
    let rows: readonly unknown[] = [];
    for (const sql of statements) ({ rows } = await client.query<Record<string, unknown>>(sql));
    return rows;
  });
}

async function versionWith(extension: string): Promise<string | undefined> {
  const versions = await readdir('/usr/share/postgresql').catch(() => []);
  const has = (version: string) =>
    existsSync(`/usr/share/postgresql/${version}/extension/${extension}.control`);
  return versions.filter(has).sort((a, b) => Number(b) - Number(a))[0];
}

function targetOn(port: number): PostgresTarget {
  const shown = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const place = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
  return { dialect: 'postgres', ssl: false, shown, ...place };
}

async function untilItAnswers({ port }: PostgresTarget): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres' });
    client.on('error', () => undefined);
    const answers = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (answers) return;
    await pause(100);
  }
  throw new Error('The server of Debian did not answer within 20 s.');
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGINT');
  await ended;
  await rm(folder, { recursive: true });
}
