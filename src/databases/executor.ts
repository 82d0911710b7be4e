import type { Recording } from './records/bound.js';
import type { RunningRevision } from './running-revision.js';
import type { RecordTables } from './records/tables.js';

/** How long a statement in a transaction may wait for a lock by default, milliseconds. */
export const LOCK_TIMEOUT_MS = 3000;

/** Limits for the statements of one revision, milliseconds; 0 is none. */
export interface Limits {
  /** Whether it was generated: then constants mean what they meant when it was verified. */
  readonly generated: boolean;
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** How a generated backfill goes about it, where that is given: outside transactions, PostgreSQL only. */
  readonly pace?: BackfillPace;
}

/** How a backfill is paced. Where nothing is given, settings of the server decide. */
export interface BackfillPace {
  /** It waits while a standby lags by more. */
  readonly maxLagMs?: number;
  /** It sleeps so long after each batch. */
  readonly pauseMs?: number;
}

/** The connection on which a run executes, with what it needs around each revision. */
export interface Executor {
  /** Whether a pooler is in between, which may give each transaction another session. */
  readonly pooled: boolean;
  /** Whether what is sent outside transactions stays in one session of the server. */
  hasOwnSession(): Promise<boolean>;
  /**
   * Waits for a session that has recorded a revision and not committed yet: its lock may be lost while COMMIT is under
   * way. Returns how many numbers the list of revisions has given out by then, where that announces later records.
   */
  awaitUncommitted(tables: RecordTables): Promise<number | undefined>;
  /**
   * Runs a body in a transaction with its limits, and commits it with what the body gives; rolled back when either
   * fails.
   */
  inTransaction(limits: Limits, body: () => Promise<Recording>): Promise<void>;
  /** Runs a body outside any transaction with its limits, which are put back after what the body gives is sent. */
  outside(limits: Limits, body: () => Promise<Recording>): Promise<void>;
  /** Sends what would record a revision, and rolls it back: throws what recording would throw. */
  rehearse(recording: Recording): Promise<void>;
  /** Sends one statement on another connection of a moment, while one is under way on this one. */
  beside(statement: string): Promise<void>;
  /** Ends the running statement from outside, as well as the driver can. */
  cancel(): Promise<void>;
  /** Sends statements without parameters in one go: all of them are done, or none. */
  send(statements: readonly string[]): Promise<void>;
  /** Lets signals and other events in, which a driver that blocks would keep out until the end. */
  nextTurn(): Promise<unknown>;
  /** Runs what a revision runs, inside `inTransaction`; `running` is undefined for statements of no revision. */
  runBody(body: () => Promise<void>, running?: RunningRevision): Promise<void>;
  /**
   * What has to hold, besides the lock, for a revision to be recorded: an SQL condition; throws what is wrong already.
   */
  recordCondition(): Promise<string | undefined>;
  /** Removes what a non-transactional statement has left half done. */
  clearBefore(statement: string): Promise<void>;
  /** Throws when a non-transactional statement has not done what it reports. */
  verifyAfter(statement: string): Promise<void>;
  /**
   * Sends a statement that a query has answered with, outside transactions: what builds an index without blocking others
   * like the one statement of a revision, any other one with a limit on its wait for locks.
   */
  sendAnswer(statement: string, lockTimeoutMs: number, send: () => Promise<unknown>): Promise<unknown>;
  /** Puts back what was changed on the connection for the run. */
  close(): Promise<void>;
}
