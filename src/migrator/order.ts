/** Which revision comes before which. Pure. */

import { stampOf } from './revision.js';

/** What has an order. */
interface Revisions {
  /** In the code, in the order of its list. */
  readonly known: readonly { readonly id: string }[];
  /** In the database. */
  readonly applied: readonly { readonly id: string }[];
}

/** Revisions of the code and of the database, oldest first. */
interface RevisionOrder {
  readonly ids: readonly string[];
  /** The place of one of them; -1 for null, which is base. */
  readonly rank: (id: string | null) => number;
  /** Some of them, oldest first. */
  readonly sorted: (ids: Iterable<string>) => readonly string[];
}

/**
 * By their stamps. Several histories of TypeORM have two classes with one stamp: these stand in the order of the list,
 * as in TypeORM, and behind them what only the database has.
 */
export function orderOf({ known, applied }: Revisions): RevisionOrder {
  const all = new Set([...known, ...applied].map(({ id }) => id));
  const ids = [...all].sort((a, b) => stampOf(a) - stampOf(b));
  const ranks = new Map(ids.map((id, index) => [id, index]));
  const rank = (id: string | null) => (id === null ? -1 : (ranks.get(id) ?? ids.length));
  return { ids, rank, sorted: (some) => [...some].sort((a, b) => rank(a) - rank(b)) };
}
