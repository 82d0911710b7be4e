/** Decides which differences of a report become accepted ones. Pure. */

import { UsageError } from '../../errors/base.js';
import { AcceptRefusedError } from '../../errors/accepted-drift.js';
import type { Difference } from '../../schema/change.js';
import { matchesAny } from '../../text/pattern.js';
import { shortList } from '../../text/short-list.js';
import type { DriftReport } from '../drift-report.js';
import { differencesOf, isSameDifference, placeOf, type AcceptedDifference } from './accepted-difference.js';

/** What a person accepts. */
interface Acceptance {
  /** Names of objects, `jobs.id` or `jobs.*`; undefined for every difference. */
  readonly names: readonly string[] | undefined;
  readonly reason: string;
  /** Whether the database has a record of any revision. */
  readonly recorded: boolean;
}

/**
 * The entries for the differences of a report that the names match.
 *
 * @throws UsageError for a name that matches none
 * @throws AcceptRefusedError while revisions are pending, and for tables that are missing and not named
 */
export function acceptedNow(
  { changes, dialect, pending }: Pick<DriftReport, 'changes' | 'dialect' | 'pending'>,
  { names, reason, recorded }: Acceptance,
): readonly AcceptedDifference[] {
  if (recorded) assertNothingPending(pending);
  if (names === undefined) assertTablesThere(changes);
  else assertNamed(names, changes);
  const wanted = changes.filter((change) => names === undefined || matchesAny(placeOf(change), names));
  const differences = wanted.flatMap((change) => differencesOf(change, dialect));
  const once = differences.filter(
    (one, index) => differences.findIndex((other) => isSameDifference(one, other)) === index,
  );
  return once.map((difference) => ({ ...difference, reason }));
}

function assertNothingPending(pending: readonly string[]): void {
  if (pending.length === 0) return;
  throw new AcceptRefusedError(
    `Pending revisions may explain the differences: ${shortList(pending)}.`,
    'Apply them first: npm run -s db:up',
  );
}

/** The whole schema of an empty database would be accepted otherwise. */
function assertTablesThere(changes: readonly Difference[]): void {
  const missing = changes.filter(({ kind }) => kind === 'create-table').map(({ table }) => table);
  if (missing.length === 0) return;
  throw new AcceptRefusedError(
    `The database lacks tables: ${shortList(missing)}.`,
    'Create them, or name every object that you accept: --accept <name...>',
  );
}

function assertNamed(names: readonly string[], changes: readonly Difference[]): void {
  const places = [...new Set(changes.map(placeOf))];
  const unknown = names.find((name) => !places.some((place) => matchesAny(place, [name])));
  if (unknown === undefined) return;
  const known = places.length === 0 ? 'There is no difference.' : `Differences: ${shortList(places)}.`;
  throw new UsageError(`--accept: no difference has the name "${unknown}". ${known}`);
}
