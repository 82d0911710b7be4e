/** A table, and those of its columns that matter. */
export interface TableColumns {
  readonly name: string;
  readonly columns: readonly string[];
  /** Whether a row is known by its number as well, where it has one; so it is unless that is said to be false. */
  readonly numbered?: boolean;
}

/** A column to read: what it is called, and the expression for it. */
export interface ReadColumn {
  readonly name: string;
  readonly sql: string;
}
