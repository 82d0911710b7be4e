import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource, EntitySchema } from 'typeorm';
import { databaseOf, type DialectName } from '../src/databases/registry.js';
import { checkDrift } from '../src/drift/check-drift.js';
import { EntityFileError } from '../src/errors/entities.js';
import { SchemaMissingError } from '../src/errors/server.js';
import { NO_CONFIRMATIONS } from '../src/generate/confirm/confirmations.js';
import { generate } from '../src/generate/propose.js';
import { guard } from '../src/guard.js';
import { migrateDown, migrateUp } from '../src/migrator/migrate.js';
import { describeChange } from '../src/schema/describe-change.js';
import { scratchSourcesOf } from '../src/scratch/scratch-sources.js';
import { plainDataSource } from '../test/integration/drift/no-false-alarm-database.js';
import { classesOf, type Revisions } from '../test/integration/generate/property/run.js';
import { newDatabase, type ChainDatabase } from '../test/support/chain-database.js';
import { postgresServer } from '../test/support/servers.js';
import { reasonOf, type Fault, type Step } from './models-outcome.js';

/** What is given to a DataSource. */
export interface Given {
  readonly entities: readonly (Function | EntitySchema)[];
  readonly schema?: string | undefined;
}

/** What became of it. */
export interface Taken {
  readonly done: readonly Step[];
  readonly faults: readonly Fault[];
  /** The error of a refusal, whose way out the entities have. */
  readonly ofFile?: EntityFileError | undefined;
}

const STAMP = 1_700_000_000_000;

/** Takes entities through all steps on one kind of database: what TypeORM creates, and what is generated. */
export async function takeThrough(dialect: DialectName, given: Given): Promise<Taken> {
  const taken = new Log();
  const isTypeorms = await onDatabase(dialect, (database) => asTypeormCreates(database, given, taken));
  if (isTypeorms) await onDatabase(dialect, (database) => asGenerated(database, given, taken));
  return taken;
}

/** Notes the steps as they are done. */
class Log implements Taken {
  readonly done: Step[] = [];
  readonly faults: Fault[] = [];
  ofFile: EntityFileError | undefined;

  /** Does a step; returns whether it ended without an error. */
  async try(step: Step, run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run();
      this.done.push(step);
      return true;
    } catch (error) {
      if (error instanceof EntityFileError) this.ofFile = error;
      this.faults.push({ step, kind: 'refusal', reason: reasonOf(error) });
      return false;
    }
  }

  /** Checks, and notes what is found. */
  async check(step: Step, dataSource: DataSource): Promise<void> {
    await this.try(step, async () => {
      const { changes, uncomparable } = await checkDrift(dataSource);
      for (const change of changes)
        this.faults.push({ step, kind: 'difference', reason: `${change.kind}: ${describeChange(change)}` });
      for (const { table, object, reason } of uncomparable)
        this.faults.push({ step, kind: 'uncomparable', reason: `${table}.${object}: ${reason}` });
    });
  }
}

async function onDatabase<T>(dialect: DialectName, use: (database: ChainDatabase) => Promise<T>): Promise<T> {
  const database = await newDatabase(dialect);
  try {
    return await use(database);
  } finally {
    await database.remove();
  }
}

/** Returns whether TypeORM itself can create them there. */
async function asTypeormCreates(database: ChainDatabase, given: Given, taken: Log): Promise<boolean> {
  const dataSource = sourceOn(database, given, []);
  try {
    const isThere = await taken.try('synchronize', async () => {
      await dataSource.initialize();
      await createSchemas(dataSource);
      await dataSource.synchronize();
    });
    if (isThere) await checkAfter(dataSource, taken);
    return isThere;
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

/** TypeORM leaves out some foreign keys the first time: what it creates the second time is no false alarm. */
async function checkAfter(dataSource: DataSource, taken: Log): Promise<void> {
  const { faults } = taken;
  const statements = await statementsLeft(dataSource);
  if (statements !== undefined)
    faults.push({ step: 'synchronize', kind: 'TypeORM differs', reason: statements });
  const before = faults.length;
  await taken.check('check', dataSource);
  if (statements === undefined || faults.length === before) return;
  await dataSource.synchronize().catch(() => undefined);
  faults.splice(before);
  await taken.check('check', dataSource);
}

/** What TypeORM's own comparison finds in what it has just created; undefined for nothing. */
async function statementsLeft(dataSource: DataSource): Promise<string | undefined> {
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.length === 0 ? undefined : `its own comparison has ${upQueries.length} statements`;
  } catch (error) {
    return `its own comparison fails: ${reasonOf(error)}`;
  }
}

/** TypeORM leaves them to its user. */
async function createSchemas(dataSource: DataSource): Promise<void> {
  if (!databaseOf(dataSource).capabilities.schemas) return;
  const { schema } = dataSource.options as { readonly schema?: string };
  const schemas = new Set([schema, ...dataSource.entityMetadatas.map((metadata) => metadata.schema)]);
  const queryRunner = dataSource.createQueryRunner();
  for (const name of schemas) if (name) await queryRunner.createSchema(name, true);
  await queryRunner.release();
}

async function asGenerated(database: ChainDatabase, given: Given, taken: Log): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-models-'));
  let revisions: Revisions = [];
  try {
    const isGenerated = await taken.try('generate', async () => {
      const sources = scratchSourcesOf(sourceOn(database, given, []));
      const settings = { scratch: postgresServer() };
      const words = NO_CONFIRMATIONS;
      revisions = classesOf(
        await generate({ sources, settings, folder, name: 'First', stamp: STAMP, words }),
      );
    });
    if (!isGenerated) return;
    const bare = sourceOn(database, { ...given, entities: [] }, revisions);
    await upAndDown(sourceOn(database, given, revisions), bare, taken);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function upAndDown(dataSource: DataSource, bare: DataSource, taken: Log): Promise<void> {
  try {
    const isUp = await taken.try('up', async () => {
      await dataSource.initialize();
      await upByWayOut(dataSource, taken);
    });
    if (!isUp) return;
    await taken.check('check after up', dataSource);
    if (!(await taken.try('down', () => downToNothing(dataSource, bare)))) return;
    if (await taken.try('up again', () => migrateUp(dataSource)))
      await taken.check('check at the end', dataSource);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

/** A schema of the option `schema` is for a person to create, with the statement in the message. */
async function upByWayOut(dataSource: DataSource, { faults }: Log): Promise<void> {
  try {
    await migrateUp(dataSource);
  } catch (error) {
    const [statement] =
      error instanceof SchemaMissingError ? (error.message.match(/CREATE SCHEMA .*;$/) ?? []) : [];
    if (statement === undefined) throw error;
    await dataSource.query(statement);
    await migrateUp(dataSource);
    faults.push({
      step: 'up',
      kind: 'way out',
      reason: `${reasonOf(error).split(':')[0] ?? ''}: ${statement}`,
    });
  }
}

/** @throws Error where anything but the records is left */
async function downToNothing(dataSource: DataSource, bare: DataSource): Promise<void> {
  await migrateDown(dataSource, { target: 'base' });
  const left = (await checkDrift(bare)).unmanaged.map(({ kind, object }) => `${kind} ${object}`);
  if (left.length > 0) throw new Error(`The way down leaves ${left.join(', ')}.`);
}

function sourceOn(database: ChainDatabase, { entities, schema }: Given, migrations: Revisions): DataSource {
  const named = schema === undefined ? {} : { schema };
  return guard(plainDataSource(database, { entities: [...entities], migrations: [...migrations], ...named }));
}
