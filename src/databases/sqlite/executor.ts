import type { QueryRunner } from 'typeorm';
import { nextTurn } from '../../clock.js';
import { keepingTransaction } from '../in-transaction.js';
import { saysUnrecorded } from '../records/outcome-sql.js';
import { literalWriter, type Recording } from '../records/bound.js';
import type { RecordTables } from '../records/tables.js';
import { RebuildGuard } from './rebuild-guard.js';
import type { RunningRevision } from '../running-revision.js';
import type { Executor, Limits } from '../executor.js';
import { blocks, execSqlite } from './exec.js';

/** A transaction that leaves alone the one in which the application may be, which is refused only later. */
const OURS = '"orchestrator_db"';

/** Executes on TypeORM's only connection. */
export class SqliteExecutor implements Executor {
  readonly pooled = false;
  readonly #queryRunner: QueryRunner;
  readonly #tables: RecordTables;
  readonly #guard: RebuildGuard;

  constructor(queryRunner: QueryRunner, tables: RecordTables) {
    this.#queryRunner = queryRunner;
    this.#tables = tables;
    this.#guard = new RebuildGuard(queryRunner);
  }

  hasOwnSession(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** A process takes its transaction with it. */
  awaitUncommitted(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /**
   * Each writes, its record at least. Begun as a plain one, it would read first, and then SQLite does not wait for
   * another writer, whatever the busy time-out: https://www.sqlite.org/lang_transaction.html
   */
  inTransaction(_limits: Limits, body: () => Promise<Recording>): Promise<void> {
    const begin = () => execSqlite(this.#queryRunner, ['BEGIN IMMEDIATE TRANSACTION']);
    const commit = (sql: string, recording: Recording) => this.#record(recording, [sql]);
    return this.#guard.inTransaction({ begin, commit }, body);
  }

  /** Whoever asks for no transaction takes care of foreign keys, so they are as the application has them. */
  async outside(_limits: Limits, body: () => Promise<Recording>): Promise<void> {
    await this.#guard.close();
    const recording = await body();
    await this.send(recording(literalWriter).map(({ sql }) => sql));
  }

  async rehearse(recording: Recording): Promise<void> {
    const texts = recording(literalWriter).map(({ sql }) => sql);
    try {
      await execSqlite(this.#queryRunner, [`SAVEPOINT ${OURS}`, ...texts]);
    } finally {
      await execSqlite(this.#queryRunner, [`ROLLBACK TO ${OURS}`, `RELEASE ${OURS}`]).catch(() => undefined);
    }
  }

  /** One driver can interrupt a statement; the other one blocks the process until it is done. */
  cancel(): Promise<void> {
    const { databaseConnection } = this.#queryRunner.connection.driver as unknown as {
      readonly databaseConnection?: { readonly interrupt?: () => void };
    };
    databaseConnection?.interrupt?.();
    return Promise.resolve();
  }

  async send(statements: readonly string[]): Promise<void> {
    try {
      await execSqlite(this.#queryRunner, [`SAVEPOINT ${OURS}`, ...statements, `RELEASE ${OURS}`]);
    } catch (error) {
      // Where it was not begun, or SQLite has rolled back by itself, there is nothing to roll back.
      await execSqlite(this.#queryRunner, [`ROLLBACK TO ${OURS}`, `RELEASE ${OURS}`]).catch(() => undefined);
      throw error;
    }
  }

  nextTurn(): Promise<unknown> {
    return blocks(this.#queryRunner) ? nextTurn() : Promise.resolve();
  }

  runBody(body: () => Promise<void>, running?: RunningRevision): Promise<void> {
    return this.#guard.keepingTables(running, () => keepingTransaction(this.#queryRunner, 'sqlite', body));
  }

  recordCondition(): Promise<string | undefined> {
    return this.#guard.recordCondition();
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

  /** What a violation has kept from being recorded is told while the transaction still shows it. */
  async #record(recording: Recording, after: readonly string[]): Promise<void> {
    const texts = recording(literalWriter).map(({ sql }) => sql);
    try {
      await execSqlite(this.#queryRunner, [...texts, ...after]);
    } catch (error) {
      if (saysUnrecorded(error, this.#tables)) await this.#guard.assertNoNewViolations();
      throw error;
    }
  }
}
