import { RevisionMissingError, RevisionOutOfOrderError } from '../errors.js';
import { stampOf } from './revision.js';

/** What the code knows and what the database has, as ids. */
export interface History {
  /** In the order of their stamps. */
  readonly known: readonly string[];
  /** In the order in which they were recorded. */
  readonly applied: readonly string[];
}

/**
 * The revisions to apply to come to head, oldest first.
 *
 * @throws RevisionMissingError when the database records one that the code does not have
 * @throws RevisionOutOfOrderError when a pending one is older than the current one
 */
export function planUp(history: History): readonly string[] {
  assertNoneMissing(history);
  const pending = pendingOf(history);
  const current = currentOf(history);
  const older = current === undefined ? [] : pending.filter((id) => stampOf(id) < stampOf(current));
  if (current !== undefined && older.length > 0) throw new RevisionOutOfOrderError(older, current);
  return pending;
}

/**
 * The revision to revert to come one step back; none when nothing is applied.
 *
 * @throws RevisionMissingError when the database records one that the code does not have
 */
export function planDown(history: History): readonly string[] {
  assertNoneMissing(history);
  const current = currentOf(history);
  return current === undefined ? [] : [current];
}

/** Known and not applied, oldest first. */
export function pendingOf(history: History): readonly string[] {
  return history.known.filter((id) => !history.applied.includes(id));
}

/** The newest applied revision; undefined at base. */
export function currentOf(history: History): string | undefined {
  return [...history.applied].sort((a, b) => stampOf(a) - stampOf(b)).at(-1);
}

function assertNoneMissing(history: History): void {
  const missing = history.applied.filter((id) => !history.known.includes(id));
  if (missing.length > 0) throw new RevisionMissingError(missing);
}
