import { EQ, TIMES } from '../../../sql/postgres-operators.js';
import { postgresLiteral } from '../../../sql/quote.js';
import type { Session } from '../../session.js';
import { readRows } from '../read-rows.js';
import type { AskedReplica } from './ask-how-far.js';

/** A slot of the publisher, from which a subscriber reads. */
export interface Slot {
  readonly name: string;
  /** Up to where the subscriber has all; null before it began. */
  readonly confirmed: string | null;
  readonly active: boolean;
  /** Milliseconds; null where it was not measured, or where the role may not see it. */
  readonly lagMs: number | null;
  /** Whether the role may see the lag. */
  readonly seen: boolean;
  /** The role, as SQL writes it. */
  readonly role: string;
}

/** The slots of those that subscribe. Of all this, the lag alone needs a right. */
export async function readSlots(session: Session, asked: readonly AskedReplica[]): Promise<readonly Slot[]> {
  const names = asked.flatMap(({ answer }) => answer?.slots ?? []);
  if (names.length === 0) return [];
  const rows = await readRows(
    session,
    `SELECT s.slot_name::pg_catalog.text AS name, s.confirmed_flush_lsn::pg_catalog.text AS confirmed, s.active,
      (pg_catalog.date_part('epoch', w.replay_lag) ${TIMES} 1000)::pg_catalog.float8 AS "lagMs",
      pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS seen, pg_catalog.quote_ident(current_user) AS role
     FROM pg_catalog.pg_replication_slots s LEFT JOIN pg_catalog.pg_stat_get_wal_senders() w ON w.pid ${EQ} s.active_pid
    WHERE s.slot_name ${EQ} ANY (ARRAY[${names.map(postgresLiteral).join(', ')}]::pg_catalog.name[])
      AND s.database ${EQ} pg_catalog.current_database()`,
  );
  return rows as unknown as readonly Slot[];
}
