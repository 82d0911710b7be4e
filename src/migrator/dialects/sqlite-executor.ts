import type { QueryRunner } from 'typeorm';
import { keepingTransaction } from '../in-transaction.js';
import type { BoundStatement } from '../records/sql.js';
import { RebuildGuard } from '../sqlite-rebuild-guard.js';
import type { Executor, Limits, Row } from './executor.js';

/** Executes on TypeORM's only connection. */
export class SqliteExecutor implements Executor {
  readonly pooled = false;
  readonly #queryRunner: QueryRunner;
  readonly #guard: RebuildGuard;

  constructor(queryRunner: QueryRunner) {
    this.#queryRunner = queryRunner;
    this.#guard = new RebuildGuard(queryRunner);
  }

  /** A process takes its transaction with it. */
  awaitUncommitted(): Promise<void> {
    return Promise.resolve();
  }

  inTransaction(_limits: Limits, body: () => Promise<void>): Promise<void> {
    return this.#guard.inTransaction(body);
  }

  /** Whoever asks for no transaction takes care of foreign keys, so they are as the application has them. */
  async outside(_limits: Limits, body: () => Promise<void>): Promise<void> {
    await this.#guard.close();
    await body();
  }

  /** One driver can interrupt a statement; the other one blocks the process until it is done. */
  cancel(): Promise<void> {
    const { databaseConnection } = this.#queryRunner.connection.driver as unknown as {
      readonly databaseConnection?: { readonly interrupt?: () => void };
    };
    databaseConnection?.interrupt?.();
    return Promise.resolve();
  }

  async send({ sql, parameters }: BoundStatement): Promise<readonly Row[]> {
    return (await this.#queryRunner.query(sql, [...parameters])) as readonly Row[];
  }

  runBody(body: () => Promise<void>): Promise<void> {
    return this.#guard.keepingTriggers(() => keepingTransaction(this.#queryRunner, body));
  }

  recordCondition(): Promise<string | undefined> {
    return this.#guard.recordCondition();
  }

  explainRefusal(): Promise<void> {
    return this.#guard.assertNoNewViolations();
  }

  clearBefore(): Promise<void> {
    return Promise.resolve();
  }

  verifyAfter(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.#guard.close();
  }
}
