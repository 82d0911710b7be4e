import {
  EventSubscriber,
  type EntitySubscriberInterface,
  type InsertEvent,
  type ObjectLiteral,
  type QueryRunner,
  type UpdateEvent,
} from 'typeorm';
import { Gathering } from './gathering.js';
import {
  historyOf,
  lastStatesOf,
  statesBy,
  writeTransitions,
  type History,
  type NewTransition,
} from './state-history.js';
import { StateTransitionError } from './state-transition-error.js';

/** A row before it is written, and the property that finds it in the database. */
interface Before {
  readonly history: History;
  readonly row: ObjectLiteral;
  readonly property: string;
  readonly value: unknown;
}

/** A row after the write, whether or not the write changed it. */
interface After {
  readonly history: History;
  readonly row: ObjectLiteral;
  readonly owner: string;
  /** The status that TypeORM has read before an update; undefined for an insert. */
  readonly saved?: string;
  /** False where the row may belong to another transaction: ON CONFLICT. */
  readonly isOurs: boolean;
}

/**
 * Writes a WorkerStateTransition or JobStateTransition for every change of a status, in the same transaction. It covers
 * all rows that `save` writes, cascades included, and rows that `insert`, `upsert` and query builders insert within a
 * transaction. The reason is `statusReason` of the entity, which it removes after writing.
 *
 * It throws StateTransitionError where it cannot know the rows: for a status set by `update` or by the UPDATE of a
 * query builder, where TypeORM does not report them, and for an insert outside a transaction. It does not see plain SQL
 * and writes with `{ listeners: false }`.
 */
@EventSubscriber()
export class StateTransitionSubscriber implements EntitySubscriberInterface {
  /** The status of a row in the database before the write, under lock; null where there was no row. */
  readonly #before = new WeakMap<ObjectLiteral, string | null>();
  readonly #looking = new Gathering<Before>((queryRunner, rows) => this.#look(queryRunner, rows));
  readonly #writing = new Gathering<After>((queryRunner, rows) => this.#write(queryRunner, rows));

  beforeInsert({ metadata, entity, queryRunner }: InsertEvent<ObjectLiteral>): Promise<void> | undefined {
    const history = historyOf(metadata.target);
    if (!history) return undefined;
    const value: unknown = entity[history.key];
    assertInTransaction(queryRunner, metadata.name);
    if (typeof value === 'function') throw expressionAsKey(metadata.name, history.key);
    return this.#looking.add(queryRunner, { history, row: entity, property: history.key, value });
  }

  afterInsert(event: InsertEvent<ObjectLiteral>): Promise<void> | undefined {
    const { metadata, entity: row, queryRunner } = event;
    const history = historyOf(metadata.target);
    if (!history) return undefined;
    // Only `save` provides the id: it has inserted the row, or failed.
    const isOurs = event.entityId !== undefined;
    const owner = row[history.key] as string;
    return this.#writing.add(queryRunner, { history, row, owner, isOurs });
  }

  /** The event has no entity when TypeORM only clears a foreign key. */
  beforeUpdate(event: UpdateEvent<ObjectLiteral>): Promise<void> | undefined {
    const { metadata, entity: row, queryRunner } = event;
    const history = historyOf(metadata.target);
    if (!history || row?.['status'] === undefined) return undefined;
    const saved = savedBefore(event);
    if (!saved) throw unknownRows(metadata.name);
    this.#before.delete(row);
    if (!changesStatus(event)) return undefined;
    assertInTransaction(queryRunner, metadata.name);
    return this.#looking.add(queryRunner, { history, row, property: 'id', value: saved['id'] });
  }

  /** TypeORM also reports an update for an insert that needs a second statement, for a circle of references. */
  afterUpdate(event: UpdateEvent<ObjectLiteral>): Promise<void> | undefined {
    const { metadata, entity: row, queryRunner } = event;
    const history = historyOf(metadata.target);
    const saved = savedBefore(event);
    if (!history || !row || !saved || !changesStatus(event)) return undefined;
    const owner = (row[history.key] ?? saved[history.key]) as string;
    const after = { history, row, owner, saved: saved['status'] as string, isOurs: true };
    return this.#writing.add(queryRunner, after);
  }

  async #look({ manager }: QueryRunner, rows: readonly Before[]): Promise<void> {
    for (const group of grouped(rows, ({ history, property }) => `${history.key} ${property}`)) {
      const { history, property } = group[0];
      const values = group.map(({ value }) => value);
      const states = await statesBy(manager, history, { property, values });
      for (const { row, value } of group) this.#before.set(row, states.get(value) ?? null);
    }
  }

  async #write({ manager }: QueryRunner, rows: readonly After[]): Promise<void> {
    for (const group of grouped(rows, ({ history }) => history.key)) {
      const { history } = group[0];
      const unsure = group.filter((after) => !isSure(after)).map(({ owner }) => owner);
      const now = await statesBy(manager, history, { property: history.key, values: unsure });
      const last = await lastStatesOf(manager, history, unsure);
      const transitions = group.flatMap((after) => this.#transitionOf(after, now, last));
      await writeTransitions(manager, history, transitions);
    }
    for (const { row } of rows) {
      this.#before.delete(row);
      Reflect.deleteProperty(row, 'statusReason');
    }
  }

  #transitionOf(
    after: After,
    now: ReadonlyMap<unknown, string>,
    last: ReadonlyMap<unknown, string>,
  ): readonly NewTransition[] {
    const { row, owner } = after;
    const toState = isSure(after) ? (row['status'] as string) : now.get(owner);
    const fromState = this.#fromStateOf(after, last);
    if (toState === undefined || fromState === undefined || toState === fromState) return [];
    return [{ owner, fromState, toState, reason: (row['statusReason'] as string | undefined) ?? null }];
  }

  /** Undefined where an update found no row: another session has deleted it, and TypeORM does not report that. */
  #fromStateOf({ row, owner, saved }: After, last: ReadonlyMap<unknown, string>): string | null | undefined {
    const before = this.#before.get(row);
    // A row that was missing before and has a history now was inserted by another session meanwhile.
    if (saved === undefined) return before ?? last.get(owner) ?? null;
    // A listener that sets the status runs after the read.
    return before === undefined ? saved : (before ?? undefined);
  }
}

/** Whether the row matches the entity: not where it belongs to another session, or the database sets the status. */
function isSure({ row, isOurs }: After): boolean {
  return isOurs && typeof row['status'] === 'string';
}

/** The row as `save` has read it; the events of query builders have none, in spite of the type. */
function savedBefore(event: UpdateEvent<ObjectLiteral>): ObjectLiteral | undefined {
  return event.databaseEntity;
}

function changesStatus({ updatedColumns }: UpdateEvent<ObjectLiteral>): boolean {
  return updatedColumns.some(({ propertyName }) => propertyName === 'status');
}

function grouped<T>(items: readonly T[], nameOf: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(nameOf(item));
    if (group) group.push(item);
    else groups.set(nameOf(item), [item]);
  }
  return [...groups.values()];
}

function assertInTransaction({ isTransactionActive }: QueryRunner, entity: string): void {
  if (isTransactionActive) return;
  throw new StateTransitionError(
    entity,
    `A ${entity} is written outside a transaction, so its state transition would be in another one. Use save(), or write within manager.transaction().`,
  );
}

function unknownRows(entity: string): StateTransitionError {
  return new StateTransitionError(
    entity,
    `${entity}.status is set by an UPDATE, and TypeORM does not report which rows it changes. So their state transitions cannot be recorded. Load the entities, with a lock if others may change them, then save() them.`,
  );
}

function expressionAsKey(entity: string, key: string): StateTransitionError {
  return new StateTransitionError(
    entity,
    `${entity}.${key} is an SQL expression, so its state transition cannot be recorded. Specify the value.`,
  );
}
