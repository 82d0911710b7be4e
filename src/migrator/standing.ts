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
  /** Pending contract revisions: they wait until no older release is connected. */
  readonly awaitingContract: readonly string[];
  /** Pending, and older than current; a contract revision never is. */
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
  const awaitingContract = pending.filter((id) => isContract(history, id));
  const changed = (direction: 'up' | 'down') =>
    known.filter((facts) => isChanged(facts, appliedById.get(facts.id), direction)).map(({ id }) => id);
  return {
    current,
    head: known.at(-1)?.id ?? null,
    pending,
    awaitingContract,
    missing: order.sorted(appliedById.keys()).filter((id) => !knownIds.has(id)),
    outOfOrder: pending.filter(
      (id) =>
        order.rank(id) < order.rank(current) &&
        !history.following.includes(id) &&
        !awaitingContract.includes(id),
    ),
    edited: changed('up'),
    editedDown: changed('down'),
    unverified: known
      .filter(({ id, checksums }) => checksums !== null && appliedById.get(id)?.checksums === null)
      .map(({ id }) => id),
  };
}

/** Pending revisions that do not wait for an older release. */
export function pendingNow({ pending, awaitingContract }: Standing): readonly string[] {
  return pending.filter((id) => !awaitingContract.includes(id));
}

function isContract({ known }: History, id: string): boolean {
  return known.some((facts) => facts.id === id && facts.phase === 'contract');
}
