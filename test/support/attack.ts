import { setTimeout as pause } from 'node:timers/promises';
import { createDataSource } from '../../src/data-source.js';
import { withWritableConnection } from '../../src/databases/read-only-connection.js';
import { isOwnError, messageOf } from '../../src/errors/base.js';
import { LineLogger } from '../../src/logger.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { parseSettings } from '../../src/settings.js';
import { newDatabase, onChain, postgresTargetOf, type ChainDatabase } from './chain-database.js';
import { readState } from './chain-state.js';
import { CHAIN, CHAIN_ENTITIES, TRANSACTIONAL_CHAIN } from './chain.js';
import { dataSourceFile, startProcess, type Ended } from './processes.js';
import { withRawClient } from './raw-postgres.js';
import { postgresServer } from './servers.js';

/** What came of migrators some of whose sessions were ended at random; sums are of all rounds. */
export interface AttackResult {
  readonly rounds: number;
  readonly migrators: number;
  /** How often one was started: it is run again after a failure, as its words demand. */
  readonly starts: number;
  /** How many starts ended with code 0. */
  readonly fine: number;
  readonly endedSessions: number;
  /** How often they ended with each code. */
  readonly failures: Readonly<Record<string, number>>;
  /** Failures without a code or a remedy, with what was printed. */
  readonly uncoded: readonly string[];
  /** Processes that an event ended which nothing listened to. */
  readonly uncaught: readonly string[];
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

/** How a start of a migrator ended: without an error, or with one, or by an event that nothing listened to. */
interface Outcome {
  readonly error?: { readonly code: string; readonly message: string };
  readonly uncaught?: string;
}

/** Every other round has an index made CONCURRENTLY in it. */
export async function attack({ rounds, ...options }: AttackOptions): Promise<AttackResult> {
  let total: AttackResult = { ...NONE };
  for (let round = 0; round < rounds; round += 1) {
    const result = await attackOnce(round % 2 === 1 ? CHAIN : TRANSACTIONAL_CHAIN, options);
    total = sumOf(total, result);
  }
  return total;
}

/** In one line, for people. */
export function attackTotals(result: AttackResult): string {
  const codes = Object.entries(result.failures).map(([code, times]) => `${times} ${code}`);
  return (
    `sessions ended at random: ${result.rounds} rounds, ${result.migrators} migrators, ${result.starts} starts, ${result.endedSessions} sessions ended, ` +
    `${result.fine} starts ended with 0, others by code: ${codes.join(', ') || 'none'}; ` +
    `${result.uncoded.length} without a code or a remedy, ${result.uncaught.length} uncaught, ${result.wrong.length} wrong`
  );
}

const NONE: AttackResult = {
  rounds: 0,
  migrators: 0,
  starts: 0,
  fine: 0,
  endedSessions: 0,
  failures: {},
  uncoded: [],
  uncaught: [],
  wrong: [],
};

type Start = () => Promise<Outcome>;

async function attackOnce(
  chain: typeof CHAIN,
  { migrators, pauseMs, where }: Omit<AttackOptions, 'rounds'>,
): Promise<AttackResult> {
  const database = await newDatabase('postgres');
  const start = where === 'here' ? () => upHere(database, chain) : () => upInProcess(database, chain);
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

function isFine(outcome: Outcome | undefined): boolean {
  return outcome?.error === undefined && outcome?.uncaught === undefined;
}

async function upInProcess({ url }: ChainDatabase, chain: typeof CHAIN): Promise<Outcome> {
  const file = chain === CHAIN ? 'chain-data-source' : 'transactional-chain-data-source';
  const args = ['up', '--json', ...dataSourceFile(file)];
  const ended = await startProcess({ script: 'orchestrator-db', args, env: { DATABASE_URL: url } }).ended;
  if (ended.code === 0) return {};
  const isUncaught = /Uncaught|Unhandled|node:events/i.test(ended.stderr) || ended.signal !== null;
  return isUncaught ? { uncaught: wordsOf(ended) } : { error: errorIn(ended) };
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

function judged(all: readonly Outcome[]): AttackResult {
  const failures: Record<string, number> = {};
  const uncoded: string[] = [];
  for (const { error } of all) {
    if (!error) continue;
    const { code, message } = error;
    if (code === 'UNEXPECTED' || !REMEDY.test(message)) uncoded.push(`${code}: ${message}`);
    failures[code] = (failures[code] ?? 0) + 1;
  }
  const uncaught = all.flatMap((outcome) => outcome.uncaught ?? []);
  const fine = all.filter(isFine).length;
  return { ...NONE, starts: all.length, fine, failures, uncoded, uncaught };
}

/** After each of these failures the same command again is the remedy. */
const REMEDY = /again/;

function errorIn(ended: Ended): NonNullable<Outcome['error']> {
  try {
    const { error } = JSON.parse(ended.stdout) as { error: { code: string; message: string } };
    return error;
  } catch {
    return { code: 'UNEXPECTED', message: wordsOf(ended) };
  }
}

function wordsOf({ code, signal, stdout, stderr }: Ended): string {
  return `${String(signal ?? code)}: ${stderr.trim() || stdout.trim()}`;
}

/** What is not as one process alone would have left it; failed attempts aside. */
function faultsIn(database: ChainDatabase, chain: typeof CHAIN): Promise<readonly string[]> {
  const names = chain.map(({ name }) => name);
  return onChain(database, async (dataSource) => {
    const { records, rows } = await readState(dataSource, 'postgres');
    const done = await dataSource.query<{ revision: string }[]>(
      `SELECT "revision" FROM "migrations_attempt" WHERE "outcome" = 'done' ORDER BY "id"`,
    );
    const invalid = await dataSource.query<unknown[]>(
      'SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid',
    );
    const facts: readonly (readonly [string, unknown, unknown])[] = [
      ['records', records, names],
      ['done', done.map(({ revision }) => revision), names],
      ['counter', rows['counter'], [{ id: 1, value: 1 }]],
      ['parents', rows['parent']?.length, 50],
      ['children', rows['child']?.length, 100],
      ['invalid indexes', invalid, []],
    ];
    return facts.flatMap(([what, is, should]) =>
      JSON.stringify(is) === JSON.stringify(should) ? [] : [`${what}: ${JSON.stringify(is)}`],
    );
  });
}

function sumOf(one: AttackResult, other: AttackResult): AttackResult {
  const failures: Record<string, number> = { ...one.failures };
  for (const [code, times] of Object.entries(other.failures)) failures[code] = (failures[code] ?? 0) + times;
  return {
    rounds: one.rounds + other.rounds,
    migrators: one.migrators + other.migrators,
    starts: one.starts + other.starts,
    fine: one.fine + other.fine,
    endedSessions: one.endedSessions + other.endedSessions,
    failures,
    uncoded: [...one.uncoded, ...other.uncoded],
    uncaught: [...one.uncaught, ...other.uncaught],
    wrong: [...one.wrong, ...other.wrong],
  };
}
