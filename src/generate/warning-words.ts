/** Warnings for the person who generates. */

import type { Finding } from '../lint/finding.js';

/** A scratch database that is still there. */
export function leftBehindWords(database: string): string {
  return `${database}: the scratch database of a run that was killed or is still starting. If no run is starting, run DROP DATABASE ${database} on the server of SCRATCH_DATABASE_URL`;
}

/** What lint reports in a generated revision. */
export function findingWords({ revision, rule, message, page }: Finding): string {
  return `${revision}: ${rule}: ${message} See ${page}.`;
}

/** A table without test rows. */
export function emptyWords({ table, reason }: { readonly table: string; readonly reason: string }): string {
  return `${table}: no test row could be created, so its rows are not verified: ${reason}`;
}
