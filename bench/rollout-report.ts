import { DEFAULT_LIMITS } from '../src/migrator/run-limits.js';
import type { RolloutScale } from './rollout.js';
import type { RolloutKind } from './rollout-kinds.js';
import { printTable } from './table.js';

/** What processes saw while one release replaced another. */
export interface Rolled {
  readonly kind: RolloutKind;
  readonly title: string;
  /** The messages of statements that failed, with how many. */
  readonly failures: ReadonlyMap<string, number>;
  /** Parts of the change that did not happen, and processes that did not start. */
  readonly errors: readonly string[];
  /** How long a statement waited for a lock at most. */
  readonly blockedMs: number;
  /** How long a statement took at most, from when it was due. */
  readonly longestMs: number;
  readonly baseP99Ms: number;
  readonly p99Ms: number;
  /** How long the migrator worked. */
  readonly seconds: number;
  readonly walBytes: number;
  readonly statements: number;
  /** Reads that gave another value than was acknowledged, the last look at every row included. */
  readonly wrong: number;
  readonly judged: number;
  readonly examples: readonly string[];
  /** Whether the rows that no process writes have their values. */
  readonly keptRows: boolean;
}

const HEADING = [
  '',
  '',
  'failed',
  'blocked ms',
  'longest ms',
  'p99 ms',
  'p99 before',
  'wrong',
  'compared',
  'rows kept',
  'took s',
  'WAL MB',
];

/** How much longer than the lock timeout a statement may wait. */
const INEXACT_MS = 500;

/** Prints the table and the verdict, which is the exit code as well. */
export function reportRollout(rolled: readonly Rolled[], { rows, rate }: RolloutScale): void {
  process.stdout.write(
    `\n${rows} rows in jobs; 4 processes of two releases, ${rate} statements a second in all\n`,
  );
  printTable(HEADING, rolled.map(rowOf));
  for (const one of rolled) printProblems(one);
  for (const { title, pgroll } of new Set(rolled.map(({ kind }) => kind)))
    process.stdout.write(`${title}: pgroll's documentation: ${pgroll}\n`);
  judge(rolled);
}

function rowOf(one: Rolled): readonly string[] {
  return [
    one.kind.title,
    one.title,
    String(failedIn(one)),
    one.blockedMs.toFixed(0),
    one.longestMs.toFixed(0),
    one.p99Ms.toFixed(0),
    one.baseP99Ms.toFixed(0),
    String(one.wrong),
    String(one.judged),
    one.keptRows ? 'yes' : 'NO',
    one.seconds.toFixed(1),
    (one.walBytes / 1e6).toFixed(0),
  ];
}

function failedIn({ failures }: Rolled): number {
  return [...failures.values()].reduce((sum, count) => sum + count, 0);
}

function printProblems({ kind, title, failures, errors, examples }: Rolled): void {
  const about = `${kind.title}, ${title}`;
  for (const error of errors) process.stdout.write(`${about}: ${error}\n`);
  for (const [message, count] of failures) process.stdout.write(`${about}: ${count} times ${message}\n`);
  for (const example of examples) process.stdout.write(`${about}: ${example}\n`);
}

function judge(rolled: readonly Rolled[]): void {
  const most = DEFAULT_LIMITS.lockTimeoutMs + INEXACT_MS;
  const isWrong = (one: Rolled) =>
    failedIn(one) > 0 || one.wrong > 0 || one.errors.length > 0 || !one.keptRows || !(one.blockedMs <= most);
  const faults = rolled.filter(({ title }) => title !== 'TypeORM').filter(isWrong);
  process.stdout.write(
    faults.length === 0
      ? `\nOurs: no statement failed, none waited for a lock for longer than ${most} ms, no value was wrong.\n`
      : `\nWrong: ${faults.map(({ kind, title }) => `${kind.title}, ${title}`).join('; ')}\n`,
  );
  if (faults.length > 0) process.exitCode = 1;
}
