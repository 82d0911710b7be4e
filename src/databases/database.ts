import type { ErrorKind, Violation } from './error-kind.js';
import type { DataSource, DataSourceOptions, ValueTransformer } from 'typeorm';
import type { DatabaseTarget } from '../database-url.js';
import type { ScratchSettings, Settings } from '../settings.js';
import type { SqlLanguage } from '../sql/lexer.js';
import type { Catalog } from './catalog.js';
import type { FixtureSyntax } from './fixture-syntax.js';
import type { ReadAll } from './live-schema.js';
import type { MigrationDialect } from './migration-dialect.js';
import type { Partitioning } from './partitioning.js';
import type { DeleteExpired } from './expired-rows.js';
import type { Planner } from './planner.js';
import type { Probe } from './probe.js';
import type { RecordSyntax } from './records/syntax.js';
import type { Replication } from './replication.js';
import type { TableName } from './records/tables.js';
import type { ReadSizes } from './table-sizes.js';
import type { ScratchPlace } from './scratch-place.js';
import type { ScriptInput } from './script/script.js';
import type { ServerReader } from './server-facts.js';
import type { Place, Purpose, Session, Wire } from './session.js';

/** What a database is called and what it can do, as data. */
export interface DatabaseFacts<Name extends string = string> {
  readonly name: Name;
  /** `DataSourceOptions.type` values that mean this dialect. */
  readonly driverTypes: readonly string[];
  /** As people write it. */
  readonly title: string;
  /** By whose rules its SQL is read. */
  readonly language: SqlLanguage;
  /** The words with which a statement begins that does nothing but ask, in capital letters. */
  readonly questions: readonly string[];
  readonly capabilities: Capabilities;
}

/**
 * One kind of database: everything in which it differs from others, each in a room of its own.
 *
 * @typeParam Name what settings, revisions and reports call it; any database may have one of its own
 */
export interface Database<Name extends string = string> extends DatabaseFacts<Name>, Connections {
  /** What the dialect-neutral types of entities become. */
  readonly entityTypes: EntityTypes;
  /** How schemas are read and compared. */
  readonly catalog: Catalog;
  /** How the tables in which migrating is recorded are written and read. */
  readonly records: RecordSyntax;
  readonly migration: MigrationDialect;
  /** The servers that follow this one. */
  readonly replication: Replication;
  /** How tables are divided; absent where the database has no partitions. */
  readonly partitioning?: Partitioning;
  readonly deleteExpired: DeleteExpired;
  /** How large the tables are; absent where the database does not know. */
  readonly tableSizes?: ReadSizes;
  /** What a connection leads to: a primary or a standby, which version, what is in between. */
  readonly server: ServerReader;
  /** Lines of an offline script, for the database's own shell. */
  readonly script: (input: ScriptInput) => readonly string[];
  /** How rows are made, read and counted while a revision is verified. */
  readonly fixtures: FixtureSyntax;
  /** How a change of the schema is planned; loaded by what generates, not by what migrates. */
  readonly planner: () => Promise<Planner>;
  /** Throw-away databases, to try revisions on. @throws ScratchDatabaseError where there is no server for them */
  readonly scratch: (settings: ScratchSettings) => Promise<ScratchPlace>;
  /**
   * Loads what tells whether the answer to a statement depends on rows. That to a question about the schema does not:
   * every database at the same revision gives the same one. In doubt it does.
   */
  readonly rowReader: () => Promise<(sql: string) => boolean>;
  /** A statement with its parameters written into it. @throws NotOffline */
  readonly inlined: (dataSource: DataSource, sql: string, parameters: readonly unknown[]) => string;
  /**
   * The whole catalog, one line per object or part of one, except the tables of these names. It shares no code with
   * `catalog`, so that it finds what that one misses.
   */
  readonly rawCatalog: (session: Session, records: readonly string[]) => Promise<readonly string[]>;
}

/** Settings, with a database of any kind. */
export interface ConnectionSettings extends Omit<Settings, 'database' | 'direct' | 'replicas'> {
  readonly database: DatabaseTarget;
  readonly direct?: DatabaseTarget;
  readonly replicas?: readonly DatabaseTarget[];
  /** Replicas to ask how far they are, of a connection that does not read from them; default `replicas`. */
  readonly observed?: readonly DatabaseTarget[];
}

/** The list of applied revisions of a replica. */
export interface ReplicaRecords {
  /** Host and port. */
  readonly server: string;
  /** Ids, in the order in which they were recorded. */
  readonly revisions: readonly string[];
}

/** Connections to a database: how they are made, how they fail, how they are read through. */
export interface Connections {
  /**
   * Reads through a session that has no transaction open: all statements in one round trip where the
   * protocol has that, and in a transaction that cannot write.
   */
  readAll(session: Session): ReadAll;
  /** How messages reach a connection. */
  readonly wire: Wire;
  /** Where a DataSource connects to. */
  place(dataSource: DataSource): Place;
  /**
   * Opens a session over the bare driver, without TypeORM.
   *
   * @param onWarning where warnings about the database go
   * @param purpose default `write`
   * @throws ConnectError, SqliteDriverMissingError, OptionsIgnoredError
   */
  openSession(
    settings: ConnectionSettings,
    onWarning: (words: string) => void,
    purpose?: Purpose,
  ): Promise<Session>;
  /**
   * @throws SearchPathError where tables of the DataSource without a schema in their name are in no schema that exists
   */
  assertSchema(dataSource: DataSource, readAll: ReadAll): Promise<void>;
  /** The schema that a name without one means in this session; empty where there is none. */
  sessionSchema(readAll: ReadAll): Promise<string>;
  /** Asks for an answer only, outside the pool, which may be exhausted; without a pool, like any query. */
  probe(dataSource: DataSource): Probe;
  /** The schema that a name without one means; empty where there are none. */
  defaultSchema(dataSource: DataSource): string;
  /** Statement that lifts the session's statement timeout until the end of the transaction, where there is one. */
  readonly liftStatementTimeout?: string;
  /** Options under which connecting to such a database changes nothing in it. */
  readOnlyOptions(dataSource: DataSource): Readonly<Record<string, unknown>>;
  /** The part of the DataSource's options that depends on where the database is. */
  connectionOptions(settings: ConnectionSettings): DataSourceOptions;
  /** Throws ConnectError for what a driver would hide, a missing folder for example. */
  assertReachable(settings: ConnectionSettings, mode: { readonly readOnly: boolean }): void;
  /**
   * Where migrations run: the primary of several servers, as a target of its own; of one server, the target itself.
   *
   * @throws ConnectError where none or more than one of them is a primary
   */
  primaryOf(settings: ConnectionSettings): Promise<DatabaseTarget>;
  /**
   * @throws ReplicaDiffersError for a replica of the settings that is none of the connected DataSource's primary
   * @throws WritesOnStandbyError where the DataSource is connected to a standby, and the settings have replicas
   */
  assertReplicas(dataSource: DataSource, settings: ConnectionSettings): Promise<void>;
  /** What the replicas of the settings record that are migrated on their own, by logical replication. */
  replicaRecords(settings: ConnectionSettings, list: TableName): Promise<readonly ReplicaRecords[]>;
  /** A target for a DataSource that is never connected. */
  readonly offlineTarget: DatabaseTarget;
  /** Options that connect the DataSource of any project to another database of this kind. */
  targetOptions(target: DatabaseTarget): Readonly<Record<string, unknown>>;
  /** Where the DataSource of any project connects to, in words and without its password. */
  shownDatabase(dataSource: DataSource): string;
  /** Throws ConnectError for a database that connecting would create. */
  assertExists(dataSource: DataSource): void;
  /**
   * Reads something of a connected database, so that one that cannot be read at all is found out; throws what it may.
   */
  firstRead(dataSource: DataSource): Promise<void>;
  /**
   * Before a session uses a connection.
   *
   * @throws OptionsIgnoredError where it is without what its options set
   */
  assertOptions(connection: unknown): Promise<void>;
  /** Prevents an idle connection of the pool that ends from ending this process. */
  surviveLostConnections(dataSource: DataSource): void;
  /** Both as options of a DataSource that is not connected yet, for its first connections. */
  survivingOptions(dataSource: DataSource): Readonly<Record<string, unknown>>;
  /** Lets the process end although this connection of the pool, which nothing uses, is open. */
  letProcessEnd(dataSource: DataSource, connection: unknown): void;
  /**
   * An error of this package, with a code and a remedy, for what the driver or the server has thrown; any other error
   * as it is.
   */
  typedError(place: Place, error: unknown): unknown;
  /** What an error of the database is about. */
  errorKind(error: unknown): ErrorKind;
  /** The constraint that a row breaks, of an error that reports one. */
  violation(error: unknown): Violation | undefined;
  /** Whether a connection that was being made has ended meanwhile, so that the same attempt at once may succeed. */
  hasEndedMeanwhile(error: unknown): boolean;
  /** Why connecting failed, in words, and whether the same attempt may succeed a little later. */
  explainConnectFailure(error: unknown): ConnectFailure;
}

/** What a database can do, as data. */
export interface Capabilities {
  /** ALTER TABLE is often a new table, a copy and a drop, so foreign keys must sleep meanwhile. */
  readonly rebuildsTables: boolean;
  /** CURRENT_TIMESTAMP has the type and precision of all other instants. */
  readonly currentTimestampIsInstant: boolean;
  /** A statement can run outside any transaction, CREATE INDEX CONCURRENTLY for example. */
  readonly nonTransactionalStatements: boolean;
  /** Others read and write while a revision runs, so that what it blocks matters. */
  readonly traffic: boolean;
  /** A database has schemas, whose name may stand before that of a table. */
  readonly schemas: boolean;
  /** A database is a file, which can be copied. */
  readonly copiesFiles: boolean;
  /** SELECT can lock the rows that it reads; where it cannot, there is one writer at a time. */
  readonly rowLocks: boolean;
}

/** What the types that entities use become in one dialect. */
export interface EntityTypes {
  readonly instant: InstantType;
  readonly json: JsonType;
  readonly identity: IdentityType;
}

/** How a point in time, `type: Date` in an entity, is stored. */
export interface InstantType {
  readonly type: 'timestamp with time zone' | 'datetime';
  /** Fractional digits of a second, where the type takes them. */
  readonly precision?: number;
  /** Expression for now, cut to milliseconds, the precision of a JavaScript Date. */
  readonly now: string;
}

/** How a JSON value, `type: 'simple-json'` in an entity, is stored. */
export interface JsonType {
  readonly type: 'jsonb' | 'text';
  /** Between the value and what the driver takes, in what is written as in conditions. */
  readonly transformer: ValueTransformer;
  /** Condition under which the column, escaped, holds JSON; absent where the type sees to it. */
  readonly check?: (column: string) => string;
}

/**
 * How a key that the database gives, `type: 'bigint'` and generated in an entity, is stored; a number in TypeScript.
 */
export interface IdentityType {
  readonly type: 'bigint' | 'integer';
  readonly strategy: 'identity' | 'increment';
  /** Where the driver does not give numbers. */
  readonly transformer?: ValueTransformer;
}

/** The outcome of looking at a failed connect. */
export interface ConnectFailure {
  readonly reason: string;
  readonly transient: boolean;
}
