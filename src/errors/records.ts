import { DatabaseReadOnlyError } from './connection.js';
import { OrchestratorDbError } from './base.js';
import { shortList } from '../text/short-list.js';
import { RunEndedError } from './run-ended.js';

/** An object that may change a record while it is written. */
export interface RecordChanger {
  readonly kind: 'trigger' | 'rule' | 'view';
  /** As SQL writes it. */
  readonly name: string;
  /** As SQL writes it. */
  readonly table: string;
  /** The statement that disables it; a view has none. */
  readonly remedy: string | undefined;
}

/** A record was written under the lock, but the database contains another one, or none. */
export class RecordNotKeptError extends RunEndedError {
  readonly code = 'RECORD_NOT_KEPT';

  /**
   * @param subject the revision, or the run
   * @param changers objects of the catalog that may have changed it
   * @param about the state of the database now, and its error
   */
  constructor(
    readonly subject: string,
    readonly changers: readonly RecordChanger[],
    { left, cause }: { readonly left: string; readonly cause?: unknown },
  ) {
    super(`${subject}: the database did not keep the record as it was written. ${left} ${ways(changers)}`, {
      cause,
    });
  }
}

/** A newer version of this package has changed the tables of the log, and this version cannot use them. */
export class RecordsNewerError extends OrchestratorDbError {
  readonly code = 'RECORDS_NEWER';

  /**
   * @param table the table of the runs, as SQL writes it
   * @param format of the tables
   * @param known the newest format that this version knows
   */
  constructor(
    readonly table: string,
    readonly format: number,
    readonly known: number,
  ) {
    super(
      `${table} has format ${format}, and this version of orchestrator-db knows formats up to ${known}. Nothing was changed. ` +
        'Install the version that created this format, or a newer one: npm install orchestrator-db@latest',
    );
  }
}

/** The parts of the records that have a name in the database. */
const NAMED = {
  migrations: 'the list of applied revisions',
  runs: 'the log of runs',
  attempts: 'the log of attempts',
  phases: 'the table of phases',
  heartbeats: 'the table of heartbeats',
  primaryKey: 'the primary key of the list of applied revisions',
};

/** Another object has the name of a table of the records, so nothing can be read from it or written to it. */
export class RecordNameTakenError extends OrchestratorDbError {
  readonly code = 'RECORD_NAME_TAKEN';

  /**
   * @param part the key of the table in `RecordTables`, or `primaryKey`
   * @param found which object that is, and of what kind
   * @param list the list of applied revisions, as SQL writes it, where it exists
   */
  constructor(
    readonly part: 'migrations' | 'runs' | 'attempts' | 'phases' | 'heartbeats' | 'primaryKey',
    readonly found: string,
    list?: string,
  ) {
    super(
      `The name of ${NAMED[part]} is taken: ${found}. Nothing was changed. ` +
        (list === undefined
          ? 'Specify another name for the tables of the records: the option "migrationsTableName" of the DataSource.'
          : `Rename it. Or rename the tables of the records, ${list} first, and specify the new name: the option "migrationsTableName" of the DataSource.`),
    );
  }
}

/** The option `migrationsTableName` is longer than a name of PostgreSQL. */
export class RecordNameTooLongError extends OrchestratorDbError {
  readonly code = 'RECORD_NAME_TOO_LONG';

  /**
   * @param table the name in the option
   * @param bytes of the name
   * @param limit the number of bytes that PostgreSQL keeps
   */
  constructor(
    readonly table: string,
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(
      `The option "migrationsTableName" of the DataSource has ${bytes} bytes, and PostgreSQL keeps ${limit} of a name: ${table}. Nothing was changed. Specify a shorter name.`,
    );
  }
}

/** The numbers of the rows of a table go on before its newest row, so the next record would have one that is used. */
export class RecordNumbersBehindError extends RunEndedError {
  readonly code = 'RECORD_NUMBERS_BEHIND';

  /**
   * @param table as SQL writes it
   * @param remedy the statement that sets the numbers
   * @param left the state of the database now
   */
  constructor(
    readonly table: string,
    readonly remedy: string,
    left: string,
  ) {
    super(
      `The sequence of ${table} gives numbers that rows of the table already have, as after a copy of the rows alone. ${left} ` +
        `Let the owner of the table run: ${remedy} Then run the command again.`,
    );
  }
}

/** A warning: what numbers a table was set to its newest row. */
export function numbersCaughtUp(table: string): string {
  return `The sequence of ${table} gave numbers that rows of the table already have, as after a copy of the rows alone. It was set to the newest row.`;
}

/** A warning: the log of an earlier version has no tables by which releases know of each other. */
export function releaseTablesMissing(tables: readonly string[], grant: string): string {
  return `The tables ${tables.join(' and ')} are missing, and this role may not create them, so contract revisions cannot see older processes. Let an owner run: ${grant}`;
}

/** The search path leads to two lists of applied revisions: an empty one first, and then one with records. */
export class TwoRevisionListsError extends OrchestratorDbError {
  readonly code = 'TWO_REVISION_LISTS';

  /**
   * @param empty the first one of the search path, as SQL writes it
   * @param other as SQL writes it
   */
  constructor(
    readonly empty: string,
    readonly other: string,
  ) {
    super(
      `The search path leads to two lists of applied revisions: ${empty} is empty, and ${other} behind it has records. Nothing was changed. ` +
        `If ${other} is meant, drop the empty one: DROP TABLE ${empty}; Otherwise specify the schema: the option "schema" of the DataSource.`,
    );
  }
}

/** The first schema of the search path has none of the tables that are in the schema of the list. */
export class TwoSchemasError extends OrchestratorDbError {
  readonly code = 'TWO_SCHEMAS';

  /**
   * @param found the schemas and the tables, as SQL writes them
   * @param left what is left in the database, in words
   */
  constructor(
    readonly found: {
      /** The schema that CREATE TABLE and the comparison use. */
      readonly first: string;
      /** The schema of the list. */
      readonly list: string;
      /** Tables of entities in the schema of the list. */
      readonly tables: readonly string[];
    },
    left = 'Nothing was changed.',
  ) {
    const { first, list, tables } = found;
    super(
      `The search path leads to two schemas: the list of applied revisions is in ${list}, with ${shortList(tables)}, and ${first} comes first. ${left} ` +
        `Statements would change tables in ${list}, but create tables in ${first}. ` +
        `Specify the schema: the option "schema" of the DataSource. Or name ${list} before ${first} in the search path.`,
    );
  }
}

/** A table of the records loses its rows in a crash or with the session. Every revision would then run again. */
export class RecordsNotDurableError extends OrchestratorDbError {
  readonly code = 'RECORDS_NOT_DURABLE';

  /**
   * @param table as SQL writes it
   * @param kind `unlogged` or `temporary`
   */
  constructor(
    readonly table: string,
    readonly kind: 'unlogged' | 'temporary',
  ) {
    super(LOSSES[kind](table));
  }
}

const LOSSES = {
  unlogged: (table: string) =>
    `The table ${table} is UNLOGGED: a crash of the server empties it, and revisions then run again, or too early. Nothing was changed. ` +
    `Let the owner of the table run: ALTER TABLE ${table} SET LOGGED;`,
  temporary: (table: string) =>
    `${table} is a temporary table: its records end with the session, and it hides the table of that name. Nothing was changed. ` +
    'Remove what creates it when a connection opens, then run it again.',
};

/** What is known of records that a publisher sends; names as SQL writes them. */
export interface ReplicatedRecords {
  readonly subscriptions: readonly string[];
  /** The tables of the records, and those behind them, into which they copy rows. */
  readonly tables: readonly string[];
}

/** A table of the records receives rows from a publisher, so a record does not mean that its revision ran here. */
export class RecordsReplicatedError extends OrchestratorDbError {
  readonly code = 'RECORDS_REPLICATED';

  constructor(readonly found: ReplicatedRecords) {
    const { subscriptions, tables } = found;
    const each = (words: (name: string) => string) => subscriptions.map(words).join(' ');
    super(
      `This database is a subscriber: the subscription ${subscriptions.join(', ')} copies rows into ${tables.join(', ')}, so a recorded revision may not have run here. Nothing was changed. ` +
        'On the publisher, publish the tables of the application without the records tables. ' +
        `Then run here: ${each((name) => `ALTER SUBSCRIPTION ${name} REFRESH PUBLICATION;`)} ` +
        `After a switchover, drop the subscription: ${each((name) => `DROP SUBSCRIPTION ${name};`)} ` +
        'The copied records stay, so correct them: `check` shows what is missing, `stamp <revision>` records the revision that the schema is at, and `up` runs the rest.',
    );
  }
}

/** Writing a record would run code of a role that the migrating one does not trust. */
export class RecordsUntrustedError extends OrchestratorDbError {
  readonly code = 'RECORDS_UNTRUSTED';

  /** @param found names as SQL writes them */
  constructor(
    readonly found: {
      readonly table: string;
      /** Of the code: the role that is not trusted. */
      readonly owner: string;
      /** The migrating role. */
      readonly role: string;
      /** The part of the table that uses code of the owner, as PostgreSQL describes it. */
      readonly via: string;
    },
  ) {
    const { table, owner, role, via } = found;
    super(
      `${table} has the ${via}, which uses code of the role ${owner}. The code would run with the rights of ${role}. No revision was run. ` +
        `If you do not know it, drop the table or what uses the code. If it is yours, give the code to a role that ${role} trusts: ` +
        `${role} itself, a role it is a member of, a superuser, or the owner of the database or the schema.`,
    );
  }
}

/** A warning: the log lacks the outcome of a run and shows the run as interrupted. */
export function runEndNotKept(
  table: string,
  outcome: string,
  cause: readonly RecordChanger[] | DatabaseReadOnlyError,
): string {
  const why = cause instanceof DatabaseReadOnlyError ? cause.message : culprits(cause);
  return `The run ended as ${outcome}, but the database did not keep this outcome in ${table}. The log may show the run as interrupted. ${why}`;
}

function ways(changers: readonly RecordChanger[]): string {
  return `${culprits(changers)} ${changers.length === 0 ? 'Run' : 'Then run'} it again.`;
}

function culprits(changers: readonly RecordChanger[]): string {
  if (changers.length === 0) return 'The tables of the records have no trigger and no rule now.';
  const named = changers.map(({ kind, name, table }) =>
    kind === 'view' ? `the view ${table}` : `the ${kind} ${name} on ${table}`,
  );
  const remedies = changers.flatMap(({ remedy }) => (remedy === undefined ? [] : [remedy]));
  const remedy =
    remedies.length === 0
      ? 'Replace the view with a table.'
      : `Let the owner of the table run: ${remedies.join(' ')}`;
  return `Possible causes: ${named.join(', ')}. ${remedy}`;
}
