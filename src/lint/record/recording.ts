import type { DialectName } from '../../databases/registry.js';
import type { Direction } from '../../databases/direction.js';

/** Why the statements of a class may be more, or others, than those that are known. */
export interface Gap {
  /** `refused` throws before it sends anything, as a way down does that cannot be undone. */
  readonly kind: 'unknown' | 'refused';
  readonly reason: string;
}

/** What a class that was written by hand sends one way. */
export interface Recording {
  readonly statements: readonly string[];
  /** null where these are all, on every database. */
  readonly gap: Gap | null;
}

/** The recordings of a class, by dialect; none for a dialect that the DataSource is not of. */
export type ClassRecordings = Readonly<Partial<Record<DialectName, Readonly<Record<Direction, Recording>>>>>;

/** The recordings of the classes that were written by hand, by the id of the revision. */
export type Recordings = ReadonlyMap<string, ClassRecordings>;

/** A recording without a single statement. */
export function unknown(reason: string): Recording {
  return { statements: [], gap: { kind: 'unknown', reason } };
}
