/** What PostgreSQL knows of its standbys and subscribers. */

import { StandbysUnseenError, type StandbyProgress } from '../../../errors/standbys.js';
import { EQ, NE } from '../../../sql/postgres-operators.js';
import type { Followers, Looked, Replication } from '../../replication.js';
import type { Session } from '../../session.js';
import { IN_RECOVERY, ON_PRIMARY } from '../lock/primary.js';
import { readRows } from '../read-rows.js';
import { lagOf } from './lag.js';
import { bytesBetween, endOfRecords } from './log-position.js';
import { askHowFar, type AskedReplica } from './ask-how-far.js';
import { readSlots } from './slots.js';

export const postgresReplication: Replication = Object.freeze<Replication>({
  assertSeen,
  position,
  end,
  followers,
  lag: lagOf,
});

const SEEN = `SELECT ${IN_RECOVERY} AS standby, pg_catalog.quote_ident(current_user) AS role,
  pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS seen`;

async function assertSeen(session: Session): Promise<void> {
  const [row] = await readRows(session, SEEN);
  if (row?.['standby'] === true) throw new StandbysUnseenError({ standby: session.place.shown });
  if (row?.['seen'] !== true) throw new StandbysUnseenError({ role: String(row?.['role']) });
}

/** A standby that has not begun to receive has replayed what it has. */
const POSITION = `SELECT (CASE WHEN ${IN_RECOVERY}
  THEN greatest(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
  ELSE pg_catalog.pg_current_wal_lsn() END)::pg_catalog.text AS position`;

async function position(session: Session): Promise<string> {
  const [row] = await readRows(session, POSITION);
  return typeof row?.['position'] === 'string' ? row['position'] : '0/0';
}

const END = `SELECT pg_catalog.pg_current_wal_insert_lsn()::pg_catalog.text AS position,
  pg_catalog.current_setting('wal_block_size')::pg_catalog.int4 AS block,
  pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size')) AS segment WHERE ${ON_PRIMARY}`;

async function end(session: Session): Promise<string> {
  const [row] = await readRows(session, END);
  const { position = '0/0', block, segment } = row ?? {};
  return endOfRecords(String(position), { block: Number(block), segment: Number(segment) });
}

/**
 * Standbys, and neither subscribers nor a backup under way nor pg_receivewal, which replays nothing. Where the search is
 * distributed, the primary answers.
 */
const STANDBYS = `SELECT r.application_name AS name, pg_catalog.host(r.client_addr) AS address, r.replay_lsn::pg_catalog.text AS replayed
  FROM pg_catalog.pg_stat_replication r
 WHERE (r.state IS NULL OR r.state ${NE} 'backup') AND (r.replay_lsn IS NOT NULL OR r.flush_lsn IS NULL) AND ${ON_PRIMARY}
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s WHERE s.active_pid ${EQ} r.pid AND s.slot_type ${EQ} 'logical')
 ORDER BY 1, 2, r.pid`;

async function followers(session: Session, looked: Looked): Promise<Followers> {
  const rows = await readRows(session, STANDBYS);
  const standbys = rows.map(({ name, address, replayed }) =>
    progressOf(String(name), { address, replayed }, looked.position),
  );
  const asked = await askHowFar(looked.settings);
  return {
    standbys,
    replicas: await replicaProgress(session, asked, looked.position),
    unseen: asked.flatMap(({ server, failure }) =>
      failure === undefined ? [] : [{ server, reason: failure }],
    ),
  };
}

/** Standbys say themselves how far they are; the primary knows it of subscribers. */
async function replicaProgress(
  session: Session,
  asked: readonly AskedReplica[],
  position: string,
): Promise<readonly StandbyProgress[]> {
  const slots = await readSlots(session, asked);
  return asked.flatMap(({ server, answer }) => {
    if (answer === undefined) return [];
    const slot = slots.find(({ name }) => answer.slots.includes(name));
    const replayed = answer.standby ? answer.replayed : slot?.confirmed;
    // A list of servers may have the primary itself.
    return !answer.standby && slot === undefined ? [] : [progressOf(server, { replayed }, position)];
  });
}

function progressOf(
  name: string,
  { address = null, replayed }: { readonly address?: unknown; readonly replayed?: unknown },
  position: string,
): StandbyProgress {
  return {
    name,
    address: typeof address === 'string' ? address : null,
    missingBytes: typeof replayed === 'string' ? bytesBetween(replayed, position) : null,
  };
}
