import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresTarget } from '../../src/database-url.js';
import { CHAIN, TRANSACTIONAL_CHAIN } from './chain.js';
import { clusterUrl, rowsOn, startCluster, type Cluster } from './cluster.js';
import { withClient } from './failures.js';
import { NOTES, startApplication, type ApplicationResult } from './failover-application.js';
import { watchClaims, type Claims } from './failover-claims.js';
import { faultsIn, isFine, judged, upInProcess, type Judged, type Outcome } from './migrators.js';
import type { SuddenEnd } from './server-end.js';
import { until } from './until.js';

/** What came of a round: a failover at a random moment under migrators and an application. */
export interface FailoverRound {
  /**
   * Whether a commit was acknowledged only when the standby had it. Asynchronous replication loses the last commits of a
   * primary that ends, whatever a client does; so only synchronous rounds count acknowledged writes and answers of
   * before. In the others an answer is judged by the server that gave it.
   */
  readonly isSynchronous: boolean;
  /** Whether an index was made CONCURRENTLY among the revisions. */
  readonly isConcurrent: boolean;
  readonly how: SuddenEnd;
  /** How many revisions the old primary had recorded when it ended. */
  readonly recordedBefore: number;
  /** How many of these the standby had when it was promoted. */
  readonly recordedAfter: number;
  readonly migrators: Judged;
  readonly application: ApplicationResult;
  /** Acknowledged writes that the next primary does not have. */
  readonly lostWrites: number;
  /** How many answers "at head" or "in sync" were compared with the records. */
  readonly claims: number;
  /** Revisions run twice or recorded wrongly, wrong answers, missed or lost writes. */
  readonly wrong: readonly string[];
}

/** Starts a primary and a standby, and lets them change places in each round. */
export async function failOverAtRandom(
  { rounds, migrators }: { readonly rounds: number; readonly migrators: number },
  tell: (round: FailoverRound, number: number) => void = () => undefined,
): Promise<readonly FailoverRound[]> {
  const cluster = await startCluster(1);
  const all: FailoverRound[] = [];
  try {
    for (let number = 0; number < rounds; number += 1) {
      const round = await failOverOnce(cluster, { migrators, ...kindOf(number) });
      tell(round, number + 1);
      all.push(round);
    }
    return all;
  } finally {
    await cluster.stop();
  }
}

type Kind = Pick<FailoverRound, 'isSynchronous' | 'isConcurrent' | 'how'>;

/** All eight kinds in turn; the first two differ in everything. */
function kindOf(number: number): Kind {
  return {
    isSynchronous: number % 2 === 0,
    isConcurrent: ((number >> 1) % 2 === 0) === (number % 2 === 0),
    how: ((number >> 2) % 2 === 0) === (number % 2 === 0) ? 'kill -9' : 'immediate stop',
  };
}

/** The longest pauses between the end, the promotion and the return, milliseconds. */
const AWAY_MS = 400;
const ALONE_MS = 600;
/** About what a revision takes, so that the primary ends between two or within one. */
const BETWEEN_MS = 12;
/** Sessions that try to take the migration lock, or hold it. */
const LOCKERS = `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_try_advisory_xact_lock%'
  AND pid <> pg_backend_pid()`;
const LISTS = `SELECT count(*)::integer AS n FROM pg_class WHERE relname = 'migrations'`;
const RECORDS = 'SELECT count(*)::integer AS n FROM migrations';
/** How long a revision is looked for before the primary ends all the same. */
const MOMENT_MS = 40_000;

async function failOverOnce(
  cluster: Cluster,
  { migrators, ...kind }: Kind & { readonly migrators: number },
): Promise<FailoverRound> {
  const chain = kind.isConcurrent ? CHAIN : TRANSACTIONAL_CHAIN;
  await cluster.setSynchronous(kind.isSynchronous);
  const database = await newDatabaseOn(cluster);
  const url = clusterUrl(cluster, database);
  const target = () => ({ ...cluster.primary, database });
  const application = await startApplication(url, kind.isSynchronous);
  const claims = watchClaims({ cluster, database, url, chain, isSynchronous: kind.isSynchronous });
  const start = () => claims.judge(() => upInProcess(url, chain));
  const running = Promise.all(Array.from({ length: migrators }, () => runUntilFine(start)));
  const recorded = await failOver(cluster, {
    database,
    moment: Math.floor(Math.random() * (chain.length + 1)),
    how: kind.how,
  });
  const ended = await running;
  const claimed = await claims.stop();
  const seen = await application.stop();
  const last = await start();
  const lostWrites = await lostOf(target(), seen.acknowledged);
  const wrong = [
    ...claimed.wrong,
    ...seen.wrong,
    ...ended.filter((all) => !isFine(all.at(-1))).map((all) => `no success in ${all.length} starts`),
    ...(isFine(last) ? [] : [`the next up failed: ${JSON.stringify(last)}`]),
    ...(await faultsIn({ target: target() }, chain)),
    ...(kind.isSynchronous && lostWrites > 0 ? [`${lostWrites} acknowledged writes are lost`] : []),
  ];
  await rowsOn(cluster.primary, `DROP DATABASE ${database} WITH (FORCE)`);
  return {
    ...kind,
    ...recorded,
    migrators: sumUp(ended.flat(), claimed),
    application: seen,
    lostWrites,
    claims: claimed.count,
    wrong,
  };
}

/** A server that is gone needs no further words than that it cannot be reached. */
const REMEDY = /again|^Cannot connect to /;

/** Failures of the commands that look count as those of the ones that migrate. */
function sumUp(ended: readonly Outcome[], { outcomes }: Claims): Judged {
  return judged([...ended, ...outcomes], REMEDY);
}

async function newDatabaseOn(cluster: Cluster): Promise<string> {
  const database = `failover_${randomBytes(6).toString('hex')}`;
  await rowsOn(cluster.primary, `CREATE DATABASE ${database}`);
  await rowsOn({ ...cluster.primary, database }, NOTES);
  for (const standby of cluster.standbys)
    await until(() =>
      rowsOn({ ...standby, database }, 'SELECT FROM notes').then(
        () => true,
        () => false,
      ),
    );
  return database;
}

interface Failover {
  readonly database: string;
  /** So many revisions are recorded when the primary ends; 0 is when the first session is there. */
  readonly moment: number;
  readonly how: SuddenEnd;
}

async function failOver(
  cluster: Cluster,
  { database, moment, how }: Failover,
): Promise<Pick<FailoverRound, 'recordedBefore' | 'recordedAfter'>> {
  const old = { ...cluster.primary, database };
  const recordedBefore = await atMoment(old, moment, () => cluster.endPrimary(how));
  await pause(Math.random() * AWAY_MS);
  const next = await cluster.promoteNext();
  const recordedAfter = await recordedOn({ ...next, database });
  await pause(Math.random() * ALONE_MS);
  await cluster.rejoin();
  return { recordedBefore, recordedAfter };
}

/** Acts when so many revisions are recorded, or a random moment later; gives how many were then. */
async function atMoment(target: PostgresTarget, moment: number, act: () => Promise<void>): Promise<number> {
  const limit = Date.now() + MOMENT_MS;
  return withClient(target, async (client) => {
    const read = async (sql: string) => Number((await client.query<{ n: number }>(sql)).rows[0]?.n);
    while ((await read(LOCKERS)) === 0 && Date.now() < limit) await pause(2);
    while (moment > 0 && (await read(LISTS)) === 0 && Date.now() < limit) await pause(2);
    const recorded = async () => ((await read(LISTS)) === 0 ? 0 : read(RECORDS));
    while ((await recorded()) < moment && Date.now() < limit) await pause(1);
    await pause(Math.random() * BETWEEN_MS);
    const count = await recorded();
    await act();
    return count;
  });
}

async function recordedOn(target: PostgresTarget): Promise<number> {
  const [lists] = await rowsOn(target, LISTS);
  return lists?.['n'] === 0 ? 0 : Number((await rowsOn(target, RECORDS))[0]?.['n']);
}

const LIMIT_MS = 60_000;
const AGAIN_MS = 150;

/** As its words demand: the same command again. */
async function runUntilFine(start: () => Promise<Outcome>): Promise<readonly Outcome[]> {
  const all: Outcome[] = [];
  const limit = Date.now() + LIMIT_MS;
  while (!(all.length > 0 && isFine(all.at(-1))) && Date.now() < limit) {
    if (all.length > 0) await pause(AGAIN_MS);
    all.push(await start());
  }
  return all;
}

async function lostOf(target: PostgresTarget, acknowledged: readonly string[]): Promise<number> {
  const rows = await rowsOn(target, 'SELECT id FROM notes');
  const kept = new Set(rows.map(({ id }) => id));
  return acknowledged.filter((id) => !kept.has(id)).length;
}
