import type { AppliedRevision, History } from '../../../src/migrator/standing.js';

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
}

/** Spells it out. */
export function historyOf(words: HistoryWords): History {
  const { known, applied, edited = [], editedDown = [], unverified = [], byHand = [] } = words;
  const checksums = (id: string) => ({ up: `up of ${id}`, down: `down of ${id}` });
  return {
    known: known.map((id) => ({
      id,
      description: `About ${id}.`,
      checksums: byHand.includes(id) ? null : checksums(id),
    })),
    applied: applied.map((id): AppliedRevision => ({
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
  };
}
