import type { UnconfirmedChange } from '../errors/generate.js';
import type { Change } from '../schema/change.js';
import type { IndexModel, SchemaModel } from '../schema/model.js';
import type { Rename } from '../schema/rename.js';
import type { Statement } from '../sql/statement.js';
import type { Phase } from './phases.js';

/** Statements that belong together, and what they are for: one sentence, written above them in the file. */
export interface StatementGroup {
  readonly reason: string;
  readonly statements: readonly Statement[];
}

/** What one dialect does in one revision, in the order in which it runs. */
export interface DialectGroups {
  readonly up: readonly StatementGroup[];
  readonly down: readonly StatementGroup[];
}

/** What one database does in one revision. */
export interface PlannedPart extends DialectGroups {
  /** Of what it does; the two ways run through the phases in opposite order. */
  readonly phase: Phase;
  /** False where it is one statement that cannot run inside a transaction. */
  readonly transaction: boolean;
  /** Of a part that is one statement: what it is about. */
  readonly subject: string | undefined;
  /** What it is made for. */
  readonly changes: readonly Change[];
}

/** What a person has said about changes that may lose data, beyond what the two schemas say. */
export interface ConfirmedValues {
  /** SQL expressions for rows that exist, by `table.column` as the entities call it; the same text on both databases. */
  readonly backfills: ReadonlyMap<string, string>;
  /** Names of time zones, by the column whose type gets a time zone or loses it; for both ways. */
  readonly timeZones: ReadonlyMap<string, string>;
  /** SQL expressions that convert the values of a column to its new type, by `table.column`. */
  readonly usings: ReadonlyMap<string, string>;
  /** The same for the way down. */
  readonly usingsDown: ReadonlyMap<string, string>;
  /** New names of enum values, by `table.column` as the entities call it: old value -> new value. */
  readonly renamedValues: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Nothing said. */
export const NO_CONFIRMED_VALUES: ConfirmedValues = {
  backfills: new Map(),
  timeZones: new Map(),
  usings: new Map(),
  usingsDown: new Map(),
  renamedValues: new Map(),
};

/** A change that may lose data, cannot be made while there are rows, or locks a table for long; a person has to confirm it. */
export type DestructiveChange = Omit<UnconfirmedChange, 'rows'>;

/** What a person has confirmed, before it is known whether that is enough. */
export interface Confirmations {
  /** `table.column` or `table`. */
  readonly drops: readonly string[];
  /** `table.column` -> expression. */
  readonly backfills: ReadonlyMap<string, string>;
  /** `table.column` -> name of a time zone. */
  readonly timeZones: ReadonlyMap<string, string>;
  /** `table.column` -> expression for the new type. */
  readonly usings: ReadonlyMap<string, string>;
  /** `table.column` -> expression for the former type, on the way down. */
  readonly usingsDown: ReadonlyMap<string, string>;
  readonly allowRewrite: boolean;
}

/** Both sides of a comparison on one database. */
export interface PlanReading {
  /** What the revisions make, under its old names. */
  readonly head: SchemaModel;
  /** The same after the renames that were confirmed. */
  readonly from: SchemaModel;
  /** What the entities declare. */
  readonly to: SchemaModel;
  /** From one to the other: what a person confirms is what is planned. */
  readonly changes: readonly Change[];
  readonly renames: readonly Rename[];
  /** The schema that a name without one means; empty where there are none. */
  readonly defaultSchema: string;
  /** Indexes that entities leave alone, with `synchronize: false`. */
  readonly ownIndexes: readonly OwnIndex[];
  readonly facts: Facts;
}

/** An index that no entity declares. */
export interface OwnIndex {
  readonly table: string;
  readonly index: IndexModel;
}

/** What only the database itself knows about a change, read from a scratch database. */
export interface Facts {
  /** Names of functions that may return another value each time. */
  readonly volatileFunctions: ReadonlySet<string>;
  /** Objects that may depend on columns without being in the schema: publications, for example. */
  readonly dependents: readonly UndeclaredDependent[];
  /** Changes of types that need an expression. */
  readonly conversions: readonly ConversionNeeded[];
  /** The given time zones, as the database spells them; those that it does not know are missing. */
  readonly timeZones: ReadonlyMap<string, string>;
  /** Given expressions that the database cannot run. */
  readonly refused: readonly RefusedExpression[];
}

/** Something that may depend on a column, and that neither entities nor the schema model know. */
export interface UndeclaredDependent {
  /** As the database calls it: `publication`, `policy`, `rule`, `function`, which is a procedure as well. */
  readonly kind: string;
  readonly name: string;
}

/** A column whose type changes, and whose values the database does not convert in one certain way. */
export interface ConversionNeeded {
  readonly table: string;
  readonly column: string;
  readonly direction: 'up' | 'down';
  /** Why, as a part of a sentence. */
  readonly problem: string;
  /** Expressions that would do. */
  readonly expressions: readonly string[];
}

/** An expression that was given for all databases, and why one of them cannot run it. */
export interface RefusedExpression {
  readonly option: '--using' | '--using-down';
  /** `table.column` */
  readonly place: string;
  readonly reason: string;
}
