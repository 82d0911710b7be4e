/** Executes revisions on PostgreSQL. First makes sure that the lock excludes other sessions. */

import { LockLostError, LockUnavailableError } from '../../errors/migration.js';
import { keepingTransaction } from '../kept-transaction.js';
import { inTransaction, type Results, type Session } from '../session.js';
import { lineOf, onOwnConnection, type PostgresClient } from './client.js';
import { tried, whyEntered } from './lock/exclusion.js';
import { IN_RECOVERY } from './lock/primary.js';
import { boundWriter, literalWriter, type Recording } from '../records/bound.js';
import { postgresRecords } from './records.js';
import { numbersGiven } from './lock-key.js';
import type { RecordTables } from '../records/tables.js';
import type { ExecutorInput } from '../migration-dialect.js';
import { acceptedSettings, CHECK_SETTING, TCP_SETTINGS, type Setting } from './tcp-settings.js';
import { paceSettings, setForSession, setLocal, settingsFor } from './set-statements.js';
import { enforcing, rejectReplica } from './replication-role.js';
import { NOT_RECORDED, ROLLED_BACK } from '../left-after.js';
import { LOCK_TIMEOUT_MS, type Executor, type Limits } from '../executor.js';
import type { Row } from '../row.js';
import { FirstSchema } from './first-schema.js';
import { assertValidIndex, clearInvalidIndex } from './invalid-index.js';
import { givesSessions } from './pooling.js';
import { rejectEnded, TransactionIdentity } from './transaction-identity.js';
import { sendAnswer } from './send-answer.js';
import { SessionChecks } from './session-checks.js';
import { SessionPaths } from './session-paths.js';
import { PreparedTexts } from './prepared-texts.js';
import {
  maySet,
  putBackRest,
  putBackRole,
  SESSION_SETTINGS,
  type SessionSettings,
} from './session-settings.js';
import { postgresLiteral } from '../../sql/quote.js';

/** Sends statements in one message, with BEGIN or COMMIT where there is one. */
type SendAll = (statements: readonly string[]) => Promise<Results>;

/** What the session had set before a revision, and what is sent behind its record. */
interface Restoring {
  readonly before: SessionSettings;
  readonly after: readonly string[];
  /** What is left in the database where it is not recorded, in words. */
  readonly left: string;
}

/** Deferred triggers act before COMMIT, so that what they do to a record shows in what is sent behind it. */
const FIRE_DEFERRED = 'SET CONSTRAINTS ALL IMMEDIATE';

/** What is known of the session that executes. */
interface SessionFacts {
  readonly pid: number;
  readonly pooled: boolean;
  readonly checks: SessionChecks;
  /** With which the server finds out that this client is gone. */
  readonly deadClient: readonly Setting[];
}

/** Executes on a connection of TypeORM's pool. */
export class PostgresExecutor implements Executor {
  readonly pooled: boolean;
  readonly #session: Session;
  readonly #deadClient: readonly Setting[];
  readonly #checks: SessionChecks;
  readonly #prepared = new PreparedTexts();
  readonly #identity = new TransactionIdentity();
  #pid: number;
  #ownSession: Promise<boolean> | undefined;
  /** As the session was when it was first asked; each revision leaves it like that. */
  #settings: SessionSettings | undefined;
  /** Whether the body may have set something. */
  #maySet = false;
  /** Outside transactions, milliseconds. */
  #lockTimeoutMs = 0;

  private constructor(session: Session, facts: SessionFacts) {
    this.#session = session;
    this.#pid = facts.pid;
    this.pooled = facts.pooled;
    this.#deadClient = facts.deadClient;
    this.#checks = facts.checks;
  }

  /**
   * Makes sure that the lock excludes the session that is going to execute: some servers that speak PostgreSQL's
   * language answer every try with yes. A pooler hands out a process id of its own making with the connection.
   *
   * @throws LockUnavailableError
   * @throws LockLostError when it got in since the lock's own session has ended
   */
  static async open(
    session: Session,
    { tables, held, plainTables }: ExecutorInput,
  ): Promise<PostgresExecutor> {
    const client = (await session.connection()) as PostgresClient;
    const { lockName, path } = tables;
    let row = await tried(session, lockName);
    // A session that ends releases the lock at once and reports it a moment later: only a second success is proof.
    if (row.entered && (await held.isAlive())) row = await tried(session, lockName);
    if (row.entered && !(await held.isAlive())) throw new LockLostError();
    if (row.entered) throw new LockUnavailableError(whyEntered(await held.serverUpSince(), row));
    const { pid, upSince } = row;
    const pooled = client.processID !== pid;
    const line = lineOf(client);
    line.session = pooled ? undefined : { pid, upSince };
    const paths = pooled ? SessionPaths.of(client, path) : undefined;
    const wanted = pooled ? [CHECK_SETTING] : [...TCP_SETTINGS, CHECK_SETTING];
    return new PostgresExecutor(session, {
      pid,
      pooled,
      checks: new SessionChecks(paths, new FirstSchema({ tables, plainTables })),
      deadClient: await acceptedSettings(session, wanted),
    });
  }

  /** It is found out only when it matters, since that takes connections; once for a run. */
  hasOwnSession(): Promise<boolean> {
    if (!this.pooled) return Promise.resolve(true);
    return (this.#ownSession ??= givesSessions(this.#session.place));
  }

  /**
   * The fence is looked at when a revision is recorded, and the lock can be lost between that and COMMIT. Recording
   * takes ROW EXCLUSIVE on the table, which SHARE waits for; a later record is stopped by the fence.
   */
  async awaitUncommitted({ migrations }: RecordTables): Promise<number | undefined> {
    const table = postgresLiteral(migrations.sql);
    const found = `pg_catalog.to_regclass(${table})`;
    const sequence = `pg_catalog.pg_get_serial_sequence(${table}, 'id')`;
    // No DO block: a role may lack the right on its language.
    const { lockable } = await this.#send([
      `SELECT coalesce(pg_catalog.has_table_privilege(${found}, 'DELETE'), false) AS "lockable"`,
    ]);
    const lock = [
      `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`,
      `LOCK TABLE ${migrations.sql} IN SHARE MODE`,
    ];
    const { given } = await this.#send([
      ...(lockable === true ? lock : []),
      // While the table is locked, every session that has taken a number has committed.
      `SELECT CASE WHEN ${found} IS NULL THEN 0
         WHEN pg_catalog.has_sequence_privilege(${sequence}, 'USAGE')
         THEN ${numbersGiven(`${sequence}::pg_catalog.regclass`)} END AS "given"`,
    ]);
    return given === null ? undefined : Number(given);
  }

  /** The settings go with BEGIN, and the record with COMMIT: two round trips in all, beside those of the body. */
  inTransaction(limits: Limits, body: () => Promise<Recording>): Promise<void> {
    const session = this.#session;
    const settings = settingsFor(limits, this.#deadClient).map(setLocal);
    let before: SessionSettings = {};
    const begin = async () => {
      this.#maySet = false;
      before = await this.#apply(
        (statements) => session.begin(statements),
        [...settings, enforcing('transaction'), this.#identity.sql],
      );
    };
    const sending: SendAll = (statements) =>
      session.commit([this.#identity.assertion, ...statements]).then(() => [], rejectEnded);
    const commit = (recording: Recording) =>
      this.#record(sending, recording, {
        before,
        after: this.#maySet ? [putBackRest(before)] : [],
        left: ROLLED_BACK,
      });
    return inTransaction(session, { begin, commit }, body);
  }

  async outside(limits: Limits, body: () => Promise<Recording>): Promise<void> {
    const send = (statements: readonly string[]) => this.#session.send(statements);
    this.#lockTimeoutMs = limits.lockTimeoutMs;
    try {
      const settings = [...settingsFor(limits, this.#deadClient), ...paceSettings(limits.pace)];
      const before = await this.#apply(send, [...settings.map(setForSession), enforcing('session')]);
      await this.#record(send, await body(), { before, after: [], left: NOT_RECORDED });
    } finally {
      const former = this.#settings;
      const paces = paceSettings(limits.pace).map(([name]) => `RESET ${name}`);
      if (former)
        await this.#send([putBackRole(former), putBackRest(former), ...paces]).catch(() => undefined);
    }
  }

  async rehearse(recording: Recording): Promise<void> {
    const [record = '', ...behind] = recording(literalWriter).map(({ sql }) => sql);
    try {
      await this.#send(['BEGIN', record, FIRE_DEFERRED, ...behind]);
    } finally {
      await this.#send(['ROLLBACK']);
    }
  }

  beside(statement: string): Promise<void> {
    return onOwnConnection(this.#session.place, statement, []);
  }

  cancel(): Promise<void> {
    return onOwnConnection(this.#session.place, 'SELECT pg_catalog.pg_cancel_backend($1)', [this.#pid]);
  }

  async send(statements: readonly string[]): Promise<void> {
    await this.#send(statements);
  }

  /** Each statement is a turn. */
  nextTurn(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * BEGIN came with other statements, so a pooler that distributes reads has not noticed it. This call it knows as one
   * that may write: it then sends all that follows in the transaction to the primary, and what the body reads as well.
   */
  async runBody(body: () => Promise<void>): Promise<void> {
    if (this.pooled) await this.#send([`SELECT ${IN_RECOVERY}`]);
    const stopWatching = this.#session.watch((sql, send) => {
      this.#maySet ||= maySet(sql);
      return send();
    });
    const isOpen = () => this.#identity.isOpen((statements) => this.#session.send(statements));
    await keepingTransaction(
      this.#session,
      { language: 'postgres', isOpen, endsByFailure: false },
      body,
    ).finally(stopWatching);
  }

  recordCondition(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  clearBefore(statement: string): Promise<void> {
    return clearInvalidIndex(this.#session, statement);
  }

  verifyAfter(statement: string): Promise<void> {
    return assertValidIndex(this.#session, statement);
  }

  sendAnswer(statement: string, short: number, send: () => Promise<unknown>): Promise<unknown> {
    return sendAnswer(this.#session, statement, { short, usual: this.#lockTimeoutMs, send });
  }

  async close(): Promise<void> {
    const { deallocations } = this.#prepared;
    if (deallocations.length > 0) await this.#send(deallocations).catch(() => undefined);
  }

  /**
   * Prepared where that can be: not behind a pooler, whose sessions change. What the revision has set concerns its own
   * statements: the record is written, and the next revision begins, under the role that the session had before.
   */
  async #record(send: SendAll, recording: Recording, { before, after, left }: Restoring): Promise<void> {
    const [record = '', ...behind] = this.pooled
      ? recording(literalWriter).map(({ sql }) => sql)
      : recording(boundWriter(postgresRecords.placeholder)).map((statement) =>
          this.#prepared.textOf(statement),
        );
    try {
      const role = [...this.#checks.assertion, putBackRole(before)];
      await send([...role, record, FIRE_DEFERRED, ...behind, ...after]);
    } catch (error) {
      this.#prepared.forget();
      this.#checks.reject(error, left);
    }
  }

  /**
   * Gives what the session had set before. Behind a pooler it is another session each time: then it tells the server
   * process as well, for `cancel`.
   */
  async #apply(send: SendAll, settings: readonly string[]): Promise<SessionSettings> {
    const known = this.pooled ? undefined : this.#settings;
    const asking = [...(known ? [] : [SESSION_SETTINGS]), ...this.#checks.asking];
    const pid = this.pooled ? ['SELECT pg_catalog.pg_backend_pid() AS pid'] : [];
    const answer = valuesIn(await send([...asking, ...settings, ...pid]).catch(rejectReplica));
    if (this.pooled) this.#pid = Number(answer['pid']);
    this.#identity.note(answer);
    this.#settings = known ?? (JSON.parse(String(answer['settings'])) as SessionSettings);
    await this.#checks.take(answer, this.#session, () => this.hasOwnSession());
    return this.#settings;
  }

  /**
   * One message without parameters: the first error ends it, and what comes behind is not done. Gives all values by
   * name.
   */
  async #send(statements: readonly string[]): Promise<Row> {
    return valuesIn(await this.#session.send(statements));
  }
}

/** The values of all rows, by name. */
function valuesIn(results: Results): Row {
  return Object.assign({}, ...results.flat()) as Row;
}
