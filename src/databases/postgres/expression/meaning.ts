/** What an expression is read with. */

import type { ForeignCode } from './foreign-code.js';
import type { Meanings } from './meanings.js';

/** By the name of a column, its type as the model has it. */
export type ColumnTypes = ReadonlyMap<string, string>;

/** What names mean in a database. */
export interface NamesMeaning {
  readonly foreign: ForeignCode;
  readonly meanings: Meanings;
}

/** The same for the expressions of a table. */
export interface Meaning extends NamesMeaning {
  readonly columns: ColumnTypes;
  /** Whether the casts of operands stay, since they decide which operator or function is meant. */
  readonly keepsCasts?: boolean;
}
