import type { Action, TypeFact } from '../sql/action.js';

/** The time zone that earlier statements of the revision have given the session; null for the one that it had. */
export function sessionZone(earlier: readonly Action[]): string | null {
  const set = earlier.findLast((action) => action.kind === 'set-time-zone');
  return set?.zone ?? null;
}

/** Types whose conversion to and from an instant reads the session's time zone. */
const READS_ZONE = new Set(['timestamp', 'date', 'time', 'timetz', 'text', 'varchar', 'bpchar', 'citext']);

/**
 * Whether values become other ones in another time zone of the session.
 *
 * @param from null where it is not known: then it is what the new type is not
 */
export function dependsOnZone(from: TypeFact | null, to: TypeFact): boolean {
  if (from === null) return to.name === 'timestamptz';
  if (from.name === to.name) return false;
  if (from.name === 'timestamptz') return READS_ZONE.has(to.name);
  if (to.name === 'timestamptz') return READS_ZONE.has(from.name);
  return to.name === 'timetz' && READS_ZONE.has(from.name);
}
