import type { DataSource, EntityManager, ObjectLiteral } from 'typeorm';
import { Worker } from '../../src/entities/index.js';
import { subscribers } from '../../src/subscribers/index.js';
import type { GuardedDataSource } from '../../src/data-source.js';
import type { TestDatabase } from './databases.js';

/** A DataSource as the application has it: all revisions applied, and every subscriber. */
export function connectWithSubscribers(database: TestDatabase): Promise<GuardedDataSource> {
  return database.connectAtHead({ subscribers });
}

/** Every state transition, in the order in which they were written: `w1: IDLE -> BUSY (reason)`. */
export async function transitionsOf(
  dataSource: DataSource,
  owner: 'worker' | 'job',
): Promise<readonly string[]> {
  const rows = await dataSource.query<ObjectLiteral[]>(
    `SELECT ${owner}_id AS owner, from_state, to_state, reason FROM ${owner}_state_transitions ORDER BY id`,
  );
  return rows.map((row) => {
    const reason = row['reason'] === null ? '' : ` (${row['reason'] as string})`;
    return `${row['owner'] as string}: ${row['from_state'] as string} -> ${row['to_state'] as string}${reason}`;
  });
}

/** A new worker, not saved yet. */
export function workerOf(values: Partial<Worker>): Worker {
  return Object.assign(new Worker(), values);
}

/** A worker as it is in the database. */
export function loaded(manager: EntityManager, workerId: string): Promise<Worker> {
  return manager.findOneByOrFail(Worker, { workerId });
}

/** What an act fails with; an error with that text when it does not. */
export async function failureOf(act: Promise<unknown>): Promise<Error & { readonly code?: string }> {
  return act.then(
    () => new Error('It was written.'),
    (error: unknown) => error as Error,
  );
}

/** A DataSource of an application with two idle workers, w1 and w2, that have no history. */
export async function withTwoWorkers(database: TestDatabase): Promise<GuardedDataSource> {
  const dataSource = await connectWithSubscribers(database);
  await dataSource.query("INSERT INTO workers (worker_id) VALUES ('w1'), ('w2')");
  return dataSource;
}
