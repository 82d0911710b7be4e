import type { QueryRunner } from 'typeorm';

interface Open<T> {
  readonly items: T[];
  readonly done: Promise<void>;
}

/**
 * Gathers the rows of one save. TypeORM calls a subscriber for every row before it waits for the first call. So one
 * statement handles many rows, and statements run one after the other on the connection.
 */
export class Gathering<T> {
  readonly #open = new WeakMap<QueryRunner, Open<T>>();
  readonly #deal: (queryRunner: QueryRunner, items: readonly T[]) => Promise<void>;

  constructor(deal: (queryRunner: QueryRunner, items: readonly T[]) => Promise<void>) {
    this.#deal = deal;
  }

  /** Settles when all items of the same save are handled. */
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
    // When another subscriber throws at once, TypeORM does not wait for this one, and its rejection stays unhandled.
    done.catch(() => undefined);
    this.#open.set(queryRunner, { items, done });
    return done;
  }
}
