/** What decides whether a renamed column can have two names for a while. */
export interface BridgeFacts {
  readonly table: string;
  readonly column: string;
  /** Of a column whose type is a domain: the type below it, as SQL. */
  readonly baseType: string | null;
  /** Whether the domain has no NULL. */
  readonly refusesNull: boolean;
  readonly isPartitionKey: boolean;
  /** The triggers of the table. */
  readonly triggers: readonly BridgedTrigger[];
  /** The rules of the table. */
  readonly rules: readonly string[];
  /** What uses the column, in the words of the guard of a revision. */
  readonly dependents: readonly string[];
}

/** A trigger of the table of a renamed column. */
export interface BridgedTrigger {
  readonly name: string;
  /** Whether it fires for updates of this column alone. */
  readonly isOfColumn: boolean;
  /** Whether it may change a row that is written. */
  readonly isBefore: boolean;
  /** The text of its function. */
  readonly source: string;
}
