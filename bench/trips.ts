import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { Session, type Profiler } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EntitySchema,
  type DataSource,
  type EntitySchemaColumnOptions,
  type EntitySchemaOptions,
} from 'typeorm';
import {
  checkDrift,
  createDataSource,
  LineLogger,
  migrateUp,
  parseSettings,
  Revision,
  type DataSourceContents,
} from '../src/index.js';
import { generateRevisions } from '../src/generate/index.js';
import { postgresServer, startServers, stopServers, urlOf } from '../test/support/servers.js';
import { printTable } from './table.js';

const SRC = new URL('../src/', import.meta.url).href;

/** Functions whose work is easily done twice. */
const COUNTED = ['describe', 'diff', 'introspect', 'spell', 'planUp', 'readApplied', 'listRevisions'];

/** What an action runs through. */
interface Trip {
  readonly files: number;
  readonly functions: number;
  readonly calls: ReadonlyMap<string, number>;
}

class Boxes1700000000001 extends Revision {
  static override readonly description = 'Makes boxes.';
  override readonly postgres = {
    up: ['CREATE TABLE "boxes" ("id" integer NOT NULL, CONSTRAINT "pk_boxes" PRIMARY KEY ("id"))'],
    down: ['DROP TABLE "boxes"'],
  };
  override readonly sqlite = {
    up: ['CREATE TABLE "boxes" ("id" integer NOT NULL, CONSTRAINT "pk_boxes" PRIMARY KEY ("id"))'],
    down: ['DROP TABLE "boxes"'],
  };
}

function boxes(more: Record<string, EntitySchemaColumnOptions>): EntitySchema {
  const options: unknown = {
    name: 'boxes',
    tableName: 'boxes',
    columns: {
      id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_boxes' },
      ...more,
    },
  };
  return new EntitySchema(options as EntitySchemaOptions<Record<string, unknown>>);
}

/**
 * Prints which files and functions of ours three actions run through, and how often what is easily done twice is done:
 * one pending revision, one check, and one new column up to its written file.
 */
export async function trips(): Promise<void> {
  await startServers();
  try {
    const rows: string[][] = [];
    for (const [database, url] of [
      ['sqlite', 'sqlite::memory:'],
      ['postgres', urlOf(postgresServer())],
    ] as const)
      rows.push(...(await tripsOn(database, url)));
    rows.push(rowOf('both', 'a new column, written', await generating()));
    printTable(['database', 'action', 'files', 'functions', ...COUNTED], rows);
  } finally {
    await stopServers();
  }
}

async function tripsOn(database: string, url: string): Promise<string[][]> {
  const dataSource = await sourceOf(url, {
    entities: [boxes({})],
    migrations: [Boxes1700000000001],
  }).initialize();
  try {
    const up = await tripOf(() => migrateUp(dataSource));
    const check = await tripOf(() => checkDrift(dataSource));
    return [rowOf(database, 'one pending revision', up), rowOf(database, 'a drift check', check)];
  } finally {
    await dataSource.runMigrations().catch(() => undefined);
    await dataSource.undoLastMigration();
    await dataSource.destroy();
  }
}

async function generating(): Promise<Trip> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-trips-'));
  const of = (more: Record<string, EntitySchemaColumnOptions>) =>
    sourceOf('sqlite::memory:', { entities: [boxes(more)] as never, migrations: [Boxes1700000000001] });
  try {
    const options = { folder, name: 'Label', makeIndex: true };
    return await tripOf(() => generateRevisions(of({ label: { type: 'text', nullable: true } }), options));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function sourceOf(
  url: string,
  contents: Pick<DataSourceContents, 'migrations'> & { readonly entities: readonly unknown[] },
): DataSource {
  const settings = parseSettings({ DATABASE_URL: url });
  return createDataSource(settings, {
    ...contents,
    logger: new LineLogger('error', () => undefined),
  } as DataSourceContents);
}

async function tripOf(action: () => Promise<unknown>): Promise<Trip> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  try {
    await action();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return tripIn(result.filter(({ url }) => url.startsWith(SRC)));
  } finally {
    await session.post('Profiler.stopPreciseCoverage');
    session.disconnect();
  }
}

function tripIn(scripts: readonly Profiler.ScriptCoverage[]): Trip {
  const called = scripts.map(({ url, functions }) => ({
    url,
    functions: functions.flatMap(({ functionName: name, ranges }) => {
      const count = ranges[0]?.count ?? 0;
      return name !== '' && count > 0 ? { name, count } : [];
    }),
  }));
  const all = called.flatMap(({ functions }) => functions);
  const callsOf = (name: string) =>
    all.filter((one) => one.name === name).reduce((sum, { count }) => sum + count, 0);
  return {
    files: called.filter(({ functions }) => functions.length > 0).length,
    functions: all.length,
    calls: new Map(COUNTED.map((name) => [name, callsOf(name)])),
  };
}

function rowOf(database: string, action: string, { files, functions, calls }: Trip): string[] {
  return [
    database,
    action,
    ...[files, functions, ...COUNTED.map((name) => calls.get(name) ?? 0)].map(String),
  ];
}
