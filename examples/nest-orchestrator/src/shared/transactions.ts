import { Injectable } from '@nestjs/common';
import { withPrimary } from 'orchestrator-db';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

/** How rows are found that are about to be changed. */
export interface ForUpdate {
  readonly lock?: { readonly mode: 'for_no_key_update' };
}

/** One transaction a piece of work. */
@Injectable()
export class Transactions {
  /** On PostgreSQL nobody else changes the rows until the transaction ends; on SQLite transactions take turns. */
  readonly forUpdate: ForUpdate;
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly dataSource: DataSource) {
    this.forUpdate = this.#hasPool() ? { lock: { mode: 'for_no_key_update' } } : {};
  }

  /** Commits when the work is done, rolls back when it throws. */
  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const begin = () => this.dataSource.transaction(work);
    return this.#hasPool() ? begin() : this.#inTurn(begin);
  }

  /** Reads what was written until now; a replica may lag behind. */
  onPrimary<T>(read: (manager: EntityManager) => Promise<T>): Promise<T> {
    return withPrimary(this.dataSource, read);
  }

  /** TypeORM has one connection to SQLite: a second transaction would become a savepoint of the first. */
  #inTurn<T>(begin: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(begin);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #hasPool(): boolean {
    return this.dataSource.options.type === 'postgres';
  }
}
