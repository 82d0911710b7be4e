import type { Statement, Work } from '../sql/statement.js';
import type { Session } from './session.js';

/** Rows of a live table, and how large it is. */
export interface TableSample {
  /** The table, as SQL. */
  readonly table: string;
  /** About how many rows it has. */
  readonly rows: number;
  /** With its indexes. */
  readonly bytes: number;
  /** Its indexes, as statements that create them. */
  readonly indexes: readonly string[];
  readonly columns: readonly string[];
  /** Some of its rows, each as a text of JSON. */
  readonly lines: readonly string[];
}

/** The statements of a revision. */
export interface MeasuredRevision {
  readonly id: string;
  readonly transaction: boolean;
  readonly statements: readonly Statement[];
}

/** What a statement took on a scratch database. */
export interface MeasuredWork extends Work {
  readonly revision: string;
  /** Rows that the table had there. */
  readonly rows: number;
  /** Null where it failed. */
  readonly ms: number | null;
  /** How much the table and its indexes grew. */
  readonly bytes: number;
  /** Why it failed. */
  readonly problem?: string;
}

/** Estimates how long a change takes on a live database, which is only read. */
export interface Estimator {
  /** Reads how large a table is, and some of its rows; undefined where the database has no such table. */
  readonly sample: (live: Session, table: string) => Promise<TableSample | undefined>;
  /** Copies samples to a scratch database at head, runs the revisions there, and measures their work. */
  readonly measure: (
    scratch: Session,
    samples: readonly TableSample[],
    revisions: readonly MeasuredRevision[],
  ) => Promise<readonly MeasuredWork[]>;
}
