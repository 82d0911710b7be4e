import { DataSource, type MigrationInterface } from 'typeorm';
import type { KnownTarget } from '../src/database-url.js';
import { createDataSource } from '../src/data-source.js';
import { LineLogger } from '../src/logger.js';
import { migrateUp } from '../src/migrator/migrate.js';
import { Revision } from '../src/migrator/revision.js';
import { parseSettings } from '../src/settings.js';
import { timed } from './measure.js';
import { connectBare, type BareConnection } from './migrate-bare.js';
import { Costs, countStatements, type StatementCost } from './migrate-costs.js';

/** The first stamp; the others follow. */
const FIRST_STAMP = 1_764_000_000_000;
/** One revision in so many makes a table, with a foreign key to the table before; the others insert a row. */
const TABLE_EVERY = 5;

/** So many statements, the same for both databases, one a revision. */
export function smallStatements(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const table = index - (index % TABLE_EVERY);
    if (index !== table) return `INSERT INTO "t${table}" ("id", "words") VALUES (${index}, 'row ${index}')`;
    const parent = table === 0 ? 0 : table - TABLE_EVERY;
    return `CREATE TABLE "t${table}" ("id" integer NOT NULL PRIMARY KEY, "words" varchar(40) NOT NULL, "parent" integer REFERENCES "t${parent}" ("id"))`;
  });
}

/** Through our migrator, from base to head. Milliseconds; connecting is not in it. */
export async function timeOurs(target: KnownTarget, statements: readonly string[]): Promise<number> {
  return connected(ours(target, statements), (dataSource) => timed(() => migrateUp(dataSource)));
}

/** The same classes through TypeORM's own `runMigrations`, one transaction each. */
export async function timeTypeorm(target: KnownTarget, statements: readonly string[]): Promise<number> {
  const dataSource = new DataSource({
    ...ours(target, []).options,
    subscribers: [],
    logging: false,
    migrations: [...revisionsOf(statements)],
  });
  return connected(dataSource, () => timed(() => dataSource.runMigrations({ transaction: 'each' })));
}

/** The same statements, each as BEGIN, statement, INSERT INTO migrations, COMMIT. */
export async function timeBare(target: KnownTarget, statements: readonly string[]): Promise<number> {
  const { query, close } = await connectBare(target);
  try {
    return await timed(() => sendBare(query, target, statements));
  } finally {
    await close();
  }
}

async function sendBare(
  query: BareConnection['query'],
  { dialect }: KnownTarget,
  statements: readonly string[],
): Promise<void> {
  const [serial, first, second] = dialect === 'postgres' ? ['serial', '$1', '$2'] : ['integer', '?', '?'];
  await query(
    `CREATE TABLE "migrations" ("id" ${serial} PRIMARY KEY, "timestamp" bigint NOT NULL, "name" varchar NOT NULL)`,
  );
  const record = `INSERT INTO "migrations" ("timestamp", "name") VALUES (${first}, ${second})`;
  for (const [index, statement] of statements.entries()) {
    await query('BEGIN');
    await query(statement);
    await query(record, [FIRST_STAMP + index, nameOf(index)]);
    await query('COMMIT');
  }
}

/** What the statements of a run cost; `total` is the whole run, milliseconds. */
export interface RunCost {
  readonly total: number;
  readonly costs: readonly StatementCost[];
}

/** What our migrator sends. */
export async function costOfOurs(target: KnownTarget, statements: readonly string[]): Promise<RunCost> {
  const dataSource = ours(target, statements);
  const costs = new Costs();
  const stop = countStatements(dataSource, costs);
  try {
    const total = await connected(dataSource, () => {
      costs.clear();
      return timed(() => migrateUp(dataSource));
    });
    return { total, costs: costs.list };
  } finally {
    stop();
  }
}

/** The same of the bare driver. */
export async function costOfBare(target: KnownTarget, statements: readonly string[]): Promise<RunCost> {
  const { query, close } = await connectBare(target);
  const costs = new Costs();
  const counted = costs.counting(
    query as (...args: unknown[]) => Promise<unknown>,
  ) as BareConnection['query'];
  try {
    return { total: await timed(() => sendBare(counted, target, statements)), costs: costs.list };
  } finally {
    await close();
  }
}

async function connected(
  dataSource: DataSource,
  use: (dataSource: DataSource) => Promise<number>,
): Promise<number> {
  await dataSource.initialize();
  try {
    return await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

function ours(target: KnownTarget, statements: readonly string[]): DataSource {
  const settings = { ...parseSettings({}), database: target };
  const logger = new LineLogger('error', () => undefined);
  return createDataSource(settings, { entities: [], migrations: revisionsOf(statements), logger });
}

function revisionsOf(statements: readonly string[]): readonly (new () => MigrationInterface)[] {
  return statements.map((statement, index) => {
    const lists = { up: [statement], down: [] };
    const made = class extends Revision {
      override readonly postgres = lists;
      override readonly sqlite = lists;
    };
    return Object.defineProperty(made, 'name', { value: nameOf(index) });
  });
}

function nameOf(index: number): string {
  return `Step${FIRST_STAMP + index}`;
}
