/** How a backfill waits between two batches, for standbys and for as long as it is told, in lines of PL/pgSQL: docs/adr/0032-paced-backfills.md. */

import { EQ, GE, GT, LE, MINUS } from '../../../sql/postgres-operators.js';

/** Seconds between two looks at the standbys. */
const PAUSE = 0.25;

/** Seconds that one pause may take. A standby that does not continue until then is not waited for again. */
const LONGEST = 60;

/** Variables of the block. */
export function paceDeclared(): readonly string[] {
  return [
    'mark pg_catalog.pg_lsn;',
    'marked pg_catalog.timestamptz;',
    'slowest pg_catalog.pg_lsn;',
    'pauses pg_catalog.timestamptz;',
    'paced boolean := false;',
  ];
}

/**
 * Behind the COMMIT of a batch. A mark is a position of the log and when the primary was there; a standby that has not
 * replayed it after the limit lags by more than that. Positions need no clock of another server, and they also show a
 * standby that does not answer any more. A role that may not see them reads NULL and does not wait. A server whose
 * standbys do not stream is not asked for a position: Amazon Aurora has none. Then it sleeps as long as is set.
 */
export function paceLines(): readonly string[] {
  return [
    'pauses := NULL;',
    `WHILE max_lag ${GT} '0'::pg_catalog.interval LOOP`,
    `  slowest := (${slowestSql()});`,
    '  EXIT WHEN slowest IS NULL;',
    `  IF mark IS NULL OR slowest ${GE} mark THEN`,
    '    mark := pg_catalog.pg_current_wal_lsn();',
    '    marked := pg_catalog.clock_timestamp();',
    '    EXIT;',
    '  END IF;',
    `  EXIT WHEN (pg_catalog.clock_timestamp() ${MINUS} marked) ${LE} max_lag;`,
    '  pauses := coalesce(pauses, pg_catalog.clock_timestamp());',
    `  IF (pg_catalog.clock_timestamp() ${MINUS} pauses) ${GT} '${LONGEST}s'::pg_catalog.interval THEN`,
    `    RAISE NOTICE 'The backfill of % has waited ${LONGEST} s for a standby and continues without waiting.', root;`,
    `    max_lag := '0'::pg_catalog.interval;`,
    '    EXIT;',
    '  END IF;',
    '  IF NOT paced THEN',
    `    RAISE NOTICE 'A standby lags by more than %. The backfill of % pauses between its batches until the standby has replayed them.', max_lag, root;`,
    '    paced := true;',
    '  END IF;',
    '  COMMIT;',
    `  PERFORM pg_catalog.pg_sleep(${PAUSE});`,
    'END LOOP;',
    `IF pause ${GT} '0'::pg_catalog.interval THEN`,
    "  PERFORM pg_catalog.pg_sleep(pg_catalog.date_part('epoch', pause));",
    '  COMMIT;',
    'END IF;',
  ];
}

/** What the slowest standby has replayed; one that is new and has far to go does not count, nor does a subscriber. */
function slowestSql(): string {
  return (
    'SELECT pg_catalog.min(w.replay_lsn) FROM pg_catalog.pg_stat_get_wal_senders() w ' +
    `WHERE w.state ${EQ} 'streaming' AND NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s ` +
    `WHERE s.active_pid ${EQ} w.pid AND s.slot_type ${EQ} 'logical')`
  );
}
