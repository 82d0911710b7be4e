import type { DataSource, QueryRunner } from 'typeorm';
import { NotConnectedError, SchemaNotRecordedError } from '../errors.js';
import { executeStep } from './execute.js';
import { currentOf, pendingOf, planDown, planUp, type History } from './plan.js';
import { listRevisions, type Direction, type KnownRevision } from './revision.js';
import { readApplied, revisionTableName } from './revision-table.js';

/** How to migrate. */
export interface MigrateOptions {
  /** Record the revisions, run none of them; default false. */
  readonly stamp?: boolean;
  /** Told before and after each revision. */
  readonly onStep?: (event: StepEvent) => void;
}

/** A revision begins or is done. */
export interface StepEvent {
  readonly kind: 'started' | 'finished';
  readonly revision: string;
  readonly direction: Direction;
}

/** What a run did, in order. */
export interface RunReport {
  readonly direction: Direction;
  readonly done: readonly KnownRevision[];
}

/** Where a database stands. */
export interface Status extends History {
  readonly current: string | undefined;
  readonly head: string | undefined;
  readonly pending: readonly string[];
}

/**
 * Applies all pending revisions, oldest first, each in a transaction of its own with its record.
 *
 * @throws SchemaNotRecordedError when tables of the entities exist and nothing is recorded
 * @throws RevisionMissingError, RevisionOutOfOrderError before anything is changed
 * @throws RevisionFailedError when one fails; those before it stay applied
 */
export async function migrateUp(dataSource: DataSource, options: MigrateOptions = {}): Promise<RunReport> {
  return withQueryRunner(dataSource, async (queryRunner) => {
    const history = await readHistory(queryRunner);
    const revisions = planUp(history);
    if (!options.stamp && history.applied.length === 0 && revisions.length > 0)
      await assertNoTables(queryRunner);
    return run(queryRunner, { revisions, direction: 'up' }, options);
  });
}

/**
 * Reverts the current revision.
 *
 * @throws RevisionMissingError when the code does not have it
 * @throws RevisionFailedError when it fails
 */
export async function migrateDown(dataSource: DataSource, options: MigrateOptions = {}): Promise<RunReport> {
  return withQueryRunner(dataSource, async (queryRunner) => {
    const revisions = planDown(await readHistory(queryRunner));
    return run(queryRunner, { revisions, direction: 'down' }, options);
  });
}

/** Reads where the database stands; writes nothing. */
export async function readStatus(dataSource: DataSource): Promise<Status> {
  return withQueryRunner(dataSource, async (queryRunner) => {
    const history = await readHistory(queryRunner);
    return {
      ...history,
      current: currentOf(history),
      head: history.known.at(-1),
      pending: pendingOf(history),
    };
  });
}

/** The revisions that are in the code only, oldest first; writes nothing. */
export async function pendingRevisions(dataSource: DataSource): Promise<readonly string[]> {
  return dataSource.migrations.length === 0 ? [] : (await readStatus(dataSource)).pending;
}

async function readHistory(queryRunner: QueryRunner): Promise<History> {
  const known = listRevisions(queryRunner.connection).map((revision) => revision.id);
  return { known, applied: await readApplied(queryRunner) };
}

/** Which revisions to run, in this order, and which way. */
interface Plan {
  readonly revisions: readonly string[];
  readonly direction: Direction;
}

async function run(queryRunner: QueryRunner, plan: Plan, options: MigrateOptions): Promise<RunReport> {
  const { direction } = plan;
  const done: KnownRevision[] = [];
  for (const revision of listRevisions(queryRunner.connection)) {
    if (!plan.revisions.includes(revision.id)) continue;
    options.onStep?.({ kind: 'started', revision: revision.id, direction });
    await executeStep(queryRunner, { revision, direction, stamp: options.stamp ?? false });
    options.onStep?.({ kind: 'finished', revision: revision.id, direction });
    done.push(revision);
  }
  return { direction, done };
}

/** Such a database was made by something else; creating the tables again would fail half way, or worse. */
async function assertNoTables(queryRunner: QueryRunner): Promise<void> {
  const { entityMetadatas } = queryRunner.connection;
  const found: string[] = [];
  for (const { tableName, tablePath, tableType } of entityMetadatas) {
    if (tableType !== 'view' && (await queryRunner.hasTable(tablePath))) found.push(tableName);
  }
  if (found.length > 0)
    throw new SchemaNotRecordedError(found.sort(), revisionTableName(queryRunner.connection));
}

async function withQueryRunner<T>(
  dataSource: DataSource,
  use: (queryRunner: QueryRunner) => Promise<T>,
): Promise<T> {
  if (!dataSource.isInitialized) throw new NotConnectedError();
  const queryRunner = dataSource.createQueryRunner();
  try {
    return await use(queryRunner);
  } finally {
    await queryRunner.release();
  }
}
