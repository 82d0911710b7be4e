/** Which revision comes before which. Pure. */

import { stampOf } from './revision.js';
import type { History } from './standing.js';

/** Revisions of the code and of the database, oldest first. */
export interface RevisionOrder {
  readonly ids: readonly string[];
  /** The place of one of them; -1 for null, which is base. */
  rank(id: string | null): number;
  /** Some of them, oldest first. */
  sorted(ids: Iterable<string>): readonly string[];
}

/**
 * By their stamps. Several histories of TypeORM have two classes with one stamp: these stand in the order of the list,
 * as in TypeORM, and behind them what only the database has.
 */
export function orderOf({ known, applied }: History): RevisionOrder {
  const all = new Set([...known, ...applied].map(({ id }) => id));
  const ids = [...all].sort((a, b) => stampOf(a) - stampOf(b));
  const ranks = new Map(ids.map((id, index) => [id, index]));
  const rank = (id: string | null) => (id === null ? -1 : (ranks.get(id) ?? ids.length));
  return { ids, rank, sorted: (some) => [...some].sort((a, b) => rank(a) - rank(b)) };
}
