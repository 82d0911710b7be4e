import type { Session } from '../session.js';
import { nextTurn } from '../../clock.js';
import { keepingTransaction } from '../kept-transaction.js';
import { TransactionEnded } from '../transaction-ended.js';
import { saysUnrecorded } from '../records/outcome-sql.js';
import { literalWriter, type Recording } from '../records/bound.js';
import type { RecordTables } from '../records/tables.js';
import type { ExecutorInput } from '../migration-dialect.js';
import { HiddenTables } from './hidden-tables.js';
import { RebuildGuard } from './rebuild-guard.js';
import type { RunningRevision } from '../running-revision.js';
import type { Executor, Limits } from '../executor.js';
import { ensureJournal } from './journal.js';
import { NOT_RECORDED, ROLLED_BACK } from '../left-after.js';
import { blocks, interrupt, isInTransaction, type NativeConnection } from './native.js';

/** A transaction that leaves alone the one in which the application may be, which is refused only later. */
const OURS = '"orchestrator_db"';

/** Executes on the only connection. */
export class SqliteExecutor implements Executor {
  readonly pooled = false;
  readonly #session: Session;
  readonly #connection: NativeConnection;
  readonly #tables: RecordTables;
  readonly #guard: RebuildGuard;
  readonly #hidden: HiddenTables;
  #hadNoJournal = false;

  private constructor(session: Session, { tables, migrations }: ExecutorInput, connection: NativeConnection) {
    this.#session = session;
    this.#connection = connection;
    this.#tables = tables;
    this.#guard = new RebuildGuard(session, migrations);
    this.#hidden = new HiddenTables(session);
  }

  /** Executes on the connection of a session. */
  static async open(session: Session, input: ExecutorInput): Promise<SqliteExecutor> {
    const executor = new SqliteExecutor(session, input, (await session.connection()) as NativeConnection);
    executor.#hadNoJournal = await ensureJournal(session);
    return executor;
  }

  hasOwnSession(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** A process takes its transaction with it. */
  awaitUncommitted(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** Each writes, its record at least. */
  inTransaction(_limits: Limits, body: () => Promise<Recording>): Promise<void> {
    return this.#guard.inTransaction((recording: Recording) => this.#commit(recording), body);
  }

  /** A revision without a transaction handles foreign keys itself, so the setting is that of the application. */
  async outside(_limits: Limits, body: () => Promise<Recording>): Promise<void> {
    await this.#guard.close();
    const recording = await this.#hidden.around(body, NOT_RECORDED);
    await this.send(recording(literalWriter).map(({ sql }) => sql));
  }

  async rehearse(recording: Recording): Promise<void> {
    const texts = recording(literalWriter).map(({ sql }) => sql);
    try {
      await this.#session.send([`SAVEPOINT ${OURS}`, ...texts]);
    } finally {
      await this.#session.send([`ROLLBACK TO ${OURS}`, `RELEASE ${OURS}`]).catch(() => undefined);
    }
  }

  beside(statement: string): Promise<void> {
    return this.send([statement]);
  }

  cancel(): Promise<void> {
    interrupt(this.#connection);
    return Promise.resolve();
  }

  async send(statements: readonly string[]): Promise<void> {
    try {
      await this.#session.send([`SAVEPOINT ${OURS}`, ...statements, `RELEASE ${OURS}`]);
    } catch (error) {
      // Where it was not begun, or SQLite has rolled back by itself, there is nothing to roll back.
      await this.#session.send([`ROLLBACK TO ${OURS}`, `RELEASE ${OURS}`]).catch(() => undefined);
      throw error;
    }
  }

  nextTurn(): Promise<unknown> {
    return blocks(this.#connection) ? nextTurn() : Promise.resolve();
  }

  async runBody(body: () => Promise<void>, running?: RunningRevision): Promise<void> {
    const kept = () => this.#guard.keepingTables(running, () => this.#inOurs(body));
    return this.#hidden.around(kept, ROLLED_BACK);
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

  sendAnswer(_statement: string, _lockTimeoutMs: number, send: () => Promise<unknown>): Promise<unknown> {
    return send();
  }

  async close(): Promise<void> {
    await this.#guard.close();
    if (this.#hadNoJournal) await this.#session.query('PRAGMA main.journal_mode = OFF');
  }

  /** ON CONFLICT ROLLBACK, RAISE(ROLLBACK) and a full disk end a transaction: https://www.sqlite.org/lang_transaction.html */
  async #inOurs(body: () => Promise<void>): Promise<void> {
    const isOpen = () => isInTransaction(this.#connection);
    await keepingTransaction(this.#session, { language: 'sqlite', isOpen, endsByFailure: true }, body);
    if (!(await isOpen())) throw new TransactionEnded();
  }

  /** Reports a violation that prevented a record while the transaction still shows it. */
  #commit(recording: Recording): Promise<void> {
    const texts = recording(literalWriter).map(({ sql }) => sql);
    return this.#session.commit(texts, async (error) => {
      if (saysUnrecorded(error, this.#tables)) await this.#guard.assertNoNewViolations();
      return error;
    });
  }
}
