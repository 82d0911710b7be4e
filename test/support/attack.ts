import { setTimeout as pause } from 'node:timers/promises';
import { createDataSource } from '../../src/data-source.js';
import { withWritableConnection } from '../../src/databases/read-only-connection.js';
import { isOwnError, messageOf } from '../../src/errors/base.js';
import { LineLogger } from '../../src/logger.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { parseSettings } from '../../src/settings.js';
import { newDatabase, postgresTargetOf, type ChainDatabase } from './chain-database.js';
import { CHAIN, CHAIN_ENTITIES, TRANSACTIONAL_CHAIN } from './chain.js';
import {
  codeTotals,
  faultsIn,
  isFine,
  judged,
  sumOfJudged,
  upInProcess,
  type Judged,
  type Outcome,
} from './migrators.js';
import { withRawClient } from './raw-postgres.js';
import { postgresServer } from './servers.js';

/** What came of migrators some of whose sessions were ended at random; sums are of all rounds. */
export interface AttackResult extends Judged {
  readonly rounds: number;
  readonly migrators: number;
  readonly endedSessions: number;
  /** Revisions applied twice or recorded wrongly, and databases that the next `up` did not complete. */
  readonly wrong: readonly string[];
}

/** How to attack. */
export interface AttackOptions {
  readonly rounds: number;
  /** How many at once. */
  readonly migrators: number;
  /** The longest pause between two ended sessions, milliseconds. */
  readonly pauseMs: number;
  /** Each in a process of its own, or all in this one, which is quicker; what nothing listens to then ends this one. */
  readonly where: 'processes' | 'here';
}

/** Every other round has an index made CONCURRENTLY in it. */
export async function attack({ rounds, ...options }: AttackOptions): Promise<AttackResult> {
  let total = NONE;
  for (let round = 0; round < rounds; round += 1) {
    const result = await attackOnce(round % 2 === 1 ? CHAIN : TRANSACTIONAL_CHAIN, options);
    total = sumOf(total, result);
  }
  return total;
}

/** In one line, for people. */
export function attackTotals(result: AttackResult): string {
  return (
    `sessions ended at random: ${result.rounds} rounds, ${result.migrators} migrators, ${result.starts} starts, ${result.endedSessions} sessions ended, ` +
    `${result.fine} starts ended with 0, others by code: ${codeTotals(result.failures)}; ` +
    `${result.uncoded.length} without a code or a remedy, ${result.uncaught.length} uncaught, ${result.wrong.length} wrong`
  );
}

const NONE: AttackResult = { ...judged([]), rounds: 0, migrators: 0, endedSessions: 0, wrong: [] };

type Start = () => Promise<Outcome>;

async function attackOnce(
  chain: typeof CHAIN,
  { migrators, pauseMs, where }: Omit<AttackOptions, 'rounds'>,
): Promise<AttackResult> {
  const database = await newDatabase('postgres');
  const start = where === 'here' ? () => upHere(database, chain) : () => upInProcess(database.url, chain);
  try {
    const over = new AbortController();
    const ending = endSessions(database, pauseMs, over.signal);
    const ended = (await Promise.all(Array.from({ length: migrators }, () => runUntilFine(start)))).flat();
    over.abort();
    const endedSessions = await ending;
    const last = await start();
    const wrong = last.error || last.uncaught ? [`the next up failed: ${JSON.stringify(last)}`] : [];
    wrong.push(...(await faultsIn(database, chain)));
    return { ...judged(ended), rounds: 1, migrators, endedSessions, wrong };
  } finally {
    await database.remove();
  }
}

/** How often a migrator is started at most. */
const STARTS = 4;

async function runUntilFine(start: Start): Promise<readonly Outcome[]> {
  const all: Outcome[] = [];
  while (all.length < STARTS && !(all.length > 0 && isFine(all.at(-1)))) all.push(await start());
  return all;
}

async function upHere({ target }: ChainDatabase, chain: typeof CHAIN): Promise<Outcome> {
  const logger = new LineLogger('error', () => undefined);
  const contents = { entities: CHAIN_ENTITIES, migrations: chain, logger };
  const dataSource = createDataSource({ ...parseSettings({}), database: target }, contents);
  try {
    await withWritableConnection(dataSource, () => migrateUp(dataSource));
    return {};
  } catch (error) {
    return { error: { code: isOwnError(error) ? error.code : 'UNEXPECTED', message: messageOf(error) } };
  }
}

/** From another database, so that it never ends itself; gives how many it has ended. */
async function endSessions(database: ChainDatabase, pauseMs: number, over: AbortSignal): Promise<number> {
  const { database: name } = postgresTargetOf(database);
  let ended = 0;
  await withRawClient({ ...postgresServer(), database: 'postgres' }, async (client) => {
    while (!over.aborted) {
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
          WHERE datname = $1 AND backend_type = 'client backend' ORDER BY random() LIMIT 1) AS one`,
        [name],
      );
      ended += rowCount ?? 0;
      await pause(Math.random() * pauseMs);
    }
  });
  return ended;
}

function sumOf(one: AttackResult, other: AttackResult): AttackResult {
  return {
    ...sumOfJudged(one, other),
    rounds: one.rounds + other.rounds,
    migrators: one.migrators + other.migrators,
    endedSessions: one.endedSessions + other.endedSessions,
    wrong: [...one.wrong, ...other.wrong],
  };
}
