/**
 * Does one thing to one database in a process of its own, so that memory is its own too: `create` makes the synthetic
 * tables, `measure` checks them and prints one JSON line, `log` does the same with TypeORM's own comparison.
 */
import 'reflect-metadata';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { databaseOf } from '../src/databases/registry.js';
import { checkDrift } from '../src/drift/check-drift.js';
import { describeChange } from '../src/schema/describe-change.js';
import { median, timed } from './measure.js';
import { syntheticEntities, syntheticStatements } from './synthetic.js';
import { TypeormSession } from '../src/databases/typeorm-session.js';

const [task, tables, options] = JSON.parse(process.argv[2] ?? '') as [
  task: keyof typeof TASKS,
  tables: number,
  options: DataSourceOptions,
];
const TASKS = { create, measure, log };
await TASKS[task]();

/** One transaction on SQLite; on PostgreSQL one each, since thousands of tables in one would run out of locks. */
async function create(): Promise<void> {
  const dataSource = await new DataSource(options).initialize();
  const queryRunner = dataSource.createQueryRunner();
  const { rebuildsTables: isSqlite } = databaseOf(dataSource).capabilities;
  const statements = syntheticStatements(tables);
  const all = isSqlite ? ['BEGIN', ...statements, 'COMMIT'] : [...statements, 'VACUUM ANALYZE'];
  for (const statement of all) await queryRunner.query(statement);
  await queryRunner.release();
  await dataSource.destroy();
}

/** The first check is what a person waits for; the median is of those after it. */
async function measure(): Promise<void> {
  const dataSource = synthetic();
  const initializeMs = await timed(() => dataSource.initialize());
  const firstMs = await timed(() => checkInSync(dataSource));
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const bare = await catalogStatements(dataSource);
  const [checkMs, bareMs] = await median(
    () => checkInSync(dataSource),
    () => readAndForget(dataSource, bare),
  );
  await dataSource.destroy();
  print({ initializeMs, firstMs, checkMs, bareMs, peakMb });
}

async function log(): Promise<void> {
  const dataSource = await synthetic().initialize();
  print({ logMs: await timed(() => dataSource.driver.createSchemaBuilder().log()) });
  await dataSource.destroy();
}

function synthetic(): DataSource {
  return new DataSource({ ...options, entities: [...syntheticEntities(tables)] });
}

async function checkInSync(dataSource: DataSource): Promise<void> {
  const { changes, uncomparable } = await checkDrift(dataSource);
  const [message] = [...changes.map(describeChange), ...uncomparable.map(({ reason }) => reason)];
  if (message !== undefined) throw new Error(`The synthetic schema drifts: ${message}`);
}

/** What the check reads. */
async function catalogStatements(dataSource: DataSource): Promise<readonly string[]> {
  const asked: string[] = [];
  const dialect = databaseOf(dataSource);
  const record = (statements: readonly string[]) => {
    asked.push(...statements);
    return Promise.resolve(statements.map(() => []));
  };
  await dialect.catalog.introspect(record, [dialect.defaultSchema(dataSource)]);
  return asked;
}

async function readAndForget(dataSource: DataSource, statements: readonly string[]): Promise<void> {
  const session = new TypeormSession(dataSource.createQueryRunner());
  await databaseOf(dataSource).readAll(session)(statements);
  await session.close();
}

function print(measured: object): void {
  process.stdout.write(`${JSON.stringify(measured)}\n`);
}
