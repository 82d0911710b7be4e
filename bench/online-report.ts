import { DEFAULT_LIMITS } from '../src/migrator/run-limits.js';
import { KINDS, NOTES, type Kind } from './online-kinds.js';
import { fault, type Measured, type Scale } from './online-measure.js';
import { printTable } from './table.js';

/** Both ways to make one change. */
export interface Compared {
  readonly kind: Kind;
  readonly ours: Measured;
  readonly typeorm: Measured | undefined;
}

const NUMBERS = ['blocked ms', 'longest ms', 'failed', 'p99 ms', 'took ms'];
const HEADING = ['', ...NUMBERS, 'revisions', 'retries', '| TypeORM: blocked ms', ...NUMBERS.slice(1)];

/** Prints the table, what failed, and the verdict, which is the exit code as well. */
export function report(compared: readonly Compared[], { rows, rate }: Scale): void {
  process.stdout.write(
    `\n${rows} rows in jobs; 4 readers and 4 writers, ${rate} statements a second in all, each measured from when it was due;\n` +
      'blocked: how long one waited for a lock at most; longest: how long one took in all\n',
  );
  printTable(HEADING, compared.map(rowOf));
  process.stdout.write(`${NOTES.join('\n')}\n`);
  for (const { kind, ours, typeorm } of compared) {
    printFailures(`${kind.title}, ours`, ours);
    if (typeorm) printFailures(`${kind.title}, TypeORM`, typeorm);
  }
  judge(compared);
}

/** A row of the table. */
export function rowOf({ kind, ours, typeorm }: Compared): readonly string[] {
  const width = Math.max(...KINDS.map(({ title }) => title.length));
  const { steps, retries } = ours;
  return [
    kind.title.padEnd(width),
    ...numbersOf(ours),
    String(steps),
    String(retries),
    ...(typeorm ? numbersOf(typeorm) : []),
  ];
}

/** The cells of what traffic saw of a change. */
export function numbersOf({
  blockedMs,
  longestMs,
  failed,
  p99Ms,
  durationMs,
  error,
}: Measured): readonly string[] {
  const took = error === undefined ? durationMs.toFixed(0) : 'failed';
  return [blockedMs.toFixed(0), longestMs.toFixed(0), String(failed), p99Ms.toFixed(0), took];
}

/** Prints why a change or its traffic failed. */
export function printFailures(title: string, { failures, error }: Measured): void {
  const lines = [...failures].map(([message, count]) => `${count} queries: ${message}`);
  if (error !== undefined) lines.unshift(`the change itself: ${error}`);
  for (const line of lines) process.stdout.write(`${title}: ${line}\n`);
}

function judge(compared: readonly Compared[]): void {
  const faults = compared.flatMap(({ kind, ours }) => {
    const problem = kind.rewrite ? undefined : fault(ours);
    return problem === undefined ? [] : [`${kind.title}: ${problem}`];
  });
  const most = DEFAULT_LIMITS.lockTimeoutMs;
  process.stdout.write(
    faults.length === 0
      ? `\nOurs: no query failed, and none waited for a lock for longer than the lock timeout of ${most} ms.\n`
      : `\nWrong:\n${faults.join('\n')}\n`,
  );
  if (faults.length > 0) process.exitCode = 1;
}
