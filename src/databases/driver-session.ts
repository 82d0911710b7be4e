import { commitFailure } from './commit-uncertain.js';
import { Interceptors, type Intercept } from './interceptors.js';
import type { Row } from './row.js';
import {
  SessionClosedError,
  type Notice,
  type Place,
  type Results,
  type Session,
  type Wire,
} from './session.js';

/** A driver without TypeORM. */
export interface Driver extends Wire {
  readonly query: (
    connection: unknown,
    sql: string,
    parameters: readonly unknown[] | undefined,
  ) => Promise<readonly Row[]>;
  /** Whether the connection has ended by itself. */
  readonly hasEnded: (connection: unknown) => boolean;
  /** Ends a connection on which nothing is under way. */
  readonly end: (connection: unknown) => Promise<void>;
}

/** A connection that a driver has made. */
export interface Opened {
  readonly place: Place;
  readonly connection: unknown;
  /** Makes another one of the same place. */
  readonly again: () => Promise<Opened>;
  /** Where warnings go. */
  readonly onWarning: (words: string) => void;
}

/** A session over a driver, without TypeORM. */
export class DriverSession implements Session {
  readonly place: Place;
  readonly #driver: Driver;
  readonly #opened: Opened;
  readonly #interceptors = new Interceptors();
  #openTransactions = 0;
  #underWay = 0;
  #isClosed = false;

  constructor(driver: Driver, opened: Opened) {
    this.#driver = driver;
    this.#opened = opened;
    this.place = opened.place;
  }

  get isClosed(): boolean {
    return this.#isClosed || this.#driver.hasEnded(this.#opened.connection);
  }

  get openTransactions(): number {
    return this.#openTransactions;
  }

  async query(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]> {
    const rows = (await this.#interceptors.pass(this.#query, [sql, parameters])) as
      readonly Row[] | undefined;
    return rows ?? [];
  }

  send(statements: readonly string[]): Promise<Results> {
    return this.#during(() => this.#driver.send(this.#opened.connection, statements));
  }

  async begin(along: readonly string[] = []): Promise<Results> {
    this.#openTransactions = 1;
    try {
      const results = await this.send([this.#driver.begin('START TRANSACTION'), ...along]);
      return results.slice(1);
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  async commit(
    along: readonly string[] = [],
    explain: (error: unknown) => Promise<unknown> = (error) => Promise.resolve(error),
  ): Promise<void> {
    if (this.#openTransactions === 0) throw new Error('no transaction is open');
    const isGone = this.isClosed;
    try {
      await this.send([...along, 'COMMIT']);
      this.#openTransactions = 0;
    } catch (error) {
      const cause = await explain(error).catch((other: unknown) => other);
      await this.rollback();
      throw commitFailure(cause, isGone);
    }
  }

  async rollback(): Promise<void> {
    if (this.#openTransactions === 0) return;
    this.#openTransactions = 0;
    await this.query('ROLLBACK').catch(() => undefined);
  }

  watch(intercept: Intercept): () => void {
    const remove = this.#interceptors.add(intercept);
    return () => void remove();
  }

  below(): (sql: string) => Promise<readonly Row[]> {
    const query = this.#interceptors.below(this.#query);
    return async (sql) => ((await query(sql)) ?? []) as readonly Row[];
  }

  onNotice(listener: (notice: Notice) => void): Promise<() => void> {
    return Promise.resolve(this.#driver.onNotice(this.#opened.connection, listener));
  }

  warn(words: string): void {
    this.#opened.onWarning(words);
  }

  connection(): Promise<unknown> {
    return Promise.resolve(this.#opened.connection);
  }

  async renew(): Promise<DriverSession> {
    return new DriverSession(this.#driver, await this.#opened.again());
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { connection } = this.#opened;
    if (this.#underWay > 0) await this.#driver.breakOff(connection);
    else await this.#driver.end(connection);
  }

  readonly #query = (sql: unknown, parameters?: unknown): Promise<readonly Row[]> =>
    this.#during(() =>
      this.#driver.query(this.#opened.connection, String(sql), parameters as readonly unknown[] | undefined),
    );

  async #during<T>(send: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new SessionClosedError();
    this.#underWay += 1;
    return send().finally(() => (this.#underWay -= 1));
  }
}
