import { databaseWords, OrchestratorDbError } from './base.js';
import { RunEndedError } from './run-ended.js';

/** A connection to the database ended in the middle of the work. */
export class ConnectionLostError extends RunEndedError {
  readonly code = 'CONNECTION_LOST';

  /**
   * @param database with the password masked
   * @param cause the error of the driver or the server
   * @param remedy a sentence, where running again alone does not help
   */
  constructor(
    readonly database: string,
    cause: unknown,
    remedy?: string,
  ) {
    super(
      `The connection to ${database} ended: ${withoutStop(databaseWords(cause))}. ` +
        'The database rolls back the statement that ran; earlier revisions stay applied. ' +
        (remedy === undefined ? 'Run the same command again.' : `${remedy} Then run the same command again.`),
      { cause },
    );
  }
}

const RUN_LEFT =
  'The run was given up. The server rolls back the statement that ran when it notices that this client is gone; earlier revisions stay applied.';

/** The server no longer answers: the network is down, or the server hangs. */
export class ServerSilentError extends RunEndedError {
  readonly code = 'SERVER_SILENT';

  /**
   * @param database with the password masked
   * @param silentMs how long the server has been silent, milliseconds
   * @param about the result of a check by a second connection, a sentence without its full stop; and what that means for
   *   the command, by default for a run
   */
  constructor(
    readonly database: string,
    readonly silentMs: number,
    { found, left = RUN_LEFT }: { readonly found: string; readonly left?: string },
  ) {
    super(
      `${database} has not answered for ${Math.round(silentMs / 1000)} s. ${found}. ${left} ` +
        'Check the network and the server, then run the same command again.',
    );
  }
}

/** A signal has stopped a command that had nothing to roll back, or that did not end by itself. */
export class StoppedError extends OrchestratorDbError {
  readonly code = 'STOPPED';

  /**
   * @param signal its name
   * @param awaited what the command waited for
   */
  constructor(
    readonly signal: string,
    readonly awaited: readonly string[],
  ) {
    const wait = awaited.length === 0 ? '' : ` while it waited for ${awaited.join(' and ')}`;
    super(`Stopped by ${signal}${wait}. Run the command again.`);
  }
}

/** A statement of this package itself, not of a revision, failed. */
export class DatabaseFailedError extends RunEndedError {
  readonly code = 'DATABASE_FAILED';

  /**
   * @param database with the password masked
   * @param reasonCode the database's own code for the failure: an SQLSTATE, or SQLite's
   * @param failure the error of the database; its reason in words, with the code, where they are not those of the database
   */
  constructor(
    readonly database: string,
    readonly reasonCode: string,
    { cause, reason }: { readonly cause: unknown; readonly reason?: string | undefined },
  ) {
    const words = reason ?? `${withoutStop(databaseWords(cause))} (${reasonCode})`;
    super(
      `${database}: a statement failed: ${words}. ` +
        'Earlier revisions stay applied. Fix the cause, then run the same command again.',
      { cause },
    );
  }
}

/** A standby has cancelled a statement of this package, which was in the way of what it replays from its primary. */
export class StandbyConflictError extends RunEndedError {
  readonly code = 'STANDBY_CONFLICT';

  /**
   * @param database with the password masked
   * @param cause the error of the server
   */
  constructor(
    readonly database: string,
    cause: unknown,
  ) {
    super(
      `${database} is a standby and has cancelled a statement, because a change of its primary conflicts with it: ${withoutStop(databaseWords(cause))} (${codeIn(cause)}). Nothing was changed. ` +
        'Run the same command again, or on the primary. If it happens often, set hot_standby_feedback = on or a longer max_standby_streaming_delay on the standby.',
      { cause },
    );
  }
}

/** Transactions are read-only by default on this database or for this role. */
export class DatabaseReadOnlyError extends OrchestratorDbError {
  readonly code = 'DATABASE_READ_ONLY';

  /**
   * @param database with the password masked
   * @param setting its origin, in words, the statement or the place that resets it, and what the database is like now:
   *   `Nothing was changed.` by default
   * @param cause the error of the server
   */
  constructor(
    readonly database: string,
    readonly setting: { readonly origin: string; readonly remedy: string; readonly left?: string },
    cause: unknown,
  ) {
    super(
      `${database} is read-only for this role: default_transaction_read_only is on, ${setting.origin}. ${setting.left ?? 'Nothing was changed.'} ` +
        `Use a role that may write, or change the setting: ${setting.remedy}`,
      { cause },
    );
  }
}

function codeIn(error: unknown): string {
  return String((error as { readonly code?: unknown }).code);
}

function withoutStop(words: string): string {
  return words.replace(/[.\s]+$/, '');
}
