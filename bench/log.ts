import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataSource, type GuardedDataSource } from '../src/data-source.js';
import type { KnownTarget } from '../src/database-url.js';
import { entities } from '../src/entities/index.js';
import { startEmbeddedPostgres } from '../src/databases/postgres/scratch/embedded-postgres.js';
import { withScratchDatabase } from '../src/databases/postgres/scratch/scratch.js';
import { LineLogger } from '../src/logger.js';
import { migrations } from '../src/migrations/index.js';
import { accessOf } from '../src/migrator/access.js';
import { readRunPage } from '../src/migrator/run-history.js';
import { readStatus } from '../src/migrator/status.js';
import { parseSettings } from '../src/settings.js';
import { fillLog } from '../test/support/long-log.js';
import { median } from './measure.js';
import { printTable } from './table.js';

/** Runs in the log. */
const SHORT = 100;
const LONG = 100_000;
const PAGE = 20;
const HEADING = ['database', 'command', `${SHORT} runs, ms`, `${LONG} runs, ms`, 'ratio'];

/** Prints what a status and a page of the history cost with a short log and with a long one, in one run. */
export async function log(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-bench-'));
  const server = await startEmbeddedPostgres();
  const file = (runs: number): KnownTarget => {
    const path = join(folder, `${runs}.db`);
    return { dialect: 'sqlite', path, shown: `sqlite:${path}` };
  };
  try {
    const rows = await measure('SQLite', file(SHORT), file(LONG));
    await withScratchDatabase(server.target, (short) =>
      withScratchDatabase(server.target, async (long) => {
        rows.push(...(await measure('PostgreSQL', short, long)));
      }),
    );
    printTable(HEADING, rows);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

async function measure(name: string, shortTarget: KnownTarget, longTarget: KnownTarget): Promise<string[][]> {
  const [short, long] = [await filled(shortTarget, SHORT), await filled(longTarget, LONG)];
  try {
    const commands = {
      status: readStatus,
      history: (dataSource: GuardedDataSource) => readRunPage(accessOf(dataSource), { limit: PAGE }),
    };
    const rows: string[][] = [];
    for (const [command, read] of Object.entries(commands)) {
      const [few = 0, many = 0] = await median(
        () => read(short),
        () => read(long),
      );
      rows.push([name, command, few.toFixed(2), many.toFixed(2), (many / few).toFixed(2)]);
    }
    return rows;
  } finally {
    await short.destroy();
    await long.destroy();
  }
}

async function filled(database: KnownTarget, runs: number): Promise<GuardedDataSource> {
  const logger = new LineLogger('error', () => undefined);
  const dataSource = createDataSource({ ...parseSettings({}), database }, { entities, migrations, logger });
  await dataSource.initialize();
  await dataSource.runMigrations();
  await fillLog(dataSource, { runs, revisions: migrations.map(({ name }) => name) });
  await dataSource.query('ANALYZE');
  return dataSource;
}
