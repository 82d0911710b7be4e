import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresTarget } from '../../src/database-url.js';
import { startEmbeddedPostgres } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { withClient } from './failures.js';
import { endServer, type SuddenEnd } from './server-end.js';
import { urlOf } from './servers.js';
import { followed, promote, startFollower, trustAll } from './standby.js';
import { until } from './until.js';

/** Servers that stay at their addresses: one of them is the primary, the others stream from it. */
export interface Cluster {
  /** All of them, on the ports that they keep, those that are gone included. */
  readonly servers: readonly PostgresTarget[];
  /** The primary now; the one that has ended until another one is promoted. */
  readonly primary: PostgresTarget;
  /** Those that stream, or are to stream, from it. */
  readonly standbys: readonly PostgresTarget[];
  /** Ends the primary without a warning. */
  endPrimary(how: SuddenEnd): Promise<void>;
  /** Makes the standby the primary that has received most; the other standbys follow it. */
  promoteNext(): Promise<PostgresTarget>;
  /** Each server that is gone comes back as a standby, with a copy of the primary: the npm package has no pg_rewind. */
  rejoin(): Promise<void>;
  /**
   * Whether a commit is acknowledged only when a standby has it too. A promotion then loses nothing that a client was told
   * of. Without it, streaming is asynchronous: the last commits of a primary that ends may be lost with it.
   */
  setSynchronous(on: boolean): Promise<void>;
  /** Ends all of them and removes their data. */
  stop(): Promise<void>;
}

/** A server and where it keeps its data. */
interface Member {
  readonly target: PostgresTarget;
  readonly data: string;
  readonly stop: () => Promise<void>;
  isGone: boolean;
}

/** Starts a primary and that many standbys, empty. */
export async function startCluster(standbys: number): Promise<Cluster> {
  const first = await startEmbeddedPostgres();
  const members: Member[] = [];
  try {
    members.push(await memberOf(first));
    await trustAll(first.target);
    // The scratch server is started with it off; a setting of the role has precedence, and the standbys get it too.
    await rowsOn(first.target, 'ALTER ROLE CURRENT_USER SET synchronous_commit = on');
    for (let count = 0; count < standbys; count += 1)
      members.push(await memberOf(await startFollower(first.target)));
    return clusterOf(members);
  } catch (error) {
    await stopAll(members.length > 0 ? members : [first]);
    throw error;
  }
}

/** The URL of a database of a cluster, its servers in their order; parameters begin with `?`. */
export function clusterUrl({ servers }: Pick<Cluster, 'servers'>, database: string, parameters = ''): string {
  const [first, ...others] = servers;
  if (first === undefined) throw new Error('A cluster has a server.');
  const list = [`:${first.port}`, ...others.map(({ host, port }) => `${host}:${port}`)].join(',');
  return urlOf({ ...first, database }).replace(`:${first.port}`, list) + parameters;
}

function clusterOf(members: Member[]): Cluster {
  const ports = members.map(({ target }) => target.port);
  let primary = ports[0];
  const memberAt = (port: number | undefined) => members.find(({ target }) => target.port === port)!;
  const followers = () => members.filter(({ target, isGone }) => target.port !== primary && !isGone);
  return {
    get servers() {
      return ports.map((port) => memberAt(port).target);
    },
    get primary() {
      return memberAt(primary).target;
    },
    get standbys() {
      return followers().map(({ target }) => target);
    },
    endPrimary: async (how) => {
      const member = memberAt(primary);
      member.isGone = true;
      await endServer(member.data, how);
    },
    promoteNext: async () => {
      const standbys = followers().map(({ target }) => target);
      await Promise.all(standbys.map(untilAllRead));
      const next = await furthest(standbys);
      await promote(next);
      primary = next.port;
      for (const { target } of followers()) await follow(target, next);
      return next;
    },
    rejoin: async () => {
      for (const [at, member] of members.entries()) if (member.isGone) members[at] = await comeBack(member);
      await untilStreaming(memberAt(primary).target, members.length - 1).catch(withLogs(members));
    },
    setSynchronous: async (on) => {
      for (const { target } of members)
        await set(target, { name: 'synchronous_standby_names', value: on ? '*' : '' });
      if (on) await untilStreaming(memberAt(primary).target, members.length - 1, 'sync');
    },
    stop: () => stopAll(members),
  };

  async function comeBack(gone: Member): Promise<Member> {
    await gone.stop();
    return memberOf(await startFollower(memberAt(primary).target, gone.target.port));
  }
}

/** A failure with what the servers have written last. */
function withLogs(members: readonly Member[]): (error: unknown) => never {
  return (error) => {
    const logs = members.map(({ target, data }) => {
      const lines = readFileSync(join(data, '../log'), 'utf8').trim().split('\n');
      return `${target.port}:\n${lines.slice(-15).join('\n')}`;
    });
    throw new Error(`${String(error)}\n${logs.join('\n')}`, { cause: error });
  };
}

async function memberOf({ target, stop }: Pick<Member, 'target' | 'stop'>): Promise<Member> {
  const [row] = await rowsOn(target, `SELECT current_setting('data_directory') AS data`);
  return { target, data: String(row?.['data']), stop, isGone: false };
}

async function stopAll(members: readonly Pick<Member, 'stop'>[]): Promise<void> {
  for (const { stop } of members) await stop();
}

/**
 * Until a standby has read all that its primary had sent before it ended. Otherwise it may read more than the one that is
 * promoted meanwhile, and cannot follow that one any more.
 */
async function untilAllRead(standby: PostgresTarget): Promise<void> {
  await until(async () => {
    const streaming = await rowsOn(standby, `SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming'`);
    return streaming.length === 0;
  });
}

/** The standby that has received most of its primary that is gone: a promotion of another one would lose more. */
async function furthest(standbys: readonly PostgresTarget[]): Promise<PostgresTarget> {
  const received = `SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::float8 AS bytes`;
  const found = await Promise.all(
    standbys.map(async (target) => ({
      target,
      bytes: Number((await rowsOn(target, received))[0]?.['bytes'] ?? 0),
    })),
  );
  const [most] = found.sort((one, other) => other.bytes - one.bytes);
  if (most === undefined) throw new Error('There is no standby to promote.');
  return most.target;
}

async function follow(standby: PostgresTarget, primary: PostgresTarget): Promise<void> {
  await set(standby, { name: 'primary_conninfo', value: followed(primary) });
}

async function set(
  target: PostgresTarget,
  { name, value }: { readonly name: string; readonly value: string },
): Promise<void> {
  await rowsOn(target, `ALTER SYSTEM SET ${name} = '${value}'`);
  await rowsOn(target, 'SELECT pg_reload_conf()');
}

async function untilStreaming(primary: PostgresTarget, count: number, state?: 'sync'): Promise<void> {
  const only = state === undefined ? '' : ` AND sync_state = '${state}'`;
  const least = state === undefined ? count : Math.min(count, 1);
  await until(async () => {
    const rows = await rowsOn(primary, `SELECT FROM pg_stat_replication WHERE state = 'streaming'${only}`);
    return rows.length >= least;
  });
}

/** The rows of one statement, in a session of its own. */
export function rowsOn(target: PostgresTarget, sql: string): Promise<readonly Record<string, unknown>[]> {
  return withClient(target, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
}
