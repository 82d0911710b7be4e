import type { Change } from '../schema/change.js';
import type { DialectName } from '../schema/model.js';
import type { Phase } from './phases.js';

/** Statements that belong together, and what they are for: one sentence, written above them in the file. */
export interface StatementGroup {
  readonly reason: string;
  readonly statements: readonly string[];
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

/** One revision of a group: consecutive stamps, one purpose. */
export interface RevisionPart {
  /** What stands behind the name that was given: `Backfill`; empty for the part that the group is named for. */
  readonly suffix: string;
  /** One sentence. */
  readonly description: string;
  /** False where PostgreSQL has exactly one statement that cannot run inside a transaction. */
  readonly transaction: boolean;
  readonly groups: Readonly<Record<DialectName, DialectGroups>>;
}

/** What a person has said about changes that may lose data, beyond what the two schemas say. */
export interface Said {
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
export const NOTHING_SAID: Said = {
  backfills: new Map(),
  timeZones: new Map(),
  usings: new Map(),
  usingsDown: new Map(),
  renamedValues: new Map(),
};
