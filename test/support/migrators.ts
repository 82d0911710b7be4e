import { onChain, type ChainDatabase } from './chain-database.js';
import { readState } from './chain-state.js';
import { CHAIN } from './chain.js';
import { dataSourceFile, startProcess, type Ended } from './processes.js';

/** How a start of a migrator ended: without an error, or with one, or by an event that nothing listened to. */
export interface Outcome {
  readonly error?: { readonly code: string; readonly message: string };
  readonly uncaught?: string;
  /** Where it reports the database to be, after a success. */
  readonly current?: string | null;
}

/** Whether it ended with code 0. */
export function isFine(outcome: Outcome | undefined): boolean {
  return outcome?.error === undefined && outcome?.uncaught === undefined;
}

/** Runs `up` with a chain in a process of its own. */
export async function upInProcess(url: string, chain: typeof CHAIN): Promise<Outcome> {
  const file = chain === CHAIN ? 'chain-data-source' : 'transactional-chain-data-source';
  const args = ['up', '--json', ...dataSourceFile(file)];
  const ended = await startProcess({ script: 'orchestrator-db', args, env: { DATABASE_URL: url } }).ended;
  if (ended.code === 0) return { current: (JSON.parse(ended.stdout) as { current: string | null }).current };
  const isUncaught = /Uncaught|Unhandled|node:events/i.test(ended.stderr) || ended.signal !== null;
  return isUncaught ? { uncaught: wordsOf(ended) } : { error: errorIn(ended) };
}

/** What the outcomes of starts add up to. */
export interface Judged {
  /** How often one was started. */
  readonly starts: number;
  /** How many starts ended with code 0. */
  readonly fine: number;
  /** How often they ended with each code. */
  readonly failures: Readonly<Record<string, number>>;
  /** Failures without a code or a remedy, with what was printed. */
  readonly uncoded: readonly string[];
  /** Processes that an event ended which nothing listened to. */
  readonly uncaught: readonly string[];
}

/** After each failure the same command again is the remedy. */
const REMEDY = /again/;

/**
 * Counts outcomes.
 *
 * @param remedy what the words of each failure contain
 */
export function judged(all: readonly Outcome[], remedy = REMEDY): Judged {
  const failures: Record<string, number> = {};
  const uncoded: string[] = [];
  for (const { error } of all) {
    if (!error) continue;
    const { code, message } = error;
    if (code === 'UNEXPECTED' || !remedy.test(message)) uncoded.push(`${code}: ${message}`);
    failures[code] = (failures[code] ?? 0) + 1;
  }
  const uncaught = all.flatMap((outcome) => outcome.uncaught ?? []);
  const fine = all.filter(isFine).length;
  return { starts: all.length, fine, failures, uncoded, uncaught };
}

/** The sums of two counts. */
export function sumOfJudged(one: Judged, other: Judged): Judged {
  return {
    starts: one.starts + other.starts,
    fine: one.fine + other.fine,
    failures: sumOfCodes(one.failures, other.failures),
    uncoded: [...one.uncoded, ...other.uncoded],
    uncaught: [...one.uncaught, ...other.uncaught],
  };
}

/** How often each code came, of two counts. */
export function sumOfCodes(one: Judged['failures'], other: Judged['failures']): Judged['failures'] {
  const sum: Record<string, number> = { ...one };
  for (const [code, times] of Object.entries(other)) sum[code] = (sum[code] ?? 0) + times;
  return sum;
}

/** In words. */
export function codeTotals(failures: Judged['failures']): string {
  return (
    Object.entries(failures)
      .map(([code, times]) => `${times} ${code}`)
      .join(', ') || 'none'
  );
}

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
export function faultsIn(
  database: Pick<ChainDatabase, 'target'>,
  chain: typeof CHAIN,
): Promise<readonly string[]> {
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
