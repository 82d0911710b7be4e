/** Reads SQL of one kind of database; loaded by what generates, not by what migrates. */
export interface SqlReader {
  /** What an expression consists of; undefined where the reader cannot read it as one expression. */
  readonly expression: (sql: string) => ExpressionParts | undefined;
  /** Whether a statement contains the name of an object; undefined where the reader cannot read it. */
  readonly names: (statement: string, name: string) => boolean | undefined;
}

/** What `generate` has to know of an expression. */
export interface ExpressionParts {
  /** Whether it may read the column. */
  readonly reads: (column: string) => boolean;
  /** The literals in it, in their order. */
  readonly literals: readonly SqlLiteral[];
  /** Whether it consists of literals, signs and parentheses. */
  readonly isLiteral: boolean;
  /**
   * Whether it has one value for all rows of a statement, unless it reads a column of the table.
   *
   * @param volatile names of functions that may return another value each time
   */
  readonly isConstant: (volatile: ReadonlySet<string>) => boolean;
}

/** A literal: its text without quotes, and whether it is a number. */
export interface SqlLiteral {
  readonly text: string;
  readonly number: boolean;
}
