/**
 * What an error of a database is about: a missing right, a row that breaks a constraint, a value of a wrong form, an
 * expression that may not stand there, a text that it cannot read, what it does not do at all, objects that depend on
 * another one, a type, a collation or an extension that it does not have, or locks, resources and objects that already
 * exist.
 */
export type ErrorKind =
  | 'denied'
  | 'constraint'
  | 'value'
  | 'expression'
  | 'syntax'
  | 'unsupported'
  | 'dependents'
  | 'missing'
  | 'surroundings'
  | 'other';

/** Tells the kind by the first pattern that matches, or `other`. */
export function firstKind(text: string, patterns: readonly (readonly [ErrorKind, RegExp])[]): ErrorKind {
  return patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other';
}

/** The constraint that a row breaks, as far as an error of the database tells. */
export interface Violation {
  readonly name: string | null;
  /** Without its schema. */
  readonly table: string | null;
  readonly columns: readonly string[];
  /** Whether it is a foreign key without a name. */
  readonly isForeign: boolean;
}
