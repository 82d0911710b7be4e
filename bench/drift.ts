import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDataSource } from '../src/data-source.js';
import type { KnownTarget } from '../src/database-url.js';
import { chooseSqliteDriver } from '../src/databases/sqlite/driver.js';
import { checkDrift } from '../src/drift/check-drift.js';
import { entities } from '../src/entities/index.js';
import { startEmbeddedPostgres } from '../src/databases/postgres/scratch/embedded-postgres.js';
import { withScratchDatabase } from '../src/databases/postgres/scratch/scratch.js';
import { LineLogger } from '../src/logger.js';
import { migrations } from '../src/migrations/index.js';
import { parseSettings } from '../src/settings.js';
import { median } from './measure.js';
import { printTable } from './table.js';

/** TypeORM is compared up to this size; beyond it one run takes minutes. */
const TYPEORM_LIMIT = 1000;
const SIZES = [100, 1000, 5000] as const;
const HEADING = [
  'database',
  'tables',
  'check ms',
  'catalog queries ms',
  'check / queries',
  'TypeORM log() ms',
  'log() / check',
  'first check ms',
  'initialize ms',
  'peak MB',
];

interface Measured {
  readonly initializeMs: number;
  readonly firstMs: number;
  readonly checkMs: number;
  readonly bareMs: number;
  readonly peakMb: number;
}

type Options = Readonly<Record<string, unknown>>;

/** Prints what a check costs, beside the bare catalog queries and TypeORM's own comparison, in one run. */
export async function drift(): Promise<void> {
  const rows: (readonly string[])[] = [];
  const own: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-bench-'));
  const server = await startEmbeddedPostgres();
  try {
    for (const tables of SIZES)
      rows.push(measure('sqlite', tables, sqliteOptions(join(folder, `${tables}.db`))));
    own.push(await ownSchema(sqliteTarget(join(folder, 'own.db'))));
    for (const tables of SIZES) {
      await withScratchDatabase(server.target, ({ host, port, user, password, database }) => {
        const options = { type: 'postgres', host, port, username: user, password, database };
        return Promise.resolve(rows.push(measure('postgres', tables, options)));
      });
    }
    own.push(await withScratchDatabase(server.target, ownSchema));
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
  printTable(HEADING, rows);
  process.stdout.write(`${own.join('\n')}\n`);
}

function sqliteOptions(database: string): Options {
  return { type: chooseSqliteDriver().type, database };
}

function sqliteTarget(path: string): KnownTarget {
  return { dialect: 'sqlite', path, shown: `sqlite:${path}` };
}

/** What a check adds to a boot that has connected already. */
async function ownSchema(target: KnownTarget): Promise<string> {
  const settings = { ...parseSettings({}), database: target };
  const logger = new LineLogger('error', () => undefined);
  const dataSource = createDataSource(settings, { entities, migrations, logger });
  await dataSource.initialize();
  await dataSource.runMigrations();
  const started = performance.now();
  const { tables, status } = await checkDrift(dataSource);
  const firstMs = performance.now() - started;
  const [checkMs = 0] = await median(() => checkDrift(dataSource));
  await dataSource.destroy();
  return `${target.dialect}, our own schema (${tables} tables, ${status}): first check ${firstMs.toFixed(0)} ms, median ${checkMs.toFixed(1)} ms`;
}

function measure(database: string, tables: number, options: Options): readonly string[] {
  inChild('create', tables, options);
  const measured = JSON.parse(inChild('measure', tables, options)) as Measured;
  const logMs =
    tables > TYPEORM_LIMIT
      ? null
      : (JSON.parse(inChild('log', tables, options)) as { readonly logMs: number }).logMs;
  const { checkMs, bareMs, firstMs, initializeMs, peakMb } = measured;
  const log = logMs === null ? ['not run', ''] : [logMs.toFixed(0), (logMs / checkMs).toFixed(1)];
  const ours = [checkMs.toFixed(0), bareMs.toFixed(0), (checkMs / bareMs).toFixed(1)];
  return [
    database,
    String(tables),
    ...ours,
    ...log,
    firstMs.toFixed(0),
    initializeMs.toFixed(0),
    String(peakMb),
  ];
}

function inChild(task: 'create' | 'measure' | 'log', tables: number, options: Options): string {
  const child = fileURLToPath(new URL('./drift-child.ts', import.meta.url));
  const argv = ['--no-deprecation', '--import', 'tsx', child, JSON.stringify([task, tables, options])];
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`drift-child failed: ${stderr}`);
  return stdout;
}
