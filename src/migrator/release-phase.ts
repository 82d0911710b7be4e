/** What a revision of the code changes: for its record, for older code, and for revisions that may overtake it. Pure. */

import type { DialectName } from '../databases/registry.js';
import type { PhaseRecord } from '../databases/records/syntax.js';
import type { Change } from '../schema/change.js';
import type { Attempt, LoggedAttempt } from './records/rows.js';
import type { KnownRevision } from './revision.js';

/** The differences between the schema before a revision and after it, on one database. */
export function changesOf({ changes }: KnownRevision, dialect: DialectName): readonly Change[] {
  return changes[dialect] ?? [];
}

/** What is recorded of it for older code; undefined for a revision that changes nothing such code knows. */
export function phaseRecordOf(revision: KnownRevision, dialect: string): PhaseRecord | undefined {
  const changes = changesOf(revision, dialect as DialectName);
  const { phase } = revision;
  return phase === 'expand' && changes.length === 0 ? undefined : { phase, changes: JSON.stringify(changes) };
}

/** The stamp of the newest contract revision; undefined where there is none. */
export function lastContract(revisions: readonly KnownRevision[]): number | undefined {
  return revisions.findLast(({ phase }) => phase === 'contract')?.stamp;
}

/** Attempts with the phases of their revisions, where the code has these. */
export function withPhases(
  attempts: readonly Attempt[] = [],
  revisions: readonly KnownRevision[],
): readonly LoggedAttempt[] {
  return attempts.map((attempt) => {
    const phase = revisions.find(({ id }) => id === attempt.revision)?.phase;
    return phase === undefined ? attempt : { ...attempt, phase };
  });
}
