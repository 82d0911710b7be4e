import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { NO_CONFIRMED_VALUES, type DialectGroups } from '../src/databases/planning.js';
import { renderSqlite } from '../src/databases/sqlite/plan/render.js';
import { compared } from '../test/support/compared.js';
import { migrateDown, migrateUp } from '../src/migrator/migrate.js';
import { Revision, type DialectStatements } from '../src/migrator/revision.js';
import { timed } from './measure.js';
import { BEFORE, AFTER, FILL, ROWS } from './rebuild-tables.js';
import { printTable } from './table.js';
import { statementsIn } from '../src/generate/write/revision-class.js';

/** Odd, so that there is one in the middle. */
const RUNS = 5;

const HEADING = ['driver', 'rows', 'direction', 'rebuild ms', 'bare INSERT ... SELECT ms', 'ratio'];

/** A driver that is installed, as TypeORM calls it. */
interface Installed {
  readonly type: 'sqlite' | 'better-sqlite3';
  readonly module: unknown;
}

/** Times of one run, milliseconds. */
interface Times {
  readonly up: number;
  readonly down: number;
  readonly bareUp: number;
  readonly bareDown: number;
}

/**
 * Prints what it costs to build a parent and its children anew, up and down, through the migrator, beside copying the
 * same rows between the same tables in one transaction; medians of runs in turns.
 */
export async function rebuild(): Promise<void> {
  const rows: (readonly string[])[] = [];
  for (const driver of installedDrivers()) {
    const times: Times[] = [];
    for (let run = 0; run < RUNS; run += 1) times.push(await inFolder((folder) => measure(driver, folder)));
    const middle = (name: keyof Times) =>
      times.map((one) => one[name]).sort((a, b) => a - b)[(RUNS - 1) / 2] ?? 0;
    rows.push(rowOf(driver, 'up', { ours: middle('up'), bare: middle('bareUp') }));
    rows.push(rowOf(driver, 'down', { ours: middle('down'), bare: middle('bareDown') }));
  }
  printTable(HEADING, rows);
}

function rowOf(
  { type }: Installed,
  direction: string,
  { ours, bare }: { readonly ours: number; readonly bare: number },
): readonly string[] {
  return [
    type === 'sqlite' ? 'sqlite3' : type,
    `2 x ${ROWS}`,
    direction,
    ours.toFixed(0),
    bare.toFixed(0),
    (ours / bare).toFixed(2),
  ];
}

function installedDrivers(): readonly Installed[] {
  const require = createRequire(import.meta.url);
  const known = [
    { type: 'sqlite', name: 'sqlite3', needs: 'typeorm/driver/sqlite/SqliteDriver.js' },
    { type: 'better-sqlite3', name: 'better-sqlite3', needs: 'typeorm' },
  ] as const;
  return known.flatMap(({ type, name, needs }) => {
    try {
      require.resolve(needs);
      return [{ type, module: require(name) as unknown }];
    } catch {
      return [];
    }
  });
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(driver: Installed, folder: string): Promise<Times> {
  const before = renderSqlite(compared({ ...BEFORE, tables: [] }, BEFORE), NO_CONFIRMED_VALUES);
  const groups = renderSqlite(compared(BEFORE, AFTER), NO_CONFIRMED_VALUES);
  const migrations = [revisionOf(before, 1_800_000_000_000), revisionOf(groups, 1_800_000_000_001)];
  const options = {
    type: driver.type,
    driver: driver.module,
    database: join(folder, 'bench.db'),
    enableWAL: true,
    migrations,
  };
  const dataSource = await new DataSource(options).initialize();
  try {
    await migrateUp(dataSource, { target: '+1' });
    for (const sql of FILL) await dataSource.query(sql);
    const bareUp = await bare(dataSource, groups, 'up');
    const up = await timed(() => migrateUp(dataSource));
    const bareDown = await bare(dataSource, groups, 'down');
    const down = await timed(() => migrateDown(dataSource));
    return { up, down, bareUp, bareDown };
  } finally {
    await dataSource.destroy();
  }
}

/** The new tables, and the rows of the old ones in them, and nothing else; both are taken away again. */
async function bare(
  dataSource: DataSource,
  groups: DialectGroups,
  direction: 'up' | 'down',
): Promise<number> {
  const statements = statementsOf(groups)[direction];
  const creates = statements.filter((sql) => sql.startsWith('CREATE TABLE'));
  const copies = statements.filter((sql) => /^INSERT INTO "temporary_/.test(sql));
  await dataSource.query('PRAGMA foreign_keys = OFF');
  for (const sql of creates) await dataSource.query(sql);
  const ms = await timed(async () => {
    for (const sql of ['BEGIN', ...copies, 'COMMIT']) await dataSource.query(sql);
  });
  for (const { name } of BEFORE.tables) await dataSource.query(`DROP TABLE "temporary_${name}"`);
  await dataSource.query('VACUUM');
  await dataSource.query('PRAGMA foreign_keys = ON');
  return ms;
}

function statementsOf(groups: DialectGroups): DialectStatements {
  return statementsIn(groups);
}

function revisionOf(groups: DialectGroups, stamp: number): new () => Revision {
  const made = class extends Revision {
    override readonly postgres = { up: [], down: [] };
    override readonly sqlite = statementsOf(groups);
  };
  Object.defineProperty(made, 'name', { value: `Rebuild${stamp}` });
  return made;
}
