import type { Bind, BoundStatement, Writer } from './bound.js';
import type { Fence, ListCount, Outcome } from './outcome.js';
import type { RecordTables, TableName } from './tables.js';

/** What databases write differently in the statements that record. */
export interface RecordSyntax {
  readonly serial: string;
  readonly identity: string;
  readonly text: string;
  readonly instant: string;
  /** The instant of the statement, cut to milliseconds. */
  readonly now: string;
  readonly equals: string;
  readonly differs: string;
  readonly max: string;
  readonly count: string;
  readonly atLeast: string;
  /** How many milliseconds ago an instant was, by the clock of the server. */
  readonly elapsedMs: (instant: string) => string;
  /** An instant in ISO 8601, with milliseconds and in UTC, as a column of the log compares with it. */
  readonly instantOf: (instant: string) => string;
  readonly lessThan: string;
  /** Joins texts. */
  readonly joined: string;
  /** Whether the id of a revision, or NULL, is one of before a stamp. */
  readonly isOlder: (id: string, stamp: number) => string;
  /** How old the table of heartbeats has to be on a database that had revisions before, milliseconds. */
  readonly youngMs: number;
  /** The parameter with that number, which counts from 1. */
  readonly placeholder: (number: number) => string;
  /** A text as a literal that means the same in every session. */
  readonly literal: (text: string) => string;
  /** What follows the columns of the list of revisions. */
  readonly primaryKey: (name: string) => string;
  /** What numbers the list of revisions, as an expression: NULL where that cannot be asked. */
  readonly sequenceOf: (list: TableName) => string;
  /** What tells the list of revisions from another one under its name, as an expression: NULL where nothing does. */
  readonly identityOf: (list: TableName) => string;
  /** Holds on the primary only, and sends its statement there where reads are distributed. */
  readonly onPrimary: string;
  /** The instant at which an attempt has ended. */
  readonly finished: string;
  /** Counted back from the end; if not measured, the transaction's start where the database knows it. */
  readonly startedAt: (durationMs: number | null, bind: Bind) => string;
  /** A query that fails, quoting a text without quotes in it, unless a condition holds. It writes nothing. */
  readonly assertion: (condition: string, text: string) => string;
  /** A query that has a row while the lock is held. */
  readonly held: (fence: Fence, bind: Bind) => string;
  /**
   * Records a revision in the list and its outcome in the log. Where nothing is to be recorded, since the lock is gone
   * or something else has recorded it, the database raises an error, so that COMMIT can be sent in the same breath.
   */
  readonly record: (context: RecordContext, entry: RecordEntry, write: Writer) => readonly BoundStatement[];
  /** Gives the runs of a log of an earlier version the column for their progress. */
  readonly addProgress: (runs: TableName) => readonly string[];
  /** Gives the log another format; `has` is whether the runs have a column for it. */
  readonly setFormat: (runs: TableName, format: number, has: boolean) => readonly string[];
}

/** What older code needs to know of an applied revision. */
export interface PhaseRecord {
  readonly phase: 'expand' | 'contract';
  /** The changes of this database, as JSON. */
  readonly changes: string;
}

/** What happened to the list of revisions: a row more, a row less, or a row that was there and stays. */
export type RecordChange = 'insert' | 'delete' | 'keep';

/** A revision that is to be recorded. */
export interface RecordEntry {
  readonly outcome: Outcome;
  readonly change: RecordChange;
  /** Where it is known. */
  readonly count?: ListCount | undefined;
  /** What has to hold besides the lock, as SQL. */
  readonly condition?: string | undefined;
  /** The newest record as it was read, null for none: the list must still end with it. Not compared where undefined. */
  readonly newest?: string | null | undefined;
  /** For older code; undefined for a revision that changes nothing such code knows. */
  readonly phase?: PhaseRecord | undefined;
}

/** What all statements of one run share. */
export interface RecordContext {
  readonly syntax: RecordSyntax;
  readonly tables: RecordTables;
  /** SQL expression for the run's id. */
  readonly run: string;
  /** Where the lock can be seen by SQL. */
  readonly fence: Fence | undefined;
  /** Whether the table of phases is there and may be written. */
  readonly phased: boolean;
  /** Of the log; null where it has no column for that. */
  readonly format: number | null;
  /** The stamp of the newest contract revision in the code; undefined where it has none. */
  readonly lastContract?: number | undefined;
  /** Which list it is, as `identityOf` had it when the run began; not compared where it is undefined. */
  readonly list?: string | undefined;
}
