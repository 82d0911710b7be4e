/** One thing that CREATE TABLE specifies of a table. Two tables with the same keys are equal, however they are written. */
export interface Part {
  readonly kind: PartKind;
  /** The same for the same thing; names in it are quoted and in lower case. */
  readonly key: string;
  /** As a message names it. */
  readonly words: string;
  /** The columns that it is about, in lower case. */
  readonly columns: readonly string[];
  /** Of a constraint, in lower case; null for none. */
  readonly name: string | null;
}

/** What a part is. */
export type PartKind =
  | 'column'
  | 'type'
  | 'not-null'
  | 'default'
  | 'collation'
  | 'generated'
  | 'primary-key'
  | 'autoincrement'
  | 'unique'
  | 'foreign-key'
  | 'check'
  | 'conflict'
  | 'option';
