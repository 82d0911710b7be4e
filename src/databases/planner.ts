import type { DataSource } from 'typeorm';
import type { Session } from './session.js';
import type { Change } from '../schema/change.js';
import type {
  Confirmations,
  Facts,
  UndeclaredDependent,
  PlannedPart,
  PlanReading,
  RefusedExpression,
  DestructiveChange,
  ConfirmedValues,
} from './planning.js';
import type { SqlReader } from './sql-reader.js';

/** How one kind of database gets from a schema to another one. */
export interface Planner {
  /** The statements that rename in place what a person has said to be renamed. */
  readonly renaming: (reading: Pick<PlanReading, 'renames' | 'head' | 'defaultSchema'>) => readonly string[];
  /** Reads from a scratch database at head what the database itself knows about the changes. */
  readonly readFacts: (dataSource: DataSource, asked: FactsAsked) => Promise<Facts>;
  /** What of a change a person has to confirm because of this database; the generator adds what every database asks for. */
  readonly risksOf: (change: Change, confirmations: Confirmations) => readonly DestructiveChange[];
  /** Changes of types that write no row, but block the table while its indexes or checks are built. */
  readonly blockingRebuilds: (
    reading: PlanReading,
    confirmations: Confirmations,
  ) => readonly DestructiveChange[];
  /** Renders the changes of a reading in as few revisions as running beside traffic takes. */
  readonly plan: (reading: PlanReading, confirmed: ConfirmedValues) => readonly PlannedPart[];
  /** Names of the indexes that the plan builds; all others have to stay as they are. */
  readonly builtIndexes: (reading: PlanReading, confirmed: ConfirmedValues) => ReadonlySet<string>;
  /** Texts that expressions can convert, by `table.column` at head; none where no such text is found. */
  readonly readableTexts: (
    session: Session,
    converted: readonly ConvertedColumn[],
  ) => Promise<ReadonlyMap<string, readonly string[]>>;
  /** How its SQL is read. */
  readonly sql: SqlReader;
  /** Whether words of the database name the object with its kind. */
  readonly isNamedIn: (words: string, object: UndeclaredDependent) => boolean;
}

/** What the database is asked about. */
export interface FactsAsked extends Pick<PlanReading, 'changes' | 'defaultSchema'> {
  /** Expressions for columns whose type changes. */
  readonly expressions: Readonly<Record<RefusedExpression['option'], readonly (readonly [string, string])[]>>;
  /** Names of time zones, as they were given. */
  readonly timeZones: readonly string[];
}

/** A column whose values an expression converts to another type. */
export interface ConvertedColumn {
  /** `table.column` at head. */
  readonly place: string;
  /** What the column is called when it is converted. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly expression: string;
}
