import type { DataSource } from 'typeorm';
import { ReplicaDiffersError, WritesOnStandbyError, type ReplicaApart } from '../../errors/replicas.js';
import { EQ } from '../../sql/postgres-operators.js';
import type { ConnectionSettings } from '../database.js';
import { IN_RECOVERY, STARTED_AT } from './lock/primary.js';
import { askReplicas, replicasOf, SLOTS_READ } from './replicas.js';

/** How long a statement that compares two servers may take, milliseconds. */
const LIMIT_MS = 5000;

/** What tells a server and its database from others. */
interface Identity {
  /** The same on a primary and its standbys; null where the role may not read it. */
  readonly system: string | null;
  readonly database: string;
  readonly standby: boolean;
  /** When it started, to the microsecond: two connections with one of these lead to one server. */
  readonly started: string;
  /** Names of its slots. */
  readonly slots: readonly string[];
  /** Names of the slots that its subscriptions read from. */
  readonly read: readonly string[];
}

const IDENTITY = `SELECT (SELECT c.system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system() c) AS system,
  pg_catalog.current_database()::pg_catalog.text AS database, ${IN_RECOVERY} AS standby, ${STARTED_AT} AS started,
  ARRAY(SELECT s.slot_name::pg_catalog.text FROM pg_catalog.pg_replication_slots s WHERE s.database ${EQ} pg_catalog.current_database()) AS slots,
  ARRAY(${SLOTS_READ}) AS read`;

/**
 * The timeline that a primary writes, in hex, and the highest that a standby is known to follow. A standby notes a new
 * one late, and shows what it receives to some roles only: so it may follow a higher one.
 */
interface Timeline {
  readonly written: string | null;
  readonly followed: number | null;
}

const TIMELINE = `SELECT CASE WHEN NOT ${IN_RECOVERY} THEN pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8) END AS written,
  GREATEST((SELECT c.timeline_id FROM pg_catalog.pg_control_checkpoint() c), (SELECT r.min_recovery_end_timeline FROM pg_catalog.pg_control_recovery() r),
    (SELECT w.received_tli FROM pg_catalog.pg_stat_wal_receiver w)) AS followed`;

/** A server that is no replica. */
interface Wrong {
  readonly url: string;
  readonly server: string;
  readonly apart?: ReplicaApart;
}

/**
 * Makes sure that each replica is one of this primary: by streaming, or by a subscription to it. One that cannot be
 * reached now is not looked at; new connections of its pool go elsewhere meanwhile. A failover in between looks like two
 * primaries, so what is wrong is asked again.
 *
 * @param dataSource connected to the primary
 * @throws ReplicaDiffersError
 * @throws WritesOnStandbyError where the DataSource is connected to a standby
 */
export async function assertReplicas(dataSource: DataSource, settings: ConnectionSettings): Promise<void> {
  if (replicasOf(settings).length === 0) return;
  const wrong = (await wrongIn(dataSource, settings)) && (await wrongIn(dataSource, settings));
  if (wrong === undefined) return;
  throw new ReplicaDiffersError(wrong.url, settings.database.shown, wrong);
}

async function wrongIn(dataSource: DataSource, settings: ConnectionSettings): Promise<Wrong | undefined> {
  const [primary] = await dataSource.query<readonly Identity[]>(IDENTITY);
  if (primary === undefined) return undefined;
  if (primary.standby) throw new WritesOnStandbyError(settings.database.shown);
  const standbys = new Set<string>();
  for (const { url, server, row } of await askReplicas(settings, { sql: IDENTITY, limitMs: LIMIT_MS })) {
    const replica = row as Identity | undefined;
    if (replica === undefined || subscribes(replica, primary)) continue;
    if (!isCopy(replica, primary)) return { url, server };
    if (!replica.standby && replica.started !== primary.started) return { url, server, apart: 'primary' };
    if (replica.standby) standbys.add(server);
  }
  return standbys.size === 0 ? undefined : laterOf(standbys, dataSource, settings);
}

function subscribes(replica: Identity, primary: Identity): boolean {
  return replica.read.some((slot) => primary.slots.includes(slot));
}

/** A server and those that were copied from it have this in common for ever. */
function isCopy(replica: Identity, primary: Identity): boolean {
  return primary.system === replica.system && primary.database === replica.database;
}

/** The timeline of a server that was never promoted. */
const FIRST_TIMELINE = 1;

/**
 * The standby of a primary that was promoted later. The primary is asked last, and only where there was a promotion:
 * Amazon Aurora has no position to tell. Servers that do not tell their timelines are not compared.
 */
async function laterOf(
  standbys: ReadonlySet<string>,
  dataSource: DataSource,
  settings: ConnectionSettings,
): Promise<Wrong | undefined> {
  const answers = await askReplicas(settings, { sql: TIMELINE, limitMs: LIMIT_MS });
  const followed = answers.flatMap(({ url, server, row }) =>
    standbys.has(server) ? [{ url, server, timeline: Number(row?.['followed'] ?? FIRST_TIMELINE) }] : [],
  );
  if (followed.every(({ timeline }) => timeline === FIRST_TIMELINE)) return undefined;
  const rows = await dataSource.query<readonly Timeline[]>(TIMELINE).catch((): readonly Timeline[] => []);
  const written = parseInt(rows[0]?.written ?? '', 16);
  const later = followed.find(({ timeline }) => timeline > written);
  return later && { url: later.url, server: later.server, apart: 'timeline' };
}
