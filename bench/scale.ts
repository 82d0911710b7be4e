import 'reflect-metadata';
import { loadavg } from 'node:os';
import { withScratchDatabase } from '../src/databases/postgres/scratch/scratch.js';
import { onlineServer } from './online-databases.js';
import { fault } from './online-measure.js';
import { numbersOf, printFailures } from './online-report.js';
import { divide, type Divided } from './scale-divide.js';
import { OF_ALL, OF_OLD, type Figure, type Given } from './scale-stages.js';
import { createTables, DAYS, OF_ONE_JOB } from './scale-tables.js';
import { printTable } from './table.js';

const HEADING = ['', 'plain', 'by month', 'better by'];
const DIVIDED = ['under traffic', 'blocked ms', 'longest ms', 'failed', 'p99 ms', 'took ms', 'revisions'];

/**
 * Prints what state transitions cost in a plain table and in one that is partitioned by month, with the same rows and in
 * one run: to insert, to find those of a job, to get rid of the old ones. In between the plain table becomes partitioned,
 * and plain again, while applications use it; ends with 1 where that failed a query or blocked one for longer than the
 * lock timeout. BENCH_ROWS and BENCH_RATE scale it.
 */
export async function scale(): Promise<void> {
  const rows = numberOf('BENCH_ROWS', 20_000_000);
  const rate = numberOf('BENCH_RATE', 200);
  const server = await onlineServer();
  try {
    await withScratchDatabase(server.target, async (target) => {
      const given = { target, rows };
      const revisions = await createTables(target, server.target);
      const all = await measured(OF_ALL, given);
      shown('divide the plain table');
      const divided = await divide({ ...given, server: server.target, revisions, rate });
      report([...all, ...(await measured(OF_OLD, given))], rows);
      reportDivided(divided, rate);
    });
  } finally {
    await server.stop();
  }
}

function numberOf(variable: string, fallback: number): number {
  return Number(process.env[variable] || fallback);
}

async function measured(stages: typeof OF_ALL, given: Given): Promise<readonly Figure[]> {
  const found: Figure[] = [];
  for (const { title, measure } of stages) {
    shown(title);
    found.push(...(await measure(given)));
  }
  return found;
}

function shown(title: string): void {
  process.stderr.write(`${title}, load ${loadavg()[0]?.toFixed(1) ?? ''}\n`);
}

function reportDivided(divided: readonly Divided[], rate: number): void {
  process.stdout.write(`\n4 readers and 4 writers of the plain table, ${rate} statements a second in all\n`);
  const width = Math.max(...divided.map(({ title }) => title.length));
  printTable(
    DIVIDED,
    divided.map((way) => [way.title.padEnd(width), ...numbersOf(way), String(way.steps)]),
  );
  for (const way of divided) {
    printFailures(way.title, way);
    if (fault(way) !== undefined) process.exitCode = 1;
  }
}

function report(figures: readonly Figure[], rows: number): void {
  process.stdout.write(
    `\n${rows} state transitions in each table, over ${DAYS.all} days, ${OF_ONE_JOB} of a job; ${DAYS.kept} days are kept\n`,
  );
  printTable(HEADING, rowsOf(figures));
}

function rowsOf(figures: readonly Figure[]): readonly (readonly string[])[] {
  const width = Math.max(...figures.map(({ title }) => title.length));
  return figures.map(({ title, plain, parted, isRate = false, digits = 0 }) => {
    const ratio = isRate ? parted / plain : plain / parted;
    const shown = Number.isFinite(ratio) ? ratio.toFixed(2) : '';
    return [title.padEnd(width), plain.toFixed(digits), parted.toFixed(digits), shown];
  });
}
