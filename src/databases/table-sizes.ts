import type { Session } from './session.js';

/** How large a table is, and about how many rows it has; null for what the database does not know. */
export interface TableSize {
  /** With its schema where that is not the first one. */
  readonly table: string;
  readonly rows: number | null;
  /** With its indexes and partitions. */
  readonly bytes: number | null;
}

/** How large a database is. */
export interface DatabaseSizes {
  readonly bytes: number;
  /** The largest first. */
  readonly tables: readonly TableSize[];
  /** Whether the database estimates the rows, from its statistics. */
  readonly estimated: boolean;
}

/** Reads sizes; it reads no row where the database has estimates. */
export type ReadSizes = (session: Session) => Promise<DatabaseSizes>;
