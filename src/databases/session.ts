import type { Intercept } from './interceptors.js';
import type { Row } from './row.js';

/** A statement was sent on a session that this process has closed. */
export class SessionClosedError extends Error {
  constructor() {
    super('this process has closed the connection');
  }
}

/** The rows of each result of a message. */
export type Results = readonly (readonly Row[])[];

/** What a server sends along with the answer to a statement: `RAISE NOTICE` or `RAISE WARNING` for example. */
export interface Notice {
  readonly severity: 'notice' | 'warning';
  readonly message: string;
  /** Whether it reports that there was nothing to drop, which the statement allows. */
  readonly isAbsence?: boolean;
  /** Of the notice of a generated backfill that reports how far it is. */
  readonly progress?: BackfillProgress;
}

/** From how many seconds on the time that a backfill has left is shown in minutes. */
export const MINUTES_FROM = 120;

/** How far a backfill is. */
export interface BackfillProgress {
  /** The table, as SQL. */
  readonly table: string;
  readonly column: string;
  /** Rows that this run of the backfill has filled. */
  readonly done: number;
  /** About how many it is going to fill. */
  readonly estimated: number;
  /** Rows per second since it began. */
  readonly rate: number;
  /** About how many seconds are left at this rate. */
  readonly secondsLeft: number;
}

/**
 * What a session is opened for. `read` changes nothing, on the way to its first statement neither; only `write` creates
 * a file that does not exist.
 */
export type Purpose = 'read' | 'write' | 'revert';

/** A database, and how the connection of a session came to it. */
export interface Place {
  readonly dialect: string;
  /** In words and without its password. */
  readonly shown: string;
  /** The name of the database, or the path of its file. */
  readonly database: string;
  /** With what the room of the database opens further connections: the driver's module or pool. */
  readonly driver: unknown;
}

/**
 * One connection, whichever driver is below it. Errors are the driver's, or TypeORM's around them; `codeOf` reads the
 * codes of both.
 */
export interface Session {
  readonly place: Place;
  /** Whether it was closed, or its server has ended it: then every statement is refused. */
  readonly isClosed: boolean;
  /** How many transactions and savepoints are open. */
  readonly openTransactions: number;
  /** Sends one statement. Gives its rows, none for a statement that answers with none. */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
  /**
   * Sends statements without parameters in one message; the first error ends it. Interceptors do not see them. SQLite's
   * drivers give no rows of a message.
   */
  send(statements: readonly string[]): Promise<Results>;
  /** Begins a transaction that is going to write. Sends statements along with BEGIN; gives the rows of each. */
  begin(along?: readonly string[]): Promise<Results>;
  /**
   * Sends COMMIT behind statements. Rolls back when one of them fails.
   *
   * @param explain gives what is thrown in place of an error; asked while the transaction is still there
   * @throws CommitUncertain when no answer to COMMIT came
   */
  commit(along?: readonly string[], explain?: (error: unknown) => Promise<unknown>): Promise<void>;
  /**
   * Rolls back to the outermost transaction. Never fails: a database rolls back by itself when the connection is gone.
   */
  rollback(): Promise<void>;
  /** Lets a function see every statement of `query`. The newest function sees it first. @returns removes it */
  watch(intercept: Intercept): () => void;
  /** Sends statements past all later interceptors. */
  below(): (sql: string) => Promise<readonly Row[]>;
  /** Reports notices of the server. The listener must not throw. @returns stops it */
  onNotice(listener: (notice: Notice) => void): Promise<() => void>;
  /** Reports something about the database to the log of the application. */
  warn(words: string): void;
  /** The driver's own connection. */
  connection(): Promise<unknown>;
  /** Opens another session of the same place. */
  renew(): Promise<Session>;
  /** Gives the connection back or ends it. A statement that is under way does not keep it. */
  close(): Promise<void>;
}

/** How messages reach a connection of one kind of database, opened by this package or not. */
export interface Wire {
  /** The statement that begins a transaction, in place of the one that TypeORM would send. */
  readonly begin: (sql: string) => string;
  readonly send: (connection: unknown, statements: readonly string[]) => Promise<Results>;
  readonly onNotice: (connection: unknown, listener: (notice: Notice) => void) => () => void;
  /**
   * Has a statement fail that a silent server does not answer; nothing where there is no server. @returns takes it back
   */
  readonly limitAnswers: (connection: unknown, place: Place) => () => void;
  /**
   * Ends a connection although a statement is under way; nothing where a connection is shared by all of the process.
   */
  readonly breakOff: (connection: unknown) => Promise<void>;
}

/** Runs a body in a transaction, and commits it with what the body gives; rolled back when either fails. */
export async function inTransaction<T>(
  session: Session,
  { begin, commit }: { readonly begin: () => Promise<unknown>; readonly commit: (last: T) => Promise<void> },
  body: () => Promise<T>,
): Promise<void> {
  let last: T;
  try {
    await begin();
    last = await body();
  } catch (error) {
    await session.rollback();
    throw error;
  }
  await commit(last);
}
