import { objectWords, restoringRemedy, type LostObject } from './lost-object.js';
import { databaseWords, OrchestratorDbError } from './base.js';
import { RunEndedError } from './run-ended.js';
import { shortList } from '../text/short-list.js';

/** Tables of the entities exist, but no revision is recorded: running the first one would fail on them. */
export class SchemaNotRecordedError extends OrchestratorDbError {
  readonly code = 'SCHEMA_NOT_RECORDED';

  constructor(
    readonly tables: readonly string[],
    readonly revisionTable: string,
  ) {
    super(
      `The database has tables of the entities (${shortList(tables)}) but no revision is recorded in "${revisionTable}". ` +
        'Nothing was changed. Use an empty database. If these tables are already at head, record that without running anything: ' +
        'npm run -s db -- stamp head',
    );
  }
}

/** A revision class breaks the rules that keep the history linear. */
export class RevisionInvalidError extends OrchestratorDbError {
  readonly code = 'REVISION_INVALID';
}

/** A pending revision is older than the current one. */
export class RevisionOutOfOrderError extends OrchestratorDbError {
  readonly code = 'REVISION_OUT_OF_ORDER';

  constructor(
    readonly revisions: readonly string[],
    readonly current: string,
  ) {
    super(
      `${shortList(revisions)}: pending, but older than ${current}, which is already applied. ` +
        'Give it a newer stamp (class name and file name), or first revert to a revision before it (down <revision> --allow-out-of-order). ' +
        'To continue anyway: --allow-out-of-order',
    );
  }
}

/** The database records a revision that the code does not have. */
export class RevisionMissingError extends OrchestratorDbError {
  readonly code = 'REVISION_MISSING';

  /** @param isWanted whether the run is to revert it, which requires its code */
  constructor(
    readonly revisions: readonly string[],
    isWanted = false,
  ) {
    super(
      `${shortList(revisions)}: recorded in the database, missing in the code. ` +
        `Deploy the version of the code that contains it, or add it to the list of migrations. ${
          isWanted
            ? 'To remove its record without reverting it: npm run -s db -- stamp <the revision before it>'
            : 'To continue without it: --allow-missing'
        }`,
    );
  }
}

/** Every revision of the code is applied, and the database also records newer ones: the code is older. */
export class DatabaseAheadError extends OrchestratorDbError {
  readonly code = 'DATABASE_AHEAD';

  constructor(readonly revisions: readonly string[]) {
    super(
      `The database is ahead of this code, which does not contain ${shortList(revisions)}. Nothing was run. ` +
        'During a rolling deploy, continue with: --allow-missing',
    );
  }
}

/** The statements of an applied revision changed after it was applied. */
export class RevisionEditedError extends OrchestratorDbError {
  readonly code = 'REVISION_EDITED';

  /** @param current the current revision of the database */
  constructor(
    readonly revisions: readonly string[],
    current: string,
  ) {
    super(
      `${shortList(revisions)}: edited after this database applied it; its checksum differs. ` +
        'Restore its former text, and write the change as a new revision. ' +
        `To continue once: --allow-edited. To record the new text as applied: npm run -s db -- stamp ${current}`,
    );
  }
}

/** The body of a revision failed; its transaction was rolled back. */
export class RevisionFailedError extends RunEndedError {
  readonly code = 'REVISION_FAILED';

  /**
   * @param revision its id
   * @param failure its direction, and the state of the database now
   * @param cause the error of the database
   */
  constructor(
    readonly revision: string,
    readonly failure: { readonly direction: 'up' | 'down'; readonly left: string },
    cause: unknown,
  ) {
    super(`${revision}: ${failure.direction} failed: ${sentence(databaseWords(cause))} ${failure.left}`, {
      cause,
    });
  }
}

/** Another process holds the migration lock longer than this run may wait. */
export class LockWaitError extends OrchestratorDbError {
  readonly code = 'LOCK_WAIT';

  /**
   * @param waitedMs how long this run waited, milliseconds
   * @param holder the process that holds the lock, in words
   * @param look how to inspect and how to end that process
   */
  constructor(
    readonly waitedMs: number,
    readonly holder: string,
    look: string,
  ) {
    super(
      `Another process is migrating this database: ${holder}. Waited ${Math.round(waitedMs / 1000)} s; nothing was changed. ` +
        `${look} To wait longer: --lock-wait <seconds>`,
    );
  }
}

/** The connection that held the lock ended, so another process may be migrating. */
export class LockLostError extends RunEndedError {
  readonly code = 'LOCK_LOST';

  /** @param remedy a sentence, where running again alone does not help */
  constructor(remedy?: string) {
    super(
      'The connection with the migration lock ended, so another process may be migrating. ' +
        'The run was stopped; the revision that ran is not recorded. ' +
        (remedy === undefined ? 'Run the command again.' : `${remedy} Then run the command again.`),
    );
  }
}

/** A program without the lock has recorded a revision during the run, or has removed its record. */
export class RecordConflictError extends RunEndedError {
  readonly code = 'RECORD_CONFLICT';

  constructor(readonly revision: string) {
    super(
      `${revision}: another program changed its record without the migration lock. Its transaction was rolled back. ` +
        'Run status, and route all migrations through this package.',
    );
  }
}

/** The list of applied revisions differs from the one that the run has read: it changed, or a stale copy was read. */
export class RecordsChangedError extends RunEndedError {
  readonly code = 'RECORDS_CHANGED';

  constructor(readonly revision: string) {
    super(
      `${revision}: the list of applied revisions has changed since this run read it. Its transaction was rolled back. ` +
        'Run the command again. If the error repeats, another program writes to the list without the migration lock.',
    );
  }
}

/** The lock is unavailable for a reason that waiting does not fix. */
export class LockUnavailableError extends OrchestratorDbError {
  readonly code = 'LOCK_UNAVAILABLE';
}

/** A pooler, or a server at its limit, gave the run one connection and no second one. */
export function noSecondConnection(seconds: number): LockUnavailableError {
  return new LockUnavailableError(
    `No second server connection within ${seconds} s: the migration lock uses one, the revisions need another. ` +
      'Nothing was changed. Give the pooler a pool of at least 2, or set DATABASE_DIRECT_URL to the server itself.',
  );
}

/** A signal has ended the run, from Ctrl-C for example. */
export class MigrationAbortedError extends RunEndedError {
  readonly code = 'MIGRATION_ABORTED';

  /** @param reason what requested it, `SIGTERM` for example */
  constructor(readonly reason: string) {
    super(
      `Stopped by ${reason}. The open transaction was rolled back; earlier revisions stay applied. Run the command again to continue.`,
    );
  }
}

/** A statement cannot run inside a transaction, and the pooler gives each transaction another session. */
export class DirectConnectionNeededError extends RunEndedError {
  readonly code = 'DIRECT_CONNECTION_NEEDED';

  constructor(readonly revision: string) {
    super(
      `${revision}: runs outside a transaction, which requires a dedicated session. A connection pooler is between this process and the server. ` +
        'Set DATABASE_DIRECT_URL to the server itself; migrations then use it.',
    );
  }
}

/** The database role lacks a privilege that migrating requires. */
export class PrivilegeMissingError extends OrchestratorDbError {
  readonly code = 'PRIVILEGE_MISSING';

  /**
   * @param privilege what is missing, in words
   * @param grant the statement that grants it
   * @param options `reading` where the command only reads; `left`: what is in the database then, in words
   */
  constructor(
    readonly privilege: string,
    readonly grant: string,
    {
      cause,
      reading = false,
      left = 'Nothing was changed.',
    }: { readonly cause?: unknown; readonly reading?: boolean; readonly left?: string } = {},
  ) {
    const other = reading
      ? 'Use a role that may read them'
      : `${left} Migrate as the role that owns the tables`;
    super(`${privilege} ${other}, or ask an owner to run: ${grant}`, { cause });
  }
}

/** An offline script cannot be written. */
export class ScriptError extends OrchestratorDbError {
  readonly code = 'SCRIPT_IMPOSSIBLE';
}

/** The schema does not match the entities, so head is not recorded. */
export class StampRefusedError extends OrchestratorDbError {
  readonly code = 'STAMP_REFUSED';

  /** @param differences one sentence each */
  constructor(readonly differences: readonly string[]) {
    super(
      `The schema differs from the entities, so it is not at head: ${differences.length} difference(s). Nothing was recorded. ` +
        'Fix them, accept them (check --accept), stamp the revision that the database is at, or record head anyway: --force',
    );
  }
}

/** The connection is inside a transaction, so foreign keys cannot be disabled. */
export class TransactionOpenError extends OrchestratorDbError {
  readonly code = 'TRANSACTION_OPEN';

  constructor() {
    super(
      'A transaction is open on the SQLite connection. End it before migrating, or migrate with another DataSource.',
    );
  }
}

/** A revision left rows whose foreign keys refer to missing rows. */
export class ForeignKeysBrokenError extends OrchestratorDbError {
  readonly code = 'FOREIGN_KEYS_BROKEN';

  constructor(readonly violations: readonly string[]) {
    super(`foreign keys refer to rows that do not exist: ${violations.join(', ')}`);
  }
}

/** A revision rebuilds a table, and the new table cannot have some indexes or triggers of the former one. */
export class ObjectNotRestoredError extends OrchestratorDbError {
  readonly code = 'OBJECT_NOT_RESTORED';

  constructor(
    readonly objects: readonly LostObject[],
    cause: unknown,
  ) {
    super(
      `the revision rebuilds a table, and ${objects.map(objectWords).join(' or ')} cannot be created again: ${sentence(databaseWords(cause))} ` +
        restoringRemedy(objects, databaseWords(cause)),
      { cause },
    );
  }
}

/** Adds a full stop where the text has no end mark. */
function sentence(words: string): string {
  return /[.!?;]$/.test(words) ? words : `${words}.`;
}
