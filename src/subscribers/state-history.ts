import {
  In,
  type EntityManager,
  type EntityTarget,
  type ObjectLiteral,
  type SelectQueryBuilder,
} from 'typeorm';
import { databaseOf } from '../databases/registry.js';
import { Job, JobStateTransition, Worker, WorkerStateTransition } from '../entities/index.js';

/** An entity whose status changes are recorded, and the entity that records them. */
export interface History {
  readonly owner: EntityTarget<ObjectLiteral> & Function;
  /** Property that identifies the owner in both entities. */
  readonly key: string;
  readonly transition: EntityTarget<ObjectLiteral>;
}

/** A new transition, without the values that the database generates. */
export interface NewTransition {
  readonly owner: string;
  readonly fromState: string | null;
  readonly toState: string;
  readonly reason: string | null;
}

const HISTORIES: readonly History[] = [
  { owner: Worker, key: 'workerId', transition: WorkerStateTransition },
  { owner: Job, key: 'jobId', transition: JobStateTransition },
];

/** Rows per statement; SQLite accepts 32,766 parameters. */
const AT_ONCE = 1_000;

/** The history of an entity's status, where one is kept. */
export function historyOf(target: string | Function): History | undefined {
  return HISTORIES.find(({ owner }) => owner === target);
}

/**
 * The status of rows in the database, by the value of the property. Where the database has row locks, it locks the rows
 * until the transaction ends, in the order of their keys, so that two transactions do not deadlock.
 */
export async function statesBy(
  manager: EntityManager,
  history: History,
  { property, values }: { readonly property: string; readonly values: readonly unknown[] },
): Promise<ReadonlyMap<unknown, string>> {
  const found = await inParts(values, (part) =>
    locked(manager, manager.createQueryBuilder(history.owner, 'owner'))
      .select([...new Set(['owner.id', `owner.${property}`, 'owner.status'])])
      .where({ [property]: In([...part]) })
      .orderBy('owner.id')
      .getMany(),
  );
  return new Map(found.map((row) => [row[property], row['status'] as string]));
}

/** Locks the rows. Not with FOR UPDATE, which would also block inserts of rows that refer to them. */
function locked(
  manager: EntityManager,
  query: SelectQueryBuilder<ObjectLiteral>,
): SelectQueryBuilder<ObjectLiteral> {
  const { rowLocks } = databaseOf(manager.connection).capabilities;
  return rowLocks ? query.setLock('for_no_key_update') : query;
}

/** The last recorded state of each owner. */
export async function lastStatesOf(
  manager: EntityManager,
  { transition, key }: History,
  owners: readonly string[],
): Promise<ReadonlyMap<unknown, string>> {
  const found = await inParts(owners, (part) =>
    manager.find(transition, { where: { [key]: In([...part]) }, order: { id: 'ASC' } }),
  );
  return new Map(found.map((row) => [row[key], row['toState'] as string]));
}

/** Writes transitions, in this order. */
export async function writeTransitions(
  manager: EntityManager,
  { transition, key }: History,
  transitions: readonly NewTransition[],
): Promise<void> {
  const rows = transitions.map(({ owner, ...rest }) => ({ ...rest, [key]: owner }));
  await inParts(rows, async (part) => {
    await manager
      .createQueryBuilder()
      .insert()
      .into(transition)
      .values([...part])
      .updateEntity(false)
      .execute();
    return [];
  });
}

async function inParts<T, R>(
  all: readonly T[],
  use: (part: readonly T[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE)
    results.push(...(await use(all.slice(from, from + AT_ONCE))));
  return results;
}
