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

/** A row that is about to be written, and what finds it in the database. */
interface Before {
  readonly history: History;
  readonly row: ObjectLiteral;
  readonly property: string;
  readonly value: unknown;
}

/** A row that has been written, or was meant to be. */
interface After {
  readonly history: History;
  readonly row: ObjectLiteral;
  readonly owner: string;
  /** The status that TypeORM has read before an update; undefined for an insert. */
  readonly saved?: string;
  /** False where the row may be somebody else's: ON CONFLICT. */
  readonly isOurs: boolean;
}

/**
 * Writes a WorkerStateTransition or JobStateTransition for every change of a status, in the same transaction: of all
 * that `save` writes, cascades included, and of what `insert`, `upsert` and query builders insert within a transaction.
 * The reason is `statusReason` of the entity, which is taken away once it is written.
 *
 * Refused with StateTransitionError is what it cannot know: a status set by `update` or by a query builder's UPDATE,
 * where TypeORM does not say which rows, and an insert outside a transaction. Not seen are plain SQL and what is
 * written with `{ listeners: false }`.
 */
@EventSubscriber()
export class StateTransitionSubscriber implements EntitySubscriberInterface {
  /** The status that a row had in the database, under lock; null where there was no row. */
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
    // Only `save` gives the id; it has inserted the row, or failed.
    const isOurs = event.entityId !== undefined;
    const owner = row[history.key] as string;
    return this.#writing.add(queryRunner, { history, row, owner, isOurs });
  }

  /** TypeORM has no entity to show when it only clears a foreign key. */
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

  /** An insert that needs a second statement, for a circle of references, is told of as an update as well. */
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

  /** Undefined where an update found no row: somebody has deleted it, and TypeORM says nothing. */
  #fromStateOf({ row, owner, saved }: After, last: ReadonlyMap<unknown, string>): string | null | undefined {
    const before = this.#before.get(row);
    // Without a row before, one that has a history by now was inserted by somebody else meanwhile.
    if (saved === undefined) return before ?? last.get(owner) ?? null;
    // A listener that sets the status comes after the look.
    return before === undefined ? saved : (before ?? undefined);
  }
}

/** Whether the row is as the entity says; not where it was somebody else's, or the database has made the status. */
function isSure({ row, isOurs }: After): boolean {
  return isOurs && typeof row['status'] === 'string';
}

/** The row as `save` has read it; the events of query builders have none, whatever the type says. */
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
