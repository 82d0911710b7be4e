import 'reflect-metadata';
import { loadavg } from 'node:os';
import { withScratchDatabase } from '../src/databases/postgres/scratch/scratch.js';
import { onlineServer } from './online-databases.js';
import { STAGES, type Figure } from './scale-stages.js';
import { createTables, DAYS, OF_ONE_JOB } from './scale-tables.js';
import { printTable } from './table.js';

const HEADING = ['', 'plain', 'by month', 'better by'];

/**
 * Prints what state transitions cost in a plain table and in one that is partitioned by month, with the same rows and in
 * one run: to insert, to find those of a job, to get rid of the old ones. BENCH_ROWS scales it.
 */
export async function scale(): Promise<void> {
  const rows = Number(process.env['BENCH_ROWS'] || 20_000_000);
  const server = await onlineServer();
  try {
    const figures = await withScratchDatabase(server.target, async (target) => {
      await createTables(target, server.target);
      const found: Figure[] = [];
      for (const { title, measure } of STAGES) {
        process.stderr.write(`${title}, load ${loadavg()[0]?.toFixed(1) ?? ''}\n`);
        found.push(...(await measure({ target, rows })));
      }
      return found;
    });
    report(figures, rows);
  } finally {
    await server.stop();
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
