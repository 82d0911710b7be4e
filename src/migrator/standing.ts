/** Compares the revisions of the code with the records: pending, edited, missing, out of order. Pure. */

import { isChanged, type History } from './history.js';
import { orderOf } from './order.js';

/** Ids by how code and database stand to each other; each list oldest first. */
export interface Standing {
  /** The newest applied revision; null at base. */
  readonly current: string | null;
  /** The newest known one; null when there is none. */
  readonly head: string | null;
  /** In the code only. */
  readonly pending: readonly string[];
  /** In the database only. */
  readonly missing: readonly string[];
  /** Pending, and older than current. */
  readonly outOfOrder: readonly string[];
  /** Applied, and what `up` runs has changed since. */
  readonly edited: readonly string[];
  /** Applied, and what `down` runs has changed since. */
  readonly editedDown: readonly string[];
  /** Applied, without a note of what was run. */
  readonly unverified: readonly string[];
}

/** Compares code and database. Pure. */
export function standingOf(history: History): Standing {
  const { known, applied } = history;
  const order = orderOf(history);
  const knownIds = new Set(known.map(({ id }) => id));
  const appliedById = new Map(applied.map((revision) => [revision.id, revision]));
  const current = order.sorted(appliedById.keys()).at(-1) ?? null;
  const pending = known.filter(({ id }) => !appliedById.has(id)).map(({ id }) => id);
  const changed = (direction: 'up' | 'down') =>
    known.filter((facts) => isChanged(facts, appliedById.get(facts.id), direction)).map(({ id }) => id);
  return {
    current,
    head: known.at(-1)?.id ?? null,
    pending,
    missing: order.sorted(appliedById.keys()).filter((id) => !knownIds.has(id)),
    outOfOrder: pending.filter(
      (id) => order.rank(id) < order.rank(current) && !history.following.includes(id),
    ),
    edited: changed('up'),
    editedDown: changed('down'),
    unverified: known
      .filter(({ id, checksums }) => checksums !== null && appliedById.get(id)?.checksums === null)
      .map(({ id }) => id),
  };
}
