/** The base class of all errors, and those that every command may throw; each file beside it has those of one subject. */

import { masked } from '../text/secrets.js';
import { visible } from '../text/visible.js';
import { quoteIdentifier } from '../sql/quote.js';

const BRAND = Symbol.for('orchestrator-db.error');

/**
 * Every failure that a user can see: one class each, with a stable code and a message that contains the remedy. A
 * message contains no password. Its control characters are made visible, because it may contain names and texts of a
 * database. Printing an error, as TypeORM's command line does, shows the message without a stack trace.
 */
export abstract class OrchestratorDbError extends Error {
  /** Marks errors of any copy of this package that a process may have loaded. */
  readonly [BRAND] = true;
  /** For programs: the code is stable, the message may change. */
  abstract readonly code: string;

  /** @param message one line, or several */
  constructor(message: string | readonly string[], options?: ErrorOptions) {
    super([message].flat().map(shown).join('\n'), options);
    this.name = new.target.name;
  }

  /** What `console.error(error)` prints: the message without a stack trace. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `${this.message} [${this.code}]`;
  }
}

/** The arguments of the command line are invalid. */
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

/** The database cannot be reached, or it rejects the connection. */
export class ConnectError extends OrchestratorDbError {
  readonly code = 'CONNECT_FAILED';

  /**
   * @param database its address, with the password masked
   * @param failure the reason in words, and whether a later attempt may succeed
   */
  constructor(
    readonly database: string,
    readonly failure: { readonly reason: string; readonly transient: boolean },
    options?: ErrorOptions,
  ) {
    super(`Cannot connect to ${database}: ${failure.reason}.`, options);
  }
}

/** No SQLite driver is installed that the installed TypeORM can use. */
export class SqliteDriverMissingError extends OrchestratorDbError {
  readonly code = 'SQLITE_DRIVER_MISSING';

  /**
   * @param accepted the packages that TypeORM accepts
   * @param useless whether `sqlite3` is installed, but TypeORM no longer supports it
   */
  constructor(
    readonly accepted: readonly string[],
    useless: boolean,
  ) {
    super(
      `No SQLite driver is installed for this version of TypeORM${useless ? ', which no longer supports sqlite3' : ''}. ` +
        `Install one: npm install ${accepted.join(' or npm install ')}`,
    );
  }
}

/** The DataSource has a type that this package has no dialect for. */
export class DialectUnsupportedError extends OrchestratorDbError {
  readonly code = 'DIALECT_UNSUPPORTED';

  /** @param known the types that are supported */
  constructor(
    readonly type: string,
    readonly known: readonly string[],
  ) {
    const some = known.slice(0, -1).join(', ');
    super(`The DataSource is of type "${type}"; supported are ${some} and ${known.at(-1) ?? 'none'}.`);
  }
}

/** A call requires an initialized DataSource, and this one is not. */
export class NotConnectedError extends OrchestratorDbError {
  readonly code = 'NOT_CONNECTED';

  constructor() {
    super('The DataSource is not connected: call initialize() first.');
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

/** A property that breaks rules; `rules` maps the rule's name to its message. */
export interface PropertyProblem {
  readonly property: string;
  readonly rules: Readonly<Record<string, string>>;
}

/** The database holds an integer that a JavaScript number cannot hold exactly. */
export class UnsafeIntegerError extends OrchestratorDbError {
  readonly code = 'INTEGER_UNSAFE';

  /** @param value as the database returns it */
  constructor(readonly value: string) {
    super(`${value} exceeds 9007199254740991, the largest integer that a JavaScript number holds exactly.`);
  }
}

/** What is known about the search path of a session. */
export interface SearchPathFacts {
  readonly role: string;
  /** The role that connected; it has the settings of the session, also where it acts as another role. */
  readonly login: string;
  readonly database: string;
  /** As `SHOW search_path` returns it. */
  readonly path: string;
  /** Schemas of the path that exist, whether the role may use them or not. */
  readonly existing: readonly string[];
}

/** The search path of the role contains no existing schema, so unqualified table names match nothing. */
export class SearchPathError extends OrchestratorDbError {
  readonly code = 'SEARCH_PATH';

  constructor(readonly facts: SearchPathFacts) {
    const { role, login, database, path } = facts;
    const roleName = quoteIdentifier(role);
    super(
      `The search path (${path}) of the role ${roleName} contains no existing schema, so PostgreSQL cannot find its tables. Nothing was changed. ` +
        `Run: ALTER ROLE ${quoteIdentifier(login)} IN DATABASE ${quoteIdentifier(database)} SET search_path = public; Or specify a schema: the option "schema" of the DataSource.`,
    );
  }
}

/** A scratch database could not be created. */
export class ScratchDatabaseError extends OrchestratorDbError {
  readonly code = 'SCRATCH_DATABASE';
}

/** A revision could not be generated. */
export class GenerateError extends OrchestratorDbError {
  readonly code = 'GENERATE_FAILED';
}

/** Whether the error belongs to this package, including another loaded copy of it. */
export function isOwnError(error: unknown): error is OrchestratorDbError {
  return error instanceof Error && BRAND in error;
}

/** The message of any thrown value, without its stack and with passwords masked. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return masked(textOf(error)).trim();
}

/** A revision may throw anything: an error without a message, an object that has no text. */
function textOf(error: unknown): string {
  try {
    const words = String(error instanceof Error ? error.message : error);
    return words === '' && error instanceof Error ? error.name : words;
  } catch {
    return 'the error has no message';
  }
}

/** The same, with the detail and hint of PostgreSQL: which key is duplicated, what to do. */
export function databaseWords(error: unknown): string {
  const { detail, hint } = (error ?? {}) as { readonly detail?: unknown; readonly hint?: unknown };
  const more = [detail, hint].filter((words) => typeof words === 'string' && words !== '');
  if (more.length === 0) return messageOf(error);
  return [messageOf(error), ...more].map((words) => masked(String(words)).replace(/\.$/, '')).join('. ');
}

function shown(line: string): string {
  return visible(masked(line));
}

function describeProblem(problem: PropertyProblem): string {
  const rules = Object.entries(problem.rules).map(([rule, words]) => `${words} (${rule})`);
  return `${problem.property}: ${rules.join(', ')}`;
}
