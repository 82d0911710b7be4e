import type { UnconfirmedChange } from '../errors/generate.js';
import type { Change } from '../schema/change.js';
import type { SpecialTable } from '../schema/special-tables.js';
import type { IndexModel, SchemaModel } from '../schema/model.js';
import type { Rename } from '../schema/rename.js';
import type { Statement } from '../sql/statement.js';
import type { BridgeFacts } from './bridge-facts.js';
import type { ViewFacts } from './view-facts.js';
import type { Phase, ReleasePhase } from './phases.js';

/** Statements that belong together, and their reason: one sentence, written above them in the file. */
export interface StatementGroup {
  readonly reason: string;
  readonly statements: readonly Statement[];
}

/** The statements of one dialect in one revision, in the order in which they run. */
export interface DialectGroups {
  readonly up: readonly StatementGroup[];
  readonly down: readonly StatementGroup[];
}

/** The part of one database in one revision. */
export interface PlannedPart extends DialectGroups {
  /** The phase of its statements; the two directions run through the phases in opposite order. */
  readonly phase: Phase;
  /** Default `expand`. All parts of `contract` come after those of `expand`. */
  readonly releasePhase?: ReleasePhase;
  /** False where it is one statement that cannot run inside a transaction. */
  readonly transaction: boolean;
  /** Of a part that is one statement: its subject. */
  readonly subject: string | undefined;
  /** What its revision is named for, where that is not its phase: `Swap`, for example. */
  readonly title?: string;
  /** The reasons for it. */
  readonly changes: readonly Change[];
}

/** A change in two halves, so that the release before it and the one after it can use the database at once. */
export interface PhasedPlan {
  readonly parts: readonly PlannedPart[];
  /** Changes that are planned in one step, which one of the two releases cannot use: for the person who generates. */
  readonly inOneStep: readonly string[];
  /** What the newer release cannot do before contract. */
  readonly limits: readonly string[];
}

/** Confirmed details of changes that may lose data, beyond what the two schemas contain. */
export interface ConfirmedValues {
  /**
   * SQL expressions for existing rows, by `table.column` in the names of the entities; the same text on both databases.
   */
  readonly backfills: ReadonlyMap<string, string>;
  /** Names of time zones, by the column whose type gains or loses a time zone; for both directions. */
  readonly timeZones: ReadonlyMap<string, string>;
  /** SQL expressions that convert the values of a column to its new type, by `table.column`. */
  readonly usings: ReadonlyMap<string, string>;
  /** The same for `down`. */
  readonly usingsDown: ReadonlyMap<string, string>;
  /** New names of enum values, by `table.column` in the names of the entities: old value -> new value. */
  readonly renamedValues: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /**
   * Columns that may get another type under the lock of their table, as `table.column`, types as `.type`; default none.
   */
  readonly rewrites?: ReadonlySet<string>;
  /** Whether no older release reads what is rewritten: changes are not in phases yet; default false. */
  readonly isUnread?: boolean;
  /** Enum values that go, and the ones that their rows get, by the same; `down` cannot tell these rows apart. */
  readonly joinedValues: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Renamed columns, `table.column`, by which the new release upserts before contract; default none. */
  readonly upserts?: ReadonlySet<string>;
}

/** No confirmations. */
export const NO_CONFIRMED_VALUES: ConfirmedValues = {
  backfills: new Map(),
  timeZones: new Map(),
  usings: new Map(),
  usingsDown: new Map(),
  renamedValues: new Map(),
  joinedValues: new Map(),
};

/** A change that may lose data, fails on existing rows, or locks a table for long; it requires confirmation. */
export type DestructiveChange = Omit<UnconfirmedChange, 'rows'>;

/** The confirmations, before the generator checks whether they are enough. */
export interface Confirmations {
  /** `table.column` or `table`. */
  readonly drops: readonly string[];
  /** `table.column` -> expression. */
  readonly backfills: ReadonlyMap<string, string>;
  /** `table.column` -> name of a time zone. */
  readonly timeZones: ReadonlyMap<string, string>;
  /** `table.column` -> expression for the new type. */
  readonly usings: ReadonlyMap<string, string>;
  /** `table.column` -> expression for the former type, in `down`. */
  readonly usingsDown: ReadonlyMap<string, string>;
  readonly allowRewrite: boolean;
}

/** Both sides of a comparison on one database. */
export interface PlanReading {
  /** The schema that the revisions create, under its old names. */
  readonly head: SchemaModel;
  /** The same schema after the confirmed renames. */
  readonly from: SchemaModel;
  /** The schema that the entities declare. */
  readonly to: SchemaModel;
  /** The changes from one to the other, which are confirmed and planned. */
  readonly changes: readonly Change[];
  readonly renames: readonly Rename[];
  /** The schema that a name without one means; empty where there are none. */
  readonly defaultSchema: string;
  /** Indexes that entities exclude with `synchronize: false`. */
  readonly ownIndexes: readonly OwnIndex[];
  /** Tables that a revision cannot change like others. */
  readonly specials?: readonly SpecialTable[];
  readonly facts: Facts;
  /** Columns whose whole numbers the release before reads like this one, whatever their type; default none. */
  readonly readers?: NumberReaders;
}

/** Which columns an application reads as numbers, whether the driver gives a number or a text. */
export interface NumberReaders {
  /** Whether the driver itself reads a bigint as a number: `parseInt8` of the DataSource. */
  readonly parsesInt8: boolean;
  /** Columns with a transformer that gives the same for both, as `table.column`. */
  readonly columns: readonly string[];
}

/** An index that no entity declares. */
export interface OwnIndex {
  readonly table: string;
  readonly index: IndexModel;
}

/** Facts about a change that only the database knows, read from a scratch database. */
export interface Facts {
  /** Names of functions that may return another value on each call. */
  readonly volatileFunctions: ReadonlySet<string>;
  /** Objects outside the schema that may depend on columns: publications, for example. */
  readonly dependents: readonly UndeclaredDependent[];
  /** Those that do depend on columns or types, and how each is dropped and created again. */
  readonly attached: readonly AttachedObject[];
  /** What the model does not hold of indexes and constraints. */
  readonly properties: readonly PartProperties[];
  /** What the model does not hold of enumerated types. */
  readonly types: readonly TypeProperties[];
  /** Changes of types that need an expression. */
  readonly conversions: readonly ConversionNeeded[];
  /** The given time zones in the spelling of the database; unknown ones are missing. */
  readonly timeZones: ReadonlyMap<string, string>;
  /** Given expressions that the database cannot run. */
  readonly refused: readonly RefusedExpression[];
  /** Relations whose names a sequence of a column may have: its own sequences, and objects that only have the name. */
  readonly sequences: readonly SequenceFact[];
  /** The views at head. */
  readonly views: ViewFacts;
  /** Extensions that the revisions have installed. */
  readonly installed: readonly string[];
  /**
   * Whether a partitioned table takes a foreign key that is not validated yet, and NOT NULL is a constraint of each
   * partition: from version 18 on; default true.
   */
  readonly takesUnvalidated?: boolean;
  /** What refers to tables that become partitioned or plain: it would not refer to the new table. */
  readonly referring?: readonly { readonly table: string; readonly words: string }[];
  /** Of those tables, the ones that have a partition without a lower bound. */
  readonly unbounded?: readonly string[];
  /** Tables whose entities declare other partitions than before, and which have these already. */
  readonly asDeclared?: readonly string[];
  /** Of each renamed column, under its new name. */
  readonly bridged?: readonly BridgeFacts[];
  /** Tables of which there is something to say. */
  readonly around?: readonly TableFacts[];
}

/** What else sees the work on a table. */
export interface TableFacts {
  readonly table: string;
  /** Triggers that updates fire. */
  readonly triggers: readonly string[];
  /** Publications with all columns of it. */
  readonly publications: readonly string[];
  /** Names of constraints, its own and those of its partitions and children, that begin as the generator's checks do. */
  readonly checks: readonly string[];
}

/** The comment and the rights of an enumerated type. */
export interface TypeProperties {
  readonly name: string;
  /** The statements that give them again. */
  readonly again: readonly string[];
}

/** A sequence of a column, or another relation that has such a name. */
export interface SequenceFact {
  /** With its schema in front where that is not the default one. */
  readonly name: string;
  /** The column that owns it: `table.column`; null for what no column owns. */
  readonly owner: string | null;
  /** Null for what is no sequence. */
  readonly type: string | null;
  /** Whether a column takes its numbers from it; `DROP DEFAULT` leaves one of which none does. */
  readonly isUsed: boolean;
}

/** An object that may depend on a column, and that neither the entities nor the schema model contain. */
export interface UndeclaredDependent {
  /** Its kind in the database: `publication`, `policy`, or `function`, which includes procedures, for example. */
  readonly kind: string;
  readonly name: string;
}

/** An object outside the schema model that depends on columns, or on types, and how it is created again. */
export interface AttachedObject extends UndeclaredDependent {
  /** Its table as the model calls it; empty where it has none. */
  readonly table: string;
  /** The columns that it uses, as `table.column`. */
  readonly columns: readonly string[];
  /** The enumerated types that it uses. */
  readonly types: readonly string[];
  /** Further tables that it needs as a whole. */
  readonly tables: readonly string[];
  /** Whether another type of a column leaves it as it is. */
  readonly keepsWithType: boolean;
  /** Whether the database drops it together with a column that it uses. */
  readonly goesWithColumn: boolean;
  readonly drop: readonly string[];
  /** Empty where it cannot be created again exactly. */
  readonly create: readonly string[];
  /** Why the database refuses to create it after the change; null where it does not, or where nothing is changed. */
  readonly refused: string | null;
  /** Of several columns that change, those for which it does; none where that is not known. */
  readonly refusedFor?: readonly string[];
}

/** What the schema model does not hold of an index or a constraint, which is lost when it is dropped. */
export interface PartProperties {
  readonly table: string;
  readonly name: string;
  /** Whether it is a constraint, perhaps with an index of its name. */
  readonly isConstraint: boolean;
  /** ` WITH (...)`, the storage parameters of its index; null for none. */
  readonly storage: string | null;
  readonly comment: string | null;
  readonly isClustered: boolean;
  readonly isReplicaIdentity: boolean;
  /** The statistics targets of its keys, which PostgreSQL counts from 1. */
  readonly targets: readonly { readonly key: number; readonly target: number }[];
}

/** An object that depends on a change, and that cannot be created again exactly. */
export interface LostDependent {
  readonly object: UndeclaredDependent;
  /** `policy po of job`. */
  readonly words: string;
  /** What it depends on, and what happens to that: `job.n gets another type`. */
  readonly change: string;
  readonly reason: string;
}

/** A column whose type changes, and whose values the database cannot convert unambiguously. */
export interface ConversionNeeded {
  readonly table: string;
  readonly column: string;
  readonly direction: 'up' | 'down';
  /** The reason, as a part of a sentence. */
  readonly problem: string;
  /** Expressions that work. */
  readonly expressions: readonly string[];
}

/** An expression that was given for all databases, and why one of them cannot run it. */
export interface RefusedExpression {
  readonly option: '--using' | '--using-down';
  /** `table.column` */
  readonly place: string;
  readonly reason: string;
}
