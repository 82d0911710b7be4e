import { OrchestratorDbError } from './base.js';
import { postgresLiteral as literal, quoteIdentifier } from '../sql/quote.js';
import { shortList } from '../text/short-list.js';

/** There are revisions to run, and the server is a standby, which accepts no writes. */
export class StandbyError extends OrchestratorDbError {
  readonly code = 'STANDBY';

  /**
   * @param database the address, without a password
   * @param revisions those to run; empty where one address leads to a primary and to a standby
   */
  constructor(
    readonly database: string,
    readonly revisions: readonly string[],
  ) {
    super(
      revisions.length > 0
        ? `${database} is a standby, and a standby accepts no writes. Nothing was changed. Still to run: ${shortList(revisions)}. ` +
            'Migrate on the primary: set DATABASE_URL or DATABASE_DIRECT_URL to its address.'
        : `${database} sends some statements to a standby, so the migration lock and the records are not on one server. Nothing was changed. ` +
            'Set DATABASE_DIRECT_URL to the primary itself, without a pooler that distributes reads.',
    );
  }
}

/** The server is a worker of Citus: the list of applied revisions and all other local tables are on the coordinator. */
export class CitusWorkerError extends OrchestratorDbError {
  readonly code = 'CITUS_WORKER';

  /** @param database the address, without a password */
  constructor(readonly database: string) {
    super(
      `${database} is a Citus worker. The list of applied revisions is on the coordinator, so which ones are applied is unknown here. Nothing was changed. ` +
        'Use the coordinator: set DATABASE_URL or DATABASE_DIRECT_URL to its address.',
    );
  }
}

/** The DataSource names a schema that its database does not have, so the state of its tables is unknown. */
export class SchemaMissingError extends OrchestratorDbError {
  readonly code = 'SCHEMA_MISSING';

  /**
   * @param schema as the DataSource names it
   * @param database the address, without a password
   */
  constructor(
    readonly schema: string,
    readonly database: string,
  ) {
    const name = quoteIdentifier(schema);
    super(
      `The schema ${name}, which the DataSource names (option "schema" or "migrationsTableName"), does not exist in ${database}. Nothing was changed. ` +
        `Correct the option, or create the schema first, because the table of the records belongs to it: CREATE SCHEMA ${name};`,
    );
  }
}

/** Migrations would run on another database than the application uses. */
export class DirectDatabaseDiffersError extends OrchestratorDbError {
  readonly code = 'DIRECT_DATABASE_DIFFERS';

  /**
   * @param application DATABASE_URL, with the password masked
   * @param direct DATABASE_DIRECT_URL, with the password masked
   * @param places the table and the schema of each, where the database is the same; or which one is a standby
   */
  constructor(
    readonly application: string,
    readonly direct: string,
    places?:
      | {
          readonly application: string;
          readonly direct: string;
          readonly schemas: { readonly application: string | null; readonly direct: string | null };
        }
      | { readonly standby: 'application' | 'direct' },
  ) {
    const [former, latter] = [`DATABASE_URL (${application})`, `DATABASE_DIRECT_URL (${direct})`];
    super(
      places === undefined
        ? `${former} and ${latter} lead to different databases. Nothing was changed. ` +
            'Set DATABASE_DIRECT_URL to the database that DATABASE_URL leads to, on its server, or unset it.'
        : 'standby' in places
          ? standbyWords(former, latter, places.standby)
          : `${differenceOf(former, latter, places)} Nothing was changed. ` +
            'Give both the same search path, or specify a schema: the option "schema" of the DataSource.',
    );
  }
}

/** The table of records that each address leads to, and the schema in which each creates tables. */
type DirectPlaces = Exclude<
  NonNullable<ConstructorParameters<typeof DirectDatabaseDiffersError>[2]>,
  { readonly standby: unknown }
>;

function standbyWords(former: string, latter: string, standby: 'application' | 'direct'): string {
  return standby === 'application'
    ? `${former} leads to a standby, and ${latter} to another server. Nothing was changed. ` +
        'Set DATABASE_URL to the primary. To read the standby, unset DATABASE_DIRECT_URL.'
    : `${latter} leads to a standby, and ${former} to another server. Nothing was changed. ` +
        'A standby accepts no writes: set DATABASE_DIRECT_URL to the primary, or unset it.';
}

function differenceOf(former: string, latter: string, places: DirectPlaces): string {
  const { application, direct, schemas } = places;
  if (application !== direct) return `${former} leads to the table ${application}, ${latter} to ${direct}.`;
  const place = (schema: string | null) => (schema === null ? 'no schema' : `the schema ${schema}`);
  return (
    `${former} and ${latter} lead to one list of revisions, ${application}, and to two schemas. ` +
    `DATABASE_URL creates tables in ${place(schemas.application)}, DATABASE_DIRECT_URL in ${place(schemas.direct)}.`
  );
}

/** An SQLite file has several names, so two processes that use different names would not see each other. */
export class SqliteHardLinksError extends OrchestratorDbError {
  readonly code = 'SQLITE_HARD_LINKS';

  /**
   * @param path the name in use, with links resolved
   * @param names how many names the file has
   */
  constructor(
    readonly path: string,
    readonly names: number,
  ) {
    super(
      `The file ${path} has ${names} names (hard links). Nothing was changed. SQLite names the journal after the name that a process opens. ` +
        'Processes that use different names migrate at the same time, and a crash damages the file. ' +
        `Find the other names: find / -xdev -samefile '${path}'. Keep one, and make copies with: sqlite3 '${path}' ".backup copy.db"`,
    );
  }
}

/** An SQLite file is no longer the one that this process has open: a copy was moved to its path. */
export class DatabaseReplacedError extends OrchestratorDbError {
  readonly code = 'DATABASE_REPLACED';

  constructor(
    readonly path: string,
    meanwhile: 'waited' | 'ran',
  ) {
    super(
      meanwhile === 'waited'
        ? `Another file was moved to ${path} while this process waited for the migration lock. Nothing was changed. Run the command again.`
        : `Another file was moved to ${path} while the revisions ran, so they are in the former file. Run the command again, for the new file.`,
    );
  }
}

/** A pooler gives each statement another session, so there are no transactions. */
export class StatementPoolingError extends OrchestratorDbError {
  readonly code = 'STATEMENT_POOLING';

  /** @param database the address, without a password */
  constructor(
    readonly database: string,
    cause: unknown,
  ) {
    super(
      `The pooler before ${database} is in statement mode, which allows no transactions. Nothing was changed. ` +
        'Set DATABASE_DIRECT_URL to the server itself, or the pooler to pool_mode = transaction.',
      { cause },
    );
  }
}

/** All clients share one session of the server, so a lock excludes none of them. */
export class SingleSessionError extends OrchestratorDbError {
  readonly code = 'SINGLE_SESSION';

  /** @param database the address, without a password */
  constructor(readonly database: string) {
    super(
      `${database} has one session for all clients (as PGlite has), so a lock cannot keep another process out. Nothing was changed. ` +
        'Migrate on a server with one session for each client, or run the SQL of `up --sql` while no other client is connected.',
    );
  }
}

/** Policies of a table may hide records from the role, so the records that it sees may be incomplete. */
export class RowSecurityError extends OrchestratorDbError {
  readonly code = 'ROW_SECURITY';

  /**
   * @param table as SQL writes it
   * @param role as SQL writes it
   * @param words the message of the server
   */
  constructor(
    readonly table: string,
    readonly role: string,
    words: string,
  ) {
    super(
      `Row-level security may hide rows of the table ${table} from the role ${role} (${words}). Nothing was changed. ` +
        `Migrate as a role that sees all rows, or let a superuser run: ALTER ROLE ${role} BYPASSRLS; or let the owner of the table run: ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY;`,
    );
  }
}

/** A view or another object has the name of a table of the records and may hide rows of it. */
export class RecordsHiddenError extends OrchestratorDbError {
  readonly code = 'RECORDS_HIDDEN';

  /**
   * @param table as SQL writes it
   * @param kind what it is, in words
   */
  constructor(
    readonly table: string,
    readonly kind: string,
  ) {
    super(
      `${table} is ${kind}, which may hide records, and a revision whose record is hidden would run again. Nothing was changed. ` +
        'Replace it with a table of this name. On PostgreSQL, a view is accepted if it selects every row of one table, without conditions or expressions.',
    );
  }
}

/** A revision would change a temporary table of its session in place of the table that its statements mean. */
export class TableHiddenError extends OrchestratorDbError {
  readonly code = 'TABLE_HIDDEN';

  /**
   * @param found names as SQL writes them
   * @param left what is left in the database, in words
   */
  constructor(
    readonly found: { readonly temporary: string; readonly hidden: string },
    left = 'This revision was not run.',
  ) {
    super(
      `The session that executes has a temporary table ${found.temporary}, which hides ${found.hidden}: a revision would change it instead. ${left} ` +
        `Migrate on a connection of its own, or drop it first: DROP TABLE ${found.temporary}; ` +
        'Behind a connection pooler, temporary tables of other clients stay: set DATABASE_DIRECT_URL to the server itself.',
    );
  }
}

/** What a session has in place of what the options of the connection set. */
export interface IgnoredOption {
  readonly name: string;
  /** As the options set it. */
  readonly value: string;
  /** As the session has it. */
  readonly found: string;
  /** The role that connected. */
  readonly login: string;
  readonly database: string;
}

/** A pooler has dropped what the options of the connection set, so statements would mean other objects. */
export class OptionsIgnoredError extends OrchestratorDbError {
  readonly code = 'OPTIONS_IGNORED';

  /** @param address without a password */
  constructor(
    readonly address: string,
    readonly option: IgnoredOption,
  ) {
    const { name, value, found, login, database } = option;
    const role = `ALTER ROLE ${quoteIdentifier(login)} IN DATABASE ${quoteIdentifier(database)} SET ${name} = ${name === 'search_path' ? value : literal(value)};`;
    super(
      `The options of the connection to ${address} set ${name} = ${value}, and the session has ${name} = ${found || literal('')}: a pooler before the server ignores them. Nothing was changed. ` +
        `Set it on the server, and restart the pooler's connections: ${role} ` +
        'Or let the pooler pass it on (PgBouncer: connect_query, or track_extra_parameters). ' +
        'Or remove it from the options and set DATABASE_DIRECT_URL to the server itself.',
    );
  }
}
