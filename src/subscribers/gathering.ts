import type { QueryRunner } from 'typeorm';

interface Open<T> {
  readonly items: T[];
  readonly done: Promise<void>;
}

/**
 * Gathers what TypeORM tells in one go. It calls a subscriber for every row of a save before it waits for the first
 * call, so that many rows are dealt with in one statement, and one statement after the other on the connection.
 */
export class Gathering<T> {
  readonly #open = new WeakMap<QueryRunner, Open<T>>();
  readonly #deal: (queryRunner: QueryRunner, items: readonly T[]) => Promise<void>;

  constructor(deal: (queryRunner: QueryRunner, items: readonly T[]) => Promise<void>) {
    this.#deal = deal;
  }

  /** Settles when all that were added in the same go have been dealt with. */
  add(queryRunner: QueryRunner, item: T): Promise<void> {
    const open = this.#open.get(queryRunner);
    if (!open) return this.#begin(queryRunner, [item]);
    open.items.push(item);
    return open.done;
  }

  #begin(queryRunner: QueryRunner, items: T[]): Promise<void> {
    const done = Promise.resolve().then(() => {
      this.#open.delete(queryRunner);
      return this.#deal(queryRunner, items);
    });
    // Where another subscriber throws at once, TypeORM does not wait for this one, and nobody hears it fail.
    done.catch(() => undefined);
    this.#open.set(queryRunner, { items, done });
    return done;
  }
}
