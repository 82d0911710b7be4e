import type { Session } from './session.js';

/** A table whose rows expire. */
export interface ExpiringTable {
  /** As SQL. */
  readonly path: string;
  /** Columns of its primary key, as SQL. */
  readonly keys: readonly string[];
  /** The column with the moment at which a row expires, as SQL. */
  readonly column: string;
}

/**
 * Deletes rows that have expired by the clock of the server, those first that did so long ago, in one transaction. Leaves
 * out rows that another transaction holds, where a database has locks of rows.
 *
 * @param most how many at most
 * @returns how many
 */
export type DeleteExpired = (session: Session, table: ExpiringTable, most: number) => Promise<number>;
