import { EQ } from '../../sql/postgres-operators.js';

/**
 * Condition on pg_locks for a held advisory lock: a bigint key is shown in two halves, objsubid 1.
 * https://www.postgresql.org/docs/current/view-pg-locks.html
 */
export function lockKeyOf(classid: string | number, objid: string | number): string {
  return `locktype ${EQ} 'advisory' AND granted AND objsubid ${EQ} 1 AND classid ${EQ} CAST(${classid} AS bigint) AND objid ${EQ} CAST(${objid} AS bigint)`;
}

/** How many numbers a sequence has given out, those of rows that are not committed included. */
export function numbersGiven(sequence: string): string {
  return `coalesce(pg_catalog.pg_sequence_last_value(${sequence}), 0)`;
}
