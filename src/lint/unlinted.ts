import type { KnownDatabase } from '../databases/registry.js';
import type { UnlintedRevision } from '../errors/lint.js';
import type { LintNote } from './finding.js';
import type { LintRevision } from './read-revisions.js';

/**
 * The ways of a revision that lint cannot judge: their statements are unknown, or none of them is for a database that
 * the rules are about.
 *
 * @param databases those in which any revision of the project has statements
 */
export function unlintedWays(
  { id, gaps, statements }: LintRevision,
  databases: readonly KnownDatabase[],
): readonly UnlintedRevision[] {
  const judged = databases.filter(({ capabilities }) => capabilities.traffic);
  const [other] = judged.length > 0 ? [] : databases;
  return (['up', 'down'] as const).flatMap((direction) => {
    const gap = gaps.find((one) => one.kind === 'unknown' && one.direction === direction);
    const isElsewhere = other !== undefined && statements[other.name][direction].length > 0;
    if (!gap && !isElsewhere) return [];
    const reason = other ? `it is for ${other.title} only, and no rule is about that` : (gap?.reason ?? '');
    return [{ revision: id, direction, reason }];
  });
}

/** A way that a class refuses is known: it does nothing. */
export function refusalNotes({ id, gaps }: LintRevision): readonly LintNote[] {
  const refusals = gaps.filter(({ kind }) => kind === 'refused').slice(0, 1);
  return refusals.map(({ reason }) => ({ revision: id, message: `${reason}, so it cannot be reverted` }));
}

/** For a revision whose class gives a reason why lint need not read it. */
export function acceptedNotes({ id, exceptions: { unlinted } }: LintRevision): readonly LintNote[] {
  return unlinted === null
    ? []
    : [{ revision: id, message: `not lintable, which lintAllow accepts: ${unlinted}` }];
}
