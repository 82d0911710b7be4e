import type { SqliteStep } from '../../../support/plain-sqlite.js';
import type { SeededChange } from './seeded-change.js';

/** A change behind the back of the entities in an SQLite file. */
export interface SeededFile extends Pick<SeededChange, 'title' | 'reported'> {
  readonly steps: readonly SqliteStep[];
}

/** A table of cases in short: title, statement, and what is reported. */
export function executed(title: string, sql: string | readonly string[], reported: string): SeededFile {
  return { title, steps: [sql].flat(), reported };
}

/** The same for a table that is created again from another text: `[table, from, to]`. */
export function rebuilt(
  title: string,
  [table, from, to]: readonly [string, string, string],
  reported: string,
): SeededFile {
  return { title, steps: [{ table, from, to }], reported };
}
