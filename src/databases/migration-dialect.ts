import type { DataSource } from 'typeorm';
import type { Place, Session } from './session.js';
import type { Line } from './line.js';
import type { DatabaseReadOnlyError } from '../errors/connection.js';
import type { RefusedExtension } from '../errors/extension.js';
import type { PrivilegeMissingError } from '../errors/migration.js';
import type { RecordChanger, RecordNumbersBehindError, ReplicatedRecords } from '../errors/records.js';
import type { TableLock } from '../errors/table-locked.js';
import type { HeldLock, MigrationLock } from './lock.js';
import type { RecordTables, TableName } from './records/tables.js';
import type { ServerProbe } from './probe.js';
import type { Executor } from './executor.js';

/** What a lock needs to be made. */
export interface LockInput {
  /** The one that is going to execute. */
  readonly session: Session;
  readonly tables: RecordTables;
  /** How the holder is shown to other processes. */
  readonly identity: string;
  /** Describes from the log who is running. */
  readonly describeRun: () => Promise<string | undefined>;
}

/** What an executor needs to be made. */
export interface ExecutorInput {
  readonly tables: RecordTables;
  readonly held: HeldLock;
  /** The revisions: instances of their classes. */
  readonly migrations: readonly object[];
  /** The tables of entities that have no schema in their name. */
  readonly plainTables: () => readonly string[];
}

/** A table of the entities. */
export interface NamedTable {
  /** As TypeORM writes it: with its schema, where it has one. */
  readonly path: string;
  /** Undefined where the search path decides. */
  readonly schema: string | undefined;
  readonly name: string;
}

/** The table of records that each of two DataSources means: `public.migrations`. */
export interface RecordPlaces {
  readonly application: string;
  readonly direct: string;
  /** Where each creates a table without a schema in its name; null for nowhere. */
  readonly schemas: { readonly application: string | null; readonly direct: string | null };
  /** Whether the application finds tables that are created through the direct address. */
  readonly isVisible: boolean;
}

/** Of two addresses that are not of one server, the one that leads to a standby. */
export interface StandbyAddress {
  readonly standby: 'application' | 'direct';
}

/** What is known of the numbers that the next records get. */
export interface NumbersFound {
  /** Whether all are known to be unused; otherwise only a rehearsal shows it. */
  readonly known: boolean;
  /** The tables whose numbers were behind their rows and are not any more, as SQL writes them. */
  readonly repaired: readonly string[];
}

/** What the two databases do differently while they are migrated. */
export interface MigrationDialect {
  readonly name: string;
  /** Who runs: an expression where the server knows. */
  actor(): string | { readonly expression: string };
  /**
   * SQL: whether the server that answers is a standby. Where reads are distributed, it sends its statement to the
   * primary.
   */
  readonly standbySql: string;
  /** Why a server may keep the first statements of a run waiting, a sentence; undefined where none does. */
  readonly slowStart: string | undefined;
  /**
   * One row, 1 or 0: whether `migrations` is there and `readable`, whether `runs` and `attempts` can be read, and
   * whether they are there and cannot be (`runsDenied`, `attemptsDenied`); `lost` where their names lead to no schema
   * at all, so that nothing can be concluded, `absent` where the schema that the DataSource names does not exist;
   * whether `phases` and `heartbeats` can be read, written (`phasable`), locked against writers (`lockable`), exist
   * (`released`) or can be created by this role (`releasable`); `another` where the search path leads to a second list; whether the log is `indexed`, and `indexable` by this role, and whether its runs have the column `progress`;
   * the columns of `ServerReader`, whether all three tables are there (`complete`), and whether one may hide rows
   * (`mayHide`). The `format` of the log: a number, or a text of one; null where it has none. And whether another object
   * may have one of the names (`suspect`), which `takenSql` decides: the planning of that takes longer than all of this.
   */
  presenceSql(tables: RecordTables): string;
  /**
   * One row about the table of heartbeats, 1 or 0: whether it is there for processes to write into (`present`), whether
   * this role may read it (`readable`), whether rows may be hidden from it (`hides`), whether it is the server of a standby (`standby`), and whether this role may
   * read which contract revisions are applied (`phases`). `missing`: the rights that a process lacks, separated by
   * commas, null for none; `role`: who lacks them. It waits for no lock, and fails for no table or right.
   */
  heartbeatsSql(tables: RecordTables): string;
  /**
   * One statement. Rows with what stands in the place of a table and is none: `which` table, by its key in
   * `RecordTables` or `primaryKey`, and `what`, in words.
   */
  takenSql(tables: RecordTables): string;
  /** The paths of those tables that are there. One statement. */
  presentTables(session: Session, tables: readonly NamedTable[]): Promise<readonly string[]>;
  /** The tables as the session means them: where they are, or are to be created, and the name of the lock. */
  resolveLock(session: Session, tables: RecordTables): Promise<RecordTables>;
  /**
   * Where two DataSources of this kind keep their records; undefined where they are not of one database.
   *
   * @throws ConnectError
   */
  recordPlaces(
    application: DataSource,
    direct: DataSource,
  ): Promise<RecordPlaces | StandbyAddress | undefined>;
  lock(input: LockInput): MigrationLock;
  /** Whether some process holds the lock now; takes nothing and writes nothing. */
  isLocked(session: Session, tables: RecordTables): Promise<boolean>;
  /** Makes a connection ready to execute, and proves that the lock keeps it out. */
  executor(session: Session, input: ExecutorInput): Promise<Executor>;
  /** Whether it failed because of the lock of another session, so that a retry may succeed. */
  isRetryable(error: unknown): boolean;
  /** Whether the connection itself is gone. */
  isDisconnected(error: unknown): boolean;
  /** Whether a rule of the administrator's has kept a record from being written. */
  isRuleRefusal(error: unknown): boolean;
  /** The code of an error of the database's own; undefined for an error of anything else. */
  sqlState(error: unknown): string | undefined;
  /** The extension that a statement creates and the server refuses, if an error of this statement reports that. */
  refusedExtension(error: unknown, sql: string): RefusedExtension | undefined;
  /** What to do about an error of a statement where its words do not suffice, a clause. */
  wayOut(error: unknown, sql: string): string | undefined;
  /** Which limit of the administrator's has ended the session of a revision, by the name of its setting. */
  brokenLimit(error: unknown): string | undefined;
  /** What to set where a pooler has ended the connection, a sentence. */
  poolerRemedy(error: unknown): string | undefined;
  /** The connection of a query runner, which may lose its server; undefined where there is no server. */
  line(session: Session): Promise<Line | undefined>;
  /** Asks the server about a silent connection. */
  probe(place: Place, line: Line): ServerProbe;
  /** Throws PrivilegeMissingError when the role may not write the records to existing tables. */
  assertPrivileges(session: Session, tables: RecordTables): Promise<void>;
  /**
   * Makes sure that the next records of these tables, which exist, get numbers that no row has. Sets what numbers them
   * where it is behind; throws RecordNumbersBehindError where the role may not.
   */
  catchUpNumbers(session: Session, tables: readonly TableName[]): Promise<NumbersFound>;
  /** The error for a record whose number another row of these tables has, if an error reports that. */
  numberUsed(
    error: unknown,
    tables: readonly TableName[],
    left: string,
  ): RecordNumbersBehindError | undefined;
  /** Throws RecordsUntrustedError when writing the records would run code of a role that this one does not trust. */
  assertTrusted(session: Session, tables: RecordTables): Promise<void>;
  /** @throws SearchPathError always; for a database whose answer is `lost` */
  failWithoutSchema(session: Session): Promise<never>;
  /** Throws it when the list of applied revisions is in a schema that the role may not look into. */
  assertSchemaUsage(session: Session, tables: RecordTables): Promise<void>;
  /**
   * Throws RowSecurityError when the server would leave rows of these tables out, RecordsHiddenError where something
   * else that may do so stands in the place of one; they have to be readable.
   */
  assertAllRowsVisible(session: Session, tables: readonly TableName[]): Promise<void>;
  /** Throws TwoRevisionListsError where an empty list hides one that has records. */
  assertOnlyList(session: Session, tables: RecordTables): Promise<void>;
  /**
   * Throws TwoSchemasError where these tables, named without a schema, are beside the list and behind the schema in
   * which they would be created.
   */
  assertOneSchema(session: Session, tables: RecordTables, names: readonly string[]): Promise<void>;
  /** What may change or swallow what is written into these tables: triggers, rules, views. */
  recordTriggers(session: Session, tables: RecordTables): Promise<readonly RecordChanger[]>;
  /** Locks of other sessions on these tables that keep a run from writing there; none where a database does not tell. */
  recordLocks(session: Session, tables: RecordTables): Promise<readonly TableLock[]>;
  /** Which subscriptions copy rows into the tables of the records. */
  replicatedRecords(session: Session, tables: RecordTables): Promise<ReplicatedRecords>;
  /** Always throws it: these tables exist and may not be read. */
  denyReading(session: Session, tables: readonly TableName[]): Promise<never>;
  /** The right to create the tables that is missing, if an error reports that. */
  missingPrivilege(
    error: unknown,
    session: Session,
    tables: RecordTables,
  ): Promise<PrivilegeMissingError | undefined>;
  /** The statements that let the role keep the tables by which releases know of each other. */
  releaseGrant(session: Session, tables: RecordTables): Promise<string>;
  /** Statements, inside the transaction of a contract revision, that let no process begin until it has ended. */
  lockHeartbeats(heartbeats: TableName): readonly string[];
  /** That writing is switched off for the role or the database, and by what, if an error reports that. */
  readOnly(error: unknown, session: Session, left?: string): Promise<DatabaseReadOnlyError | undefined>;
}
