/**
 * Every failure that a user can meet: one class each, with a stable code, the words to show, and the remedy in them.
 * No message holds a password. Printing one (as TypeORM's command line does) shows the message without a stack trace.
 */
export abstract class OrchestratorDbError extends Error {
  /** Stable, for programs: messages may be reworded, codes are not. */
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }

  /** What `console.error(error)` prints: the message is written for people, a stack trace is not. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `${this.message} [${this.code}]`;
  }
}

/** The command line was called in a way that it does not understand. */
export class UsageError extends OrchestratorDbError {
  readonly code = 'USAGE';
}

/** An environment variable has a value that cannot be used. */
export class SettingsError extends OrchestratorDbError {
  readonly code = 'SETTING_INVALID';

  /**
   * @param variable the environment variable
   * @param problem what is wrong with it, without its value where that may hold a password
   * @param example a good value
   */
  constructor(
    readonly variable: string,
    readonly problem: string,
    readonly example: string,
  ) {
    super(`${variable}: ${problem}. Example: ${variable}=${example}`);
  }
}

/** The database could not be reached, or refused us. */
export class ConnectError extends OrchestratorDbError {
  readonly code = 'CONNECT_FAILED';

  /**
   * @param database where to, with the password masked
   * @param failure why, in words, and whether the same attempt may succeed a little later
   */
  constructor(
    readonly database: string,
    readonly failure: { readonly reason: string; readonly transient: boolean },
    options?: ErrorOptions,
  ) {
    super(`Cannot connect to ${database}: ${failure.reason}.`, options);
  }
}

/** Neither SQLite driver that the installed TypeORM can use is there. */
export class SqliteDriverMissingError extends OrchestratorDbError {
  readonly code = 'SQLITE_DRIVER_MISSING';

  /**
   * @param accepted the packages that would do
   * @param useless whether `sqlite3` is installed, but TypeORM cannot use it any more
   */
  constructor(
    readonly accepted: readonly string[],
    useless: boolean,
  ) {
    super(
      `No SQLite driver is installed for this version of TypeORM${useless ? ', which cannot use sqlite3 any more' : ''}. ` +
        `Install one: npm install ${accepted.join(' or npm install ')}`,
    );
  }
}

/** The DataSource is of a database that this package has no dialect for. */
export class DialectUnsupportedError extends OrchestratorDbError {
  readonly code = 'DIALECT_UNSUPPORTED';

  constructor(readonly type: string) {
    super(`The DataSource is of type "${type}"; supported are postgres, sqlite and better-sqlite3.`);
  }
}

/** Something was asked of a DataSource that is not initialized. */
export class NotConnectedError extends OrchestratorDbError {
  readonly code = 'NOT_CONNECTED';

  constructor() {
    super('The DataSource is not connected: call initialize() first.');
  }
}

/** Tables of the entities exist, but no revision is recorded: running the first one would collide with them. */
export class SchemaNotRecordedError extends OrchestratorDbError {
  readonly code = 'SCHEMA_NOT_RECORDED';

  constructor(
    readonly tables: readonly string[],
    readonly revisionTable: string,
  ) {
    super(
      `The database has tables of the entities (${tables.join(', ')}) but no revision is recorded in "${revisionTable}". ` +
        'Nothing was changed. Use an empty database or, if these tables are at head already, record that without running anything: ' +
        'npm run typeorm migration:run -- --fake',
    );
  }
}

/** A revision class breaks the rules that make history a line. */
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
      `${revisions.join(', ')}: pending, but older than ${current}, which is applied already. ` +
        'History is a line: give it a newer stamp (class name and file name), or revert to before it first.',
    );
  }
}

/** The database records a revision that the code does not have. */
export class RevisionMissingError extends OrchestratorDbError {
  readonly code = 'REVISION_MISSING';

  constructor(readonly revisions: readonly string[]) {
    super(
      `${revisions.join(', ')}: recorded in the database, missing in the code. ` +
        'Deploy the version of the code that has it, or add it to the list of migrations.',
    );
  }
}

/** The body of a revision failed; its transaction was rolled back. */
export class RevisionFailedError extends OrchestratorDbError {
  readonly code = 'REVISION_FAILED';

  /**
   * @param revision its id
   * @param failure which way it was run, and what is in the database now
   * @param cause what the database said
   */
  constructor(
    readonly revision: string,
    readonly failure: { readonly direction: 'up' | 'down'; readonly left: string },
    cause: unknown,
  ) {
    super(`${revision}: ${failure.direction} failed: ${messageOf(cause)}. ${failure.left}`, { cause });
  }
}

/** The connection is inside a transaction, so foreign keys cannot be put to sleep. */
export class TransactionOpenError extends OrchestratorDbError {
  readonly code = 'TRANSACTION_OPEN';

  constructor() {
    super(
      'A transaction is open on the SQLite connection. End it before migrating, or migrate with a DataSource of its own.',
    );
  }
}

/** A revision left rows whose foreign keys point at nothing. */
export class ForeignKeysBrokenError extends OrchestratorDbError {
  readonly code = 'FOREIGN_KEYS_BROKEN';

  constructor(readonly violations: readonly string[]) {
    super(`foreign keys point at rows that do not exist any more: ${violations.join(', ')}`);
  }
}

/** A write through TypeORM broke the rules that the entity declares; nothing was written. */
export class EntityValidationError extends OrchestratorDbError {
  readonly code = 'ENTITY_INVALID';

  /**
   * @param entity class name
   * @param problems one for each bad property, with every rule that it breaks
   */
  constructor(
    readonly entity: string,
    readonly problems: readonly PropertyProblem[],
  ) {
    super(`${entity} is invalid: ${problems.map(describeProblem).join('; ')}. Nothing was written.`);
  }
}

/** A property that breaks rules; `rules` maps the rule's name to its words. */
export interface PropertyProblem {
  readonly property: string;
  readonly rules: Readonly<Record<string, string>>;
}

/** A scratch database could not be made. */
export class ScratchDatabaseError extends OrchestratorDbError {
  readonly code = 'SCRATCH_DATABASE';
}

/** A revision could not be generated. */
export class GenerateError extends OrchestratorDbError {
  readonly code = 'GENERATE_FAILED';
}

/** Words of anything thrown, without its stack. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return (error instanceof Error ? error.message : String(error)).trim();
}

function describeProblem(problem: PropertyProblem): string {
  const rules = Object.entries(problem.rules).map(([rule, words]) => `${words} (${rule})`);
  return `${problem.property}: ${rules.join(', ')}`;
}
