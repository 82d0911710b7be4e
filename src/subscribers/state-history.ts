import {
  In,
  type EntityManager,
  type EntityTarget,
  type ObjectLiteral,
  type SelectQueryBuilder,
} from 'typeorm';
import { databaseOf } from '../databases/registry.js';
import { Job, JobStateTransition, Worker, WorkerStateTransition } from '../entities/index.js';

/** Whose status changes are written down, and where. */
export interface History {
  readonly owner: EntityTarget<ObjectLiteral> & Function;
  /** Property by which owner and transition know the owner. */
  readonly key: string;
  readonly transition: EntityTarget<ObjectLiteral>;
}

/** A row of a transition's table, without what the database gives. */
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

/** Rows a statement; SQLite takes 32,766 parameters. */
const AT_ONCE = 1_000;

/** The history of an entity's status, where one is kept. */
export function historyOf(target: string | Function): History | undefined {
  return HISTORIES.find(({ owner }) => owner === target);
}

/**
 * The status that rows have in the database, by what finds them. Where rows can be locked, nobody changes them until
 * the transaction ends; in the order of their keys, so that two transactions do not wait for each other.
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

/** Not FOR UPDATE, which would also hold up whoever inserts a row that refers to one of these. */
function locked(
  manager: EntityManager,
  query: SelectQueryBuilder<ObjectLiteral>,
): SelectQueryBuilder<ObjectLiteral> {
  const { rowLocks } = databaseOf(manager.connection).capabilities;
  return rowLocks ? query.setLock('for_no_key_update') : query;
}

/** The last state that was written down of each owner. */
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
