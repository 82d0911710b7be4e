import { Test } from '@nestjs/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { createDataSource, type GuardedDataSource } from '../src/data-source.js';
import { entities } from '../src/entities/index.js';
import { LineLogger } from '../src/logger.js';
import { migrations } from '../src/migrations/index.js';
import { DatabaseModule } from '../src/nest/database-module.js';
import { TestDatabaseModule } from '../src/nest/testing/test-database-module.js';
import { parseSettings } from '../src/settings.js';
import { printTable } from './table.js';

const TIMES = 30;
const HEADING = ['module', 'first ms', 'median ms', 'longest ms', 'median / copied'];

/** Prints what a test file waits for its database: a copied one, one that is migrated, and a module with none. */
export async function testDatabase(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-bench-'));
  let made = 0;
  const migrated = () => {
    const dataSource = sourceOn(join(folder, `${(made += 1)}.db`));
    return DatabaseModule.forRoot({ dataSource, onStart: 'migrate' });
  };
  const copied = () => TestDatabaseModule.forRoot({ dataSource: sourceOn(join(folder, 'never.db')) });
  const empty = (): DynamicModule => ({ module: class Empty {} });
  try {
    const cold = [await started(copied()), await started(copied())];
    const rows = {
      'SQLite, copied (TestDatabaseModule)': await measure(copied),
      'SQLite, migrated from base': await measure(migrated),
      'no database': await measure(empty),
    };
    const [first = 0, second = 0] = cold;
    const base = middleOf(rows['SQLite, copied (TestDatabaseModule)']);
    printTable(
      HEADING,
      Object.entries(rows).map(([title, times]) => [
        title,
        ...figures(times),
        (middleOf(times) / base).toFixed(2),
      ]),
    );
    process.stdout.write(
      `of this process: the first ${first.toFixed(1)} ms, the file at head made or found; the second ${second.toFixed(1)} ms\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sourceOn(path: string): GuardedDataSource {
  const settings = parseSettings({ DATABASE_URL: `sqlite:${path}` });
  return createDataSource(settings, {
    entities,
    migrations,
    logger: new LineLogger('error', () => undefined),
  });
}

async function measure(module: () => DynamicModule): Promise<readonly number[]> {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1) times.push(await started(module()));
  return times;
}

/** Until it can be worked with, milliseconds. */
async function started(module: DynamicModule): Promise<number> {
  const began = performance.now();
  const app = await (await Test.createTestingModule({ imports: [module] }).compile()).init();
  const took = performance.now() - began;
  await app.close();
  return took;
}

/** The one in the middle. */
function middleOf(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

function figures(times: readonly number[]): readonly string[] {
  return [times[0] ?? 0, middleOf(times), Math.max(...times)].map((ms) => ms.toFixed(1));
}
