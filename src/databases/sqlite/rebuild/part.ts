/** One property that CREATE TABLE specifies. Two tables with the same keys are equal, however they are written. */
export interface Part {
  readonly kind: PartKind;
  /** The same for the same thing; names in it are quoted and in lower case. */
  readonly key: string;
  /** Its name in a message. */
  readonly words: string;
  /** Its columns, in lower case. */
  readonly columns: readonly string[];
  /** Of a constraint, in lower case; null for none. */
  readonly name: string | null;
}

/** The kind of a part. */
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
