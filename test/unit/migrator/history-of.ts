import { historyOf as joined, type AppliedRevision, type History } from '../../../src/migrator/history.js';
import type { Replaced } from '../../../src/migrator/replaced.js';

/** A history in short: ids, and which of them are odd. */
export interface HistoryWords {
  readonly known: readonly string[];
  readonly applied: readonly string[];
  /** Applied, and `up` has changed since. */
  readonly edited?: readonly string[];
  /** Applied, and `down` has changed since. */
  readonly editedDown?: readonly string[];
  /** Applied, without a note of the checksums. */
  readonly unverified?: readonly string[];
  /** Classes without lists of statements. */
  readonly byHand?: readonly string[];
  /** What revisions replace, by their ids. */
  readonly replaces?: Readonly<Record<string, readonly Replaced[]>>;
}

/** Spells it out. */
export function historyOf(words: HistoryWords): History {
  const { known, applied, edited = [], editedDown = [], unverified = [], byHand = [], replaces = {} } = words;
  const checksums = (id: string) => ({ up: `up of ${id}`, down: `down of ${id}` });
  return joined(
    known.map((id) => ({
      id,
      description: `About ${id}.`,
      checksums: byHand.includes(id) ? null : checksums(id),
      replaces: replaces[id] ?? [],
    })),
    applied.map((id): AppliedRevision => ({
      id,
      appliedAt: unverified.includes(id) ? null : '2026-11-23T12:00:00.000Z',
      checksums:
        unverified.includes(id) || byHand.includes(id)
          ? null
          : {
              up: edited.includes(id) ? 'another up' : `up of ${id}`,
              down: editedDown.includes(id) ? 'another down' : `down of ${id}`,
            },
    })),
  );
}
