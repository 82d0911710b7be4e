import { TableLockedError, type TableLock } from '../../errors/table-locked.js';
import { EQ, JOINED, NE } from '../../sql/postgres-operators.js';
import type { ReadAll } from '../live-schema.js';

/** SQL: locks on tables, to which conditions may be added. The server's name of a mode becomes that of SQL: `RowExclusiveLock`, ROW EXCLUSIVE. */
export const LOCKS = `SELECT pg_catalog.quote_ident(n.nspname) ${JOINED} '.' ${JOINED} pg_catalog.quote_ident(c.relname) AS "table",
    c.relname AS name, l.granted, l.pid, a.application_name AS application,
    pg_catalog.upper(pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.left(l.mode, -4), '([A-Z])', ' \\1', 'g'))) AS mode,
    pg_catalog.to_char(a.xact_start, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
    coalesce(a.wait_event ${EQ} 'SyncRep', false) AS "awaitsStandby",
    pg_catalog.pg_is_in_recovery() AS "isReplayed"
  FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_class c ON c.oid ${EQ} l.relation AND c.relkind ${EQ} ANY ('{r,p,v,m,f}')
  JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
  JOIN pg_catalog.pg_database d ON d.oid ${EQ} l.database AND d.datname ${EQ} pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid ${EQ} l.pid
 WHERE (l.pid IS NULL OR l.pid ${NE} pg_catalog.pg_backend_pid())`;

/** SQL: the order of these. */
export const IN_ORDER = 'ORDER BY l.granted DESC, a.xact_start, l.pid, c.oid';

/** Locks that keep readers out of tables, held or waited for: a session that waits for one blocks later readers too. */
const EXCLUSIVE_LOCKS = `${LOCKS} AND l.mode ${EQ} 'AccessExclusiveLock' ${IN_ORDER}`;

const WAITED = `SELECT pg_catalog.current_setting('lock_timeout') AS waited`;

/** How many locks a message names. */
const SHOWN = 3;

interface LockRow extends TableLock {
  readonly name: string;
}

/**
 * What to throw for a read that waited for a table for too long; the server does not name the table, so it is asked.
 */
export async function tableLocked(
  database: string,
  { read, statements }: { readonly read: ReadAll; readonly statements: readonly string[] },
  cause: unknown,
): Promise<TableLockedError> {
  const [waited = [], rows = []] = await read([WAITED, EXCLUSIVE_LOCKS]).catch(() => []);
  const locks = rows as readonly LockRow[];
  const named = locks.filter(({ name }) => statements.some((sql) => sql.includes(name)));
  const [{ waited: limit = '' } = {}] = waited as readonly { readonly waited?: string }[];
  return new TableLockedError(
    database,
    { limit, locks: (named.length > 0 ? named : locks).slice(0, SHOWN) },
    cause,
  );
}
