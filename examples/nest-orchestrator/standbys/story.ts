import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresTarget } from '../../../src/database-url.js';
import { clusterUrl, rowsOn, startCluster, type Cluster } from '../../../test/support/cluster.js';
import { startReplica, type Replica } from '../../../test/support/example.js';
import { until } from '../../../test/support/until.js';
import { startClients, type Clients } from './clients.js';

/** What the story needs of its surroundings. */
export interface Surroundings {
  /** The compiled main module of the application. */
  readonly main: string;
  /** Prints a line. */
  readonly tell: (line: string) => void;
  /** Runs a command of this package with variables, and gives what it prints. */
  readonly run: (command: string, env: Readonly<Record<string, string>>) => Promise<string>;
}

const STANDBYS = 2;
const BEFORE = 20;
const AWAY_MS = 1000;

/**
 * The application on a primary with two standbys, one of which is promoted while it works.
 *
 * @throws Error where a job is lost, submitted twice or not found
 */
export async function tellStory(surroundings: Surroundings): Promise<void> {
  const cluster = await startCluster(STANDBYS);
  try {
    // An acknowledged job is on a standby as well, so that no job is lost with the primary.
    await cluster.setSynchronous(true);
    await onCluster(cluster, surroundings);
  } finally {
    await cluster.stop();
  }
}

async function onCluster(cluster: Cluster, surroundings: Surroundings): Promise<void> {
  const env = {
    DATABASE_URL: clusterUrl(cluster, 'postgres', '?target_session_attrs=read-write'),
    DATABASE_REPLICA_URLS: clusterUrl(
      cluster,
      'postgres',
      '?target_session_attrs=prefer-standby&load_balance_hosts=random',
    ),
  };
  surroundings.tell(
    `primary ${nameOf(cluster.primary)}, standbys ${cluster.standbys.map(nameOf).join(' and ')}`,
  );
  const app = startReplica({ ...env, DB_POOL_SIZE: '4' }, surroundings.main);
  try {
    await app.listening;
    surroundings.tell('the application has migrated on the primary, and listens');
    const clients = startClients(app);
    await withClients(clients, { cluster, app, surroundings, env });
  } finally {
    await app.stop();
  }
}

interface Stage {
  readonly cluster: Cluster;
  readonly app: Replica;
  readonly surroundings: Surroundings;
  readonly env: Readonly<Record<string, string>>;
}

async function withClients(clients: Clients, stage: Stage): Promise<void> {
  const { cluster, surroundings, env } = stage;
  const { tell } = surroundings;
  await until(() => Promise.resolve(clients.submitted.length >= BEFORE));
  tell(await sessionsOf(cluster));
  const old = cluster.primary;
  await cluster.endPrimary('kill -9');
  tell(`kill -9: the primary ${nameOf(old)} is gone`);
  await whileAway(stage);
  const next = await cluster.promoteNext();
  tell(`the standby ${nameOf(next)} is promoted, the other one follows it`);
  await untilMore(clients);
  tell(
    `jobs are submitted again; they were refused for ${Math.max(1, Math.round(clients.longestMs / 1000))} s, and each was sent again with its key`,
  );
  await cluster.rejoin();
  tell(`${nameOf(old)} comes back as a standby of ${nameOf(next)}`);
  await untilMore(clients);
  await clients.stop();
  tell(await sessionsOf(cluster));
  tell(indented(await surroundings.run('check', env)));
  tell(await jobsOf(cluster, clients));
}

/** Reads go on, from a standby; writes and readiness say that there is no primary. */
async function whileAway({ app, surroundings: { tell, run }, env }: Stage): Promise<void> {
  await pause(AWAY_MS);
  const list = await app.call('GET', '/jobs');
  tell(
    `  GET /jobs          ${list.status}, ${(list.body as readonly unknown[]).length} jobs, from a standby`,
  );
  const job = { body: { taskDescription: 'Refused' }, headers: { 'Idempotency-Key': 'refused' } };
  const submitted = await app.call('POST', '/jobs', job);
  tell(`  POST /jobs         ${submitted.status} ${(submitted.body as { readonly detail: string }).detail}`);
  const ready = await app.call('GET', '/health/ready');
  tell(`  GET /health/ready  ${ready.status}`);
  tell(indented(await run('up', env)));
}

async function untilMore(clients: Clients): Promise<void> {
  const before = clients.submitted.length;
  await until(() => Promise.resolve(clients.submitted.length >= before + BEFORE));
}

/** How many sessions the application has on each server. */
async function sessionsOf({ primary, standbys }: Cluster): Promise<string> {
  const sql = `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE application_name = 'orchestrator-db'`;
  const countOn = async (server: PostgresTarget) => String((await rowsOn(server, sql))[0]?.['n']);
  const lines = [`${await countOn(primary)} on the primary`];
  for (const standby of standbys) lines.push(`${await countOn(standby)} on ${nameOf(standby)}`);
  return `sessions of the application: ${lines.join(', ')}`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

/** @throws Error unless each acknowledged job is there once */
async function jobsOf({ primary }: Cluster, { submitted, read, again }: Clients): Promise<string> {
  const rows = await rowsOn(primary, 'SELECT job_id FROM jobs');
  const there = new Set(rows.map((row) => row['job_id']));
  const lost = submitted.filter((id) => !there.has(id));
  if (lost.length > 0 || rows.length !== submitted.length)
    throw new Error(`${rows.length} jobs are there, ${lost.length} of ${submitted.length} are lost.`);
  return `${submitted.length} jobs were acknowledged, ${again} of them sent again; all of them are there, each once; ${read} were read back at once`;
}

function nameOf({ host, port }: PostgresTarget): string {
  return `${host}:${port}`;
}
