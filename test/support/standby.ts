import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { PostgresTarget } from '../../src/database-url.js';
import {
  clientConfig,
  freePort,
  startEmbeddedPostgres,
} from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { stopSupervised, supervise, waitUntilAnswers } from './supervised.js';
import { until } from './until.js';

/** A PostgreSQL server that is in recovery for ever and answers who only reads. */
export interface Standby {
  readonly target: PostgresTarget;
  stop(): Promise<void>;
}

/** Where the primary keeps its data, where its programs are, and whose they are. */
interface Primary {
  readonly bin: string;
  readonly data: string;
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Of the standby, besides those that all have; default none. */
  readonly settings?: readonly string[];
}

/**
 * Starts a primary of our own, lets `prepare` fill it, copies it as an online backup does, and starts the copy as a
 * hot standby. The primary is gone by then.
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
export async function startStandby(
  prepare: (target: PostgresTarget) => Promise<void>,
  settings: readonly string[] = [],
): Promise<Standby> {
  const primary = await startEmbeddedPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-standby-'));
  try {
    await prepare(primary.target);
    const place = { ...(await backUp(primary.target, folder)), settings };
    return await start(place, folder, { ...primary.target, port: await freePort() });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    await primary.stop();
  }
}

/** A server and another one that replays what it does, until both are stopped. */
export interface ReplicatedPair {
  readonly primary: PostgresTarget;
  readonly standby: PostgresTarget;
  /** Ends the primary, then promotes the standby. */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

/** The same with a primary that lives on, and a standby that follows it by streaming. */
export async function startReplicatedPair(): Promise<ReplicatedPair> {
  const primary = await startEmbeddedPostgres();
  try {
    await trustAll(primary.target);
    const standby = await startFollower(primary.target);
    const stopBoth = () => standby.stop().then(() => primary.stop());
    const failOver = () => primary.stop().then(() => promote(standby.target));
    return { primary: primary.target, standby: standby.target, failOver, stop: stopBoth };
  } catch (error) {
    await primary.stop();
    throw error;
  }
}

/**
 * Lets the standby replay a commit so long after the primary has made it, milliseconds, and waits until it does so:
 * https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-RECOVERY-MIN-APPLY-DELAY
 */
export async function delayReplay({ standby }: Pick<ReplicatedPair, 'standby'>, ms: number): Promise<void> {
  const client = new pg.Client(clientConfig(standby));
  await client.connect();
  try {
    await client.query(`ALTER SYSTEM SET recovery_min_apply_delay = ${ms}`);
    await client.query('SELECT pg_reload_conf()');
    await until(async () => {
      const { rows } = await client.query<{ ms: string }>(
        `SELECT setting AS ms FROM pg_settings WHERE name = 'recovery_min_apply_delay'`,
      );
      return rows[0]?.ms === String(ms);
    });
  } finally {
    await client.end();
  }
}

/** Starts a hot standby that streams from a primary, on a free port or on that of a server that is gone. */
export async function startFollower(primary: PostgresTarget, port?: number): Promise<Standby> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-standby-'));
  try {
    const place = await backUp(primary, folder);
    await writeOwned(
      place,
      join(place.data, 'postgresql.auto.conf'),
      `primary_conninfo = '${followed(primary)}'\n`,
    );
    return await start(place, folder, { ...primary, port: port ?? (await freePort()) });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Makes a primary of a standby; it accepts writes afterwards. */
export async function promote(target: PostgresTarget): Promise<void> {
  const client = new pg.Client(clientConfig(target));
  await client.connect();
  await client.query('SELECT pg_promote()');
  await client.end();
}

/** Where the standby finds its primary: https://www.postgresql.org/docs/current/runtime-config-replication.html */
export function followed({ port, user = '', password = '' }: PostgresTarget): string {
  return `host=127.0.0.1 port=${port} user=${user} password=${password}`;
}

/** A pooler between has no password to answer a server's question with. */
export async function trustAll(target: PostgresTarget): Promise<void> {
  const client = new pg.Client(clientConfig(target));
  await client.connect();
  try {
    const { rows } = await client.query<{ hba_file: string }>('SHOW hba_file');
    const lines = ['all', 'replication'].map((database) => `host ${database} all 127.0.0.1/32 trust\n`);
    await writeFile(rows[0]?.hba_file ?? '', lines.join(''));
    await client.query('SELECT pg_reload_conf()');
  } finally {
    await client.end();
  }
}

async function backUp(target: PostgresTarget, folder: string): Promise<Primary> {
  const client = new pg.Client(clientConfig(target));
  await client.connect();
  try {
    const primary = await placeOf(client);
    const copy = join(folder, 'data');
    const [begin, end] = await backupFunctions(client);
    await client.query(`SELECT ${begin}`);
    copyFolder(primary.data, copy);
    const { rows } = await client.query<{ labelfile: string }>(`SELECT labelfile FROM ${end}`);
    copyFolder(`${join(primary.data, 'pg_wal')}/.`, join(copy, 'pg_wal'));
    await rm(join(copy, 'postmaster.pid'), { force: true });
    await writeOwned(primary, join(copy, 'backup_label'), rows[0]?.labelfile ?? '');
    await writeOwned(primary, join(copy, 'standby.signal'), '');
    await chown(folder, primary.owner.uid, primary.owner.gid);
    return { ...primary, data: copy };
  } finally {
    await client.end();
  }
}

async function placeOf(client: pg.Client): Promise<Primary> {
  const { rows } = await client.query<{ bin: string; data: string }>(
    `SELECT setting AS bin, current_setting('data_directory') AS data FROM pg_config WHERE name = 'BINDIR'`,
  );
  const { bin = '', data = '' } = rows[0] ?? {};
  const { uid, gid } = await stat(data);
  return { bin, data, owner: { uid, gid } };
}

/** They were renamed in PostgreSQL 15. */
async function backupFunctions(client: pg.Client): Promise<readonly [string, string]> {
  const { rows } = await client.query<{ number: number }>(
    `SELECT current_setting('server_version_num')::integer AS number`,
  );
  return (rows[0]?.number ?? 0) >= 150_000
    ? [`pg_backup_start('standby', true)`, 'pg_backup_stop(false)']
    : [`pg_start_backup('standby', true, false)`, 'pg_stop_backup(false, false)'];
}

/** With owners and modes; what vanishes meanwhile (a temporary file) is none of the backup's concern. */
function copyFolder(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
  if (status !== 0 && !/No such file/.test(stderr)) throw new Error(`cp: ${stderr}`);
}

async function writeOwned({ owner }: Primary, path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o600);
  await chown(path, owner.uid, owner.gid);
}

/** A server that lets no one in tells why. */
function waitUntilRefuses(target: PostgresTarget): Promise<void> {
  return until(async () => {
    const client = new pg.Client(clientConfig(target)).on('error', () => undefined);
    const error: unknown = await client.connect().catch((reason: unknown) => reason);
    await client.end().catch(() => undefined);
    return /standby/i.test(String((error as { readonly detail?: string } | undefined)?.detail));
  });
}

async function start(
  { bin, data, owner, settings: more = [] }: Primary,
  folder: string,
  target: PostgresTarget,
): Promise<Standby> {
  const settings = [
    `port=${target.port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    // After a failover, how long it waits before it tries the next primary; the default is 5 s.
    'wal_retrieve_retry_interval=200ms',
  ];
  const isClosed = more.includes('hot_standby=off');
  const options = [...settings, 'hot_standby=on', 'max_connections=200', ...more].flatMap((setting) => [
    '-c',
    setting,
  ]);
  const command = [join(bin, 'postgres'), '-D', data, ...options];
  const supervisor = supervise({ folder, command, owner });
  try {
    await (isClosed ? waitUntilRefuses(target) : waitUntilAnswers(target));
    return { target, stop: () => stopSupervised(supervisor) };
  } catch (error) {
    await stopSupervised(supervisor);
    throw error;
  }
}
