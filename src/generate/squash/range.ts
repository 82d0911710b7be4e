/** The revisions of a range `A..B`. Pure. */

import { UsageError } from '../../errors/base.js';
import { replacedByIn, withoutReplaced } from '../../migrator/replaced.js';
import { proofIn } from '../../migrator/proof-checksum.js';
import type { KnownRevision } from '../../migrator/revision.js';
import { resolveName } from '../../migrator/target.js';

/** Revisions that follow each other. */
export interface SquashRange {
  /** Oldest first; at least two. */
  readonly revisions: readonly KnownRevision[];
  /** The revision before the first one; null for base. */
  readonly before: string | null;
  /** Whether nothing comes after the last one. */
  readonly isNewest: boolean;
}

/**
 * Understands `A..B`, both ends included: ids, or unambiguous parts of them.
 *
 * @throws UsageError
 */
export function squashRange(text: string, known: readonly KnownRevision[]): SquashRange {
  const standing = withoutReplaced(known);
  const ids = standing.map(({ id }) => id);
  const places = replacedByIn(standing);
  const [from, to, more] = text.split('..');
  if (!from || !to || more !== undefined)
    throw new UsageError(
      `${text}: squash takes a range with two ends, both included. Example: squash AddJobs..AddWorkers`,
    );
  const first = ids.indexOf(resolveName(from, ids, places));
  const last = ids.indexOf(resolveName(to, ids, places));
  if (first > last)
    throw new UsageError(
      `${ids[first]} comes after ${ids[last]}. Swap the ends of the range: ${to}..${from}`,
    );
  if (first === last)
    throw new UsageError(
      `${ids[first]} is one revision already. Name the first and the last revision of several.`,
    );
  assertWholeGroups(standing, first, last);
  return {
    revisions: standing.slice(first, last + 1),
    before: ids[first - 1] ?? null,
    isNewest: last === ids.length - 1,
  };
}

/** Revisions that were generated together prove each other. */
function assertWholeGroups(revisions: readonly KnownRevision[], first: number, last: number): void {
  const isCut = (index: number) => {
    const [one, next] = [revisions[index], revisions[index + 1]];
    const proof = one && proofIn(one.migration);
    return (
      Boolean(proof) &&
      next !== undefined &&
      next.stamp === (one?.stamp ?? 0) + 1 &&
      proofIn(next.migration) === proof
    );
  };
  for (const index of [first - 1, last])
    if (isCut(index))
      throw new UsageError(
        `${revisions[index]?.id} and ${revisions[index + 1]?.id} were generated together. Take both into the range, or neither.`,
      );
}
