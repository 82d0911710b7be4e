import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import type { DialectName } from '../../../../src/databases/registry.js';
import { checkDrift } from '../../../../src/drift/check-drift.js';
import { messageOf } from '../../../../src/errors/base.js';
import { migrateDown, migrateUp } from '../../../../src/migrator/migrate.js';
import { describeChange } from '../../../../src/schema/describe-change.js';
import { newDatabase } from '../../../support/chain-database.js';
import { plainDataSource } from '../../drift/no-false-alarm-database.js';
import { dataSourceOn, generateBoth, type History, type Revisions } from '../property/run.js';
import { dialectsOf, type AccuracyCase, type Row } from './cases.js';
import { quoteIdentifier } from '../../../../src/sql/quote.js';

/** The outcome of a change; the first of them that is true. */
export type Verdict =
  'right' | 'fails' | 'misses it' | 'loses values' | 'mixes up columns' | 'leaves it half done';

/** The outcome of a case, up and down again. A failed or missed change cannot be reverted. */
export interface Outcome {
  readonly up: Verdict;
  readonly down: Verdict | undefined;
  /** The fault, where there is one. */
  readonly detail: string;
}

interface Step {
  readonly verdict: Verdict;
  readonly detail: string;
}

const RIGHT: Step = { verdict: 'right', detail: '' };
const MISSED: Outcome = { up: 'misses it', down: undefined, detail: 'generates nothing' };

/** The outcome of each generator for a case on one database. */
export interface Outcomes {
  readonly typeorm: Outcome;
  readonly ours: Outcome;
}

/** Runs a case with both generators, each on databases of its own with rows in them. */
export async function outcomesOf(
  one: AccuracyCase,
): Promise<readonly (Outcomes & { readonly dialect: DialectName })[]> {
  const dialects = dialectsOf(one);
  const pair = { before: one.before, after: one.after, words: one.words, dialects };
  const history = await generateBoth(pair).catch((error: unknown): Outcome => {
    return { up: 'fails', down: undefined, detail: messageOf(error) };
  });
  const outcomes: (Outcomes & { readonly dialect: DialectName })[] = [];
  for (const dialect of dialects) {
    const typeorm = await typeormOn(dialect, one);
    const ours = 'first' in history ? await oursOn(dialect, one, history) : history;
    outcomes.push({ dialect, typeorm, ours });
  }
  return outcomes;
}

/** As `migration:generate`, `migration:run` and `migration:revert` of a project without this package. */
async function typeormOn(dialect: DialectName, one: AccuracyCase): Promise<Outcome> {
  const database = await newDatabase(dialect);
  const source = (entities: AccuracyCase['before'], migrations: Revisions = []) =>
    plainDataSource(database, { entities: [...entities], migrations: [...migrations] });
  try {
    await using(source(one.before), async (dataSource) => {
      await dataSource.synchronize();
      await insertRows(dataSource, one);
    });
    const next = await using(source(one.after), generatedByTypeorm);
    if (next.length === 0) return MISSED;
    return await using(source(one.after, next), (dataSource) =>
      upAndDown(dataSource, one, {
        before: () => source(one.before),
        up: () => dataSource.runMigrations(),
        down: () => dataSource.undoLastMigration(),
      }),
    );
  } finally {
    await database.remove();
  }
}

/** The class that `migration:generate` writes; none where it finds nothing. */
async function generatedByTypeorm(dataSource: DataSource): Promise<Revisions> {
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  class Next1700000001000 implements MigrationInterface {
    up(queryRunner: QueryRunner): Promise<void> {
      return runEach(queryRunner, upQueries);
    }

    down(queryRunner: QueryRunner): Promise<void> {
      return runEach(queryRunner, [...downQueries].reverse());
    }
  }
  return upQueries.length === 0 ? [] : [Next1700000001000];
}

type Statements = readonly { readonly query: string; readonly parameters?: unknown[] | undefined }[];

async function runEach(queryRunner: QueryRunner, statements: Statements): Promise<void> {
  for (const { query, parameters } of statements) await queryRunner.query(query, parameters);
}

async function oursOn(dialect: DialectName, one: AccuracyCase, { first, next }: History): Promise<Outcome> {
  const database = await newDatabase(dialect);
  const source = (migrations: Revisions) => dataSourceOn(database.target, one.after, migrations);
  try {
    await using(source(first), async (dataSource) => {
      await migrateUp(dataSource);
      await insertRows(dataSource, one);
    });
    if (next.length === 0) return MISSED;
    return await using(source([...first, ...next]), (dataSource) =>
      upAndDown(dataSource, one, {
        before: () => dataSourceOn(database.target, one.before, first),
        up: () => migrateUp(dataSource),
        down: () => migrateDown(dataSource, { target: first.at(-1)?.name ?? 'base' }),
      }),
    );
  } finally {
    await database.remove();
  }
}

interface Ways {
  /** With the entities that `down` leads back to. */
  readonly before: () => DataSource;
  readonly up: () => Promise<unknown>;
  readonly down: () => Promise<unknown>;
}

async function upAndDown(dataSource: DataSource, one: AccuracyCase, ways: Ways): Promise<Outcome> {
  const up = await stepOf(ways.up, async () => {
    const lost = await differenceOf(dataSource, {
      table: one.tableAfter,
      columns: one.columnsAfter,
      rows: one.rowsAfter,
    });
    return lost ?? (await halfDone(dataSource));
  });
  if (up.verdict === 'fails') return { up: up.verdict, down: undefined, detail: up.detail };
  const down = await stepOf(ways.down, async () => {
    const lost = await differenceOf(dataSource, backOf(one));
    return lost ?? (await using(ways.before(), halfDone));
  });
  return { up: up.verdict, down: down.verdict, detail: up.detail || down.detail };
}

/** What a table must have. */
interface Expected {
  readonly table?: string | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** Dropped values are not restored; every row is. */
function backOf({ words, columns, rows, rowsBack = rows }: AccuracyCase): Expected {
  const isKept = (column: string) => !words.drops.includes(`job.${column}`);
  return {
    columns: columns.filter(isKept),
    rows: rowsBack.map((row) => row.filter((_, at) => isKept(columns[at] ?? ''))),
  };
}

async function stepOf(run: () => Promise<unknown>, look: () => Promise<Step | undefined>): Promise<Step> {
  try {
    await run();
  } catch (error) {
    return { verdict: 'fails', detail: messageOf(error) };
  }
  return (await look()) ?? RIGHT;
}

async function differenceOf(
  dataSource: DataSource,
  { table = 'job', columns, rows: expected }: Expected,
): Promise<Step | undefined> {
  const list = columns.map((column, at) => `CAST(${quoteIdentifier(column)} AS text) AS c${at}`);
  const found = await dataSource.query<Record<string, string | null>[]>(
    `SELECT ${list.join(', ')} FROM ${quoteIdentifier(table)} ORDER BY id`,
  );
  const rows = found.map((row) => Object.values(row));
  const [is, was] = [rows, expected].map(shown);
  if (is === was) return undefined;
  const isLost = expected.some((row, number) =>
    row.some((value, at) => value !== null && !rows[number]?.[at]),
  );
  return { verdict: isLost ? 'loses values' : 'mixes up columns', detail: `${is} in place of ${was}` };
}

function shown(rows: readonly Row[]): string {
  return rows.map((row) => `(${row.map((value) => value ?? 'null').join(', ')})`).join(' ');
}

async function halfDone(dataSource: DataSource): Promise<Step | undefined> {
  const { changes } = await checkDrift(dataSource);
  return changes.length === 0
    ? undefined
    : { verdict: 'leaves it half done', detail: changes.map(describeChange).join(' ') };
}

async function insertRows(dataSource: DataSource, { columns, rows }: AccuracyCase): Promise<void> {
  const names = columns.map(quoteIdentifier).join(', ');
  const literal = (value: string | null) => (value === null ? 'NULL' : `'${value}'`);
  for (const row of rows)
    await dataSource.query(`INSERT INTO job (${names}) VALUES (${row.map(literal).join(', ')})`);
}

async function using<T>(dataSource: DataSource, use: (dataSource: DataSource) => Promise<T>): Promise<T> {
  await dataSource.initialize();
  try {
    return await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
