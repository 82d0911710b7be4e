import type { BoundStatement } from '../records/sql.js';
import type { RecordTables } from '../records/tables.js';

/** Limits for the statements of one revision, milliseconds; 0 is none. */
export interface Limits {
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** A row, by column name. */
export type Row = Readonly<Record<string, unknown>>;

/** The connection on which a run executes, with what it needs around each revision. */
export interface Executor {
  /** Whether a pooler gives each transaction another session. */
  readonly pooled: boolean;
  /** Waits for whoever has recorded a revision and has not committed that yet: his lock may be lost, his COMMIT on its way. */
  awaitUncommitted(tables: RecordTables): Promise<void>;
  /** Runs a body in a transaction with its limits; rolled back when it throws. */
  inTransaction(limits: Limits, body: () => Promise<void>): Promise<void>;
  /** Runs a body outside any transaction with its limits, which are put back afterwards. */
  outside(limits: Limits, body: () => Promise<void>): Promise<void>;
  /** Ends the running statement from outside, as well as the driver can. */
  cancel(): Promise<void>;
  /** Sends a statement that comes again and again, prepared where that can be. */
  send(statement: BoundStatement): Promise<readonly Row[]>;
  /** Runs what a revision runs, inside `inTransaction`. */
  runBody(body: () => Promise<void>): Promise<void>;
  /** What has to hold, besides the lock, for a revision to be recorded: an SQL condition; throws what is wrong already. */
  recordCondition(): Promise<string | undefined>;
  /** Throws what is wrong, when that condition does not hold. */
  explainRefusal(): Promise<void>;
  /** Removes what a non-transactional statement has left half done. */
  clearBefore(statement: string): Promise<void>;
  /** Throws when a non-transactional statement has not done what it reports. */
  verifyAfter(statement: string): Promise<void>;
  /** Puts back what was changed on the connection for the run. */
  close(): Promise<void>;
}
