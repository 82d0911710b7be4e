import type { DataSource, QueryRunner } from 'typeorm';
import { LineLogger } from '../logger.js';
import { NotConnectedError } from '../errors/base.js';
import { commitFailure } from './commit-uncertain.js';
import type { Intercept } from './interceptors.js';
import { quietly } from './quiet.js';
import { databaseOf } from './registry.js';
import type { Row } from './row.js';
import {
  SessionClosedError,
  type Notice,
  type Place,
  type Results,
  type Session,
  type Wire,
} from './session.js';
import { queryBelow, watchStatements } from './statement-watch.js';

/** A session over one of TypeORM's query runners: its interceptors see what others send through that as well. */
export class TypeormSession implements Session {
  readonly place: Place;
  readonly queryRunner: QueryRunner;
  readonly #wire: Wire;
  #underWay = 0;
  #isClosed = false;
  #unlimit: () => void = () => undefined;

  constructor(queryRunner: QueryRunner) {
    const { connection } = queryRunner;
    const database = databaseOf(connection);
    this.queryRunner = queryRunner;
    this.place = database.place(connection);
    this.#wire = database.wire;
  }

  get isClosed(): boolean {
    return this.#isClosed || this.queryRunner.isReleased;
  }

  get openTransactions(): number {
    const { isTransactionActive, transactionDepth } = this.queryRunner as unknown as Depth;
    return isTransactionActive ? Math.max(transactionDepth, 1) : 0;
  }

  async query(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]> {
    const send = () => this.queryRunner.query(sql, parameters && [...parameters], true);
    return this.#during(async () => rowsOf(await quietly(this.queryRunner, sql, send)));
  }

  send(statements: readonly string[]): Promise<Results> {
    const { connection } = this.queryRunner;
    return this.#during(async () => {
      const native = await this.connection();
      // Messages are of this package alone, so only its own logger shows them.
      if (connection.logger instanceof LineLogger) connection.logger.logQuery(statements.join('; '));
      return this.#wire.send(native, statements);
    });
  }

  /** TypeORM counts a transaction as begun before it is. */
  async begin(along: readonly string[] = []): Promise<Results> {
    const { queryRunner } = this;
    const sql = await this.#unsent(() => queryRunner.startTransaction());
    try {
      const results = await this.send([this.#wire.begin(sql), ...along]);
      return results.slice(1);
    } catch (error) {
      // SQLite refuses to roll back what it has not begun.
      await this.rollback();
      throw error;
    }
  }

  async commit(
    along: readonly string[] = [],
    explain: (error: unknown) => Promise<unknown> = (error) => Promise.resolve(error),
  ): Promise<void> {
    // What is asked for while it is sent, to explain a failure, is no COMMIT any more.
    const stopWatching = watchStatements(this.queryRunner, async (sql) => {
      stopWatching();
      await this.send([...along, sql]).catch(async (error: unknown) =>
        Promise.reject(await explained(error)),
      );
    });
    const explained = async (error: unknown) => (await explain(error)) as Error;
    const isGone = this.isClosed;
    try {
      await this.queryRunner.commitTransaction().finally(stopWatching);
    } catch (error) {
      await this.rollback();
      throw commitFailure(error, isGone);
    }
  }

  /** Savepoints first. */
  async rollback(): Promise<void> {
    try {
      while (this.queryRunner.isTransactionActive) await this.queryRunner.rollbackTransaction();
    } catch {
      // Nothing can be sent any more, or SQLite has rolled back by itself.
      await this.#forgetTransactions().catch(() => undefined);
    }
  }

  /** TypeORM counts those as open whose end the database has refused. */
  async #forgetTransactions(): Promise<void> {
    while (this.queryRunner.isTransactionActive)
      await this.#unsent(() => this.queryRunner.rollbackTransaction());
  }

  watch(intercept: Intercept): () => void {
    return watchStatements(this.queryRunner, intercept);
  }

  below(): (sql: string) => Promise<readonly Row[]> {
    const query = queryBelow(this.queryRunner);
    return async (sql) => rowsOf(await quietly(this.queryRunner, sql, () => query(sql, undefined, true)));
  }

  async onNotice(listener: (notice: Notice) => void): Promise<() => void> {
    return this.#wire.onNotice(await this.connection(), listener);
  }

  warn(words: string): void {
    this.queryRunner.connection.logger.log('warn', words, this.queryRunner);
  }

  connection(): Promise<unknown> {
    return this.queryRunner.connect() as Promise<unknown>;
  }

  renew(): Promise<TypeormSession> {
    return openTypeormSession(this.queryRunner.connection);
  }

  /** From now on a statement fails that a silent server does not answer. */
  async limitAnswers(): Promise<void> {
    this.#unlimit = this.#wire.limitAnswers(await this.connection(), this.place);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unlimit();
    // The pool would hand out the connection again, with the statement under way.
    if (this.#underWay > 0 && !this.queryRunner.isReleased)
      await this.#wire.breakOff(await this.connection()).catch(() => undefined);
    await this.queryRunner.release();
  }

  async #during<T>(send: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new SessionClosedError();
    this.#underWay += 1;
    return send().finally(() => (this.#underWay -= 1));
  }

  /** What TypeORM would have sent. */
  async #unsent(body: () => Promise<void>): Promise<string> {
    const seen: string[] = [];
    const stopWatching = watchStatements(this.queryRunner, (sql) => Promise.resolve(void seen.push(sql)));
    await body().finally(stopWatching);
    return seen.join('; ');
  }
}

/** TypeORM counts what it has begun a moment after it calls a transaction active. */
interface Depth {
  readonly isTransactionActive: boolean;
  readonly transactionDepth: number;
}

/** Provides a connection of the pool; `close` returns it. @throws NotConnectedError, OptionsIgnoredError */
export async function openTypeormSession(dataSource: DataSource): Promise<TypeormSession> {
  if (!dataSource.isInitialized) throw new NotConnectedError();
  const database = databaseOf(dataSource);
  database.surviveLostConnections(dataSource);
  const session = new TypeormSession(dataSource.createQueryRunner());
  // TypeORM never closes a pool one of whose query runners was released before it was connected.
  const connection = await session.connection();
  try {
    await session.limitAnswers();
    await database.assertOptions(connection);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Interceptors of others may answer with less than TypeORM does. */
function rowsOf(result: unknown): readonly Row[] {
  if (Array.isArray(result)) return result as readonly Row[];
  const { records } = (result ?? {}) as { readonly records?: readonly Row[] };
  return records ?? [];
}
