import { EQ } from '../../../sql/postgres-operators.js';

/**
 * Whether the server that answers is a standby. The call is volatile, so a pooler that distributes reads (pgpool-II,
 * with its defaults) sends the statement that contains it to the primary; it does not for `pg_backend_pid()`, which is
 * stable.
 * https://www.pgpool.net/docs/latest/en/html/runtime-config-load-balancing.html
 */
export const IN_RECOVERY = 'pg_catalog.pg_is_in_recovery()';

/** A condition that always holds, for a statement whose answer decides what is written: see IN_RECOVERY. */
export const ON_PRIMARY = `${IN_RECOVERY} IS NOT NULL`;

/** Condition on pg_locks, called l: a lock in the database of the session that looks. */
export const HERE = `l.database ${EQ} (SELECT oid FROM pg_catalog.pg_database WHERE datname ${EQ} pg_catalog.current_database())`;

/** Since when the server that answers has been up: two servers may have given out one number to a session. */
export const UP_SINCE = 'pg_catalog.pg_postmaster_start_time()::pg_catalog.text';

/** The same in text that does not depend on the settings of the session, so that two sessions can be compared. */
export const STARTED_AT = `pg_catalog.to_char(pg_catalog.timezone('UTC', pg_catalog.pg_postmaster_start_time()), 'YYYYMMDDHH24MISSUS')`;
