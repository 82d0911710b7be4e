import type { DataSource } from 'typeorm';
import type { Estimator } from './estimating.js';
import type { Session } from './session.js';
import type { Change } from '../schema/change.js';
import type {
  Confirmations,
  Facts,
  LostDependent,
  UndeclaredDependent,
  PhasedPlan,
  PlannedPart,
  PlanReading,
  RefusedExpression,
  DestructiveChange,
  ConfirmedValues,
} from './planning.js';
import type { Restated, Restatement } from './restated.js';
import type { ViewFacts, ViewsAsked } from './view-facts.js';
import type { SqlReader } from './sql-reader.js';

/** Plans how one kind of database changes from one schema to another. */
export interface Planner {
  /** The statements of the confirmed renames, in place. */
  readonly renaming: (reading: Pick<PlanReading, 'renames' | 'head' | 'defaultSchema'>) => readonly string[];
  /** The extensions that a database has; none where it knows none. */
  readonly readExtensions: (dataSource: DataSource) => Promise<readonly string[]>;
  /** Reads from a scratch database at head what only the database knows about the changes. */
  readonly readFacts: (dataSource: DataSource, asked: FactsAsked) => Promise<Facts>;
  /** The same of a live database: what its catalog shows, in a transaction that cannot write. Nothing is tried. */
  readonly readLiveFacts: (dataSource: DataSource, asked: FactsAsked) => Promise<Facts>;
  /** Reads the views of a scratch database at head, and tries the texts of entities there. */
  readonly readViews: (session: Session, asked: ViewsAsked) => Promise<ViewFacts>;
  /** The confirmations that a change requires because of this database; the generator adds those of every database. */
  readonly risksOf: (change: Change, confirmations: Confirmations) => readonly DestructiveChange[];
  /** Changes that block the table while its indexes or checks are built, or while materialized views are filled. */
  readonly blockingRebuilds: (
    reading: PlanReading,
    confirmations: Confirmations,
  ) => readonly DestructiveChange[];
  /** Renders the changes of a reading in as few revisions as an online change requires. */
  readonly plan: (reading: PlanReading, confirmed: ConfirmedValues) => readonly PlannedPart[];
  /** Whether several releases use such a database at once, so that changes are in expand and contract. */
  readonly hasPhases: boolean;
  /** The same in expand and contract, where other sessions use the database meanwhile. */
  readonly planPhases: (reading: PlanReading, confirmed: ConfirmedValues) => PhasedPlan;
  /**
   * Columns, as `table.column`, whose type changes in phases without rewriting their table, or is refused there, and
   * enumerated types that lose values there: nothing is asked about them.
   */
  readonly withoutRewrite: (
    reading: PlanReading,
    confirmed: Pick<ConfirmedValues, 'usings' | 'timeZones'>,
  ) => ReadonlySet<string>;
  /** Names of the indexes that the plan builds; all others stay unchanged. */
  readonly builtIndexes: (reading: PlanReading, confirmed: ConfirmedValues) => ReadonlySet<string>;
  /** Objects that depend on the changes, and that the plan cannot create again exactly. */
  readonly objectsLost: (reading: PlanReading, confirmed: ConfirmedValues) => readonly LostDependent[];
  /** Texts that expressions can convert, by `table.column` at head; none where no such text is found. */
  readonly readableTexts: (
    session: Session,
    converted: readonly ConvertedColumn[],
  ) => Promise<ReadonlyMap<string, readonly string[]>>;
  /** Restates a live database as statements. The session has no transaction open; nothing is written. */
  readonly restate: (session: Session, given: Restated) => Promise<Restatement>;
  /** How long a change takes on a live database; absent where no statement of a revision takes long beside others. */
  readonly estimator?: Estimator;
  /** Reads its SQL. */
  readonly sql: SqlReader;
  /** Whether a message of the database names the object with its kind. */
  readonly isNamedIn: (words: string, object: UndeclaredDependent) => boolean;
}

/** The questions to the database. */
export interface FactsAsked extends Pick<PlanReading, 'changes' | 'defaultSchema' | 'from' | 'to'> {
  /** What is renamed already; default nothing. */
  readonly renames?: PlanReading['renames'];
  /** The views at head, which are read before. */
  readonly views: ViewFacts;
  /** Expressions for columns whose type changes. */
  readonly expressions: Readonly<Record<RefusedExpression['option'], readonly (readonly [string, string])[]>>;
  /** Names of time zones, as they were given. */
  readonly timeZones: readonly string[];
  /** Extensions that the revisions have installed. */
  readonly installed: readonly string[];
}

/** A column whose values an expression converts to another type. */
export interface ConvertedColumn {
  /** `table.column` at head. */
  readonly place: string;
  /** The name of the column when it is converted. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly expression: string;
}
