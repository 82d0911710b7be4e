/** How old the rows of replicas are. */

import { IN_RECOVERY } from '../lock/primary.js';
import type { Looked, Mark, ReplicaLag } from '../../replication.js';
import type { Session } from '../../session.js';
import { readRows } from '../read-rows.js';
import { askHowFar, REPLAYED, type AskedReplica, type Replayed } from './ask-how-far.js';
import { bytesBetween } from './log-position.js';
import { readSlots, type Slot } from './slots.js';

/**
 * A replica that has replayed the position has no lag, however old its last transaction is: the primary is idle then.
 * For others the age of that transaction is an upper bound, and so is the age of the newest mark that is replayed.
 */
export async function lagOf(
  session: Session,
  { position, settings, marks = [] }: Looked,
): Promise<readonly ReplicaLag[]> {
  const asked = await askHowFar(settings);
  const slots = await readSlots(session, asked);
  const measure = { position, marks, slots };
  const replicas = asked.map((one) => lagOfReplica(one, measure));
  return [...(await ownLag(session, measure)), ...replicas];
}

/** What a lag is measured by. */
interface Measure {
  readonly position: string;
  readonly marks: readonly Mark[];
  readonly slots: readonly Slot[];
}

function lagOfReplica({ server, answer, failure = '' }: AskedReplica, measure: Measure): ReplicaLag {
  if (answer === undefined) return { server, state: 'away', lagMs: null, bytes: null, reason: failure };
  if (answer.standby) return streamed(server, measure, answer);
  const slot = measure.slots.find(({ name }) => answer.slots.includes(name));
  if (slot !== undefined) return subscribed(server, measure, slot);
  return unknown(server, null, 'it is no standby, and it has no subscription to this database');
}

function streamed(
  server: string,
  { position, marks }: Pick<Measure, 'position' | 'marks'>,
  { replayed, ageMs }: Replayed,
): ReplicaLag {
  const bytes = replayed === null ? null : bytesBetween(replayed, position);
  if (bytes === 0) return follows(server, 0, bytes);
  const reached = marks.filter((mark) => replayed !== null && bytesBetween(replayed, mark.position) === 0);
  const lagMs = Math.min(ageMs ?? Infinity, ...reached.map(({ agoMs }) => agoMs));
  if (lagMs === Infinity) return unknown(server, bytes, 'it has replayed no transaction since it started');
  return follows(server, lagMs, bytes);
}

/** The publisher measures only what is confirmed: while a change waits there, its measure is missing, or an old one. */
function subscribed(server: string, measure: Measure, { confirmed, active, ...slot }: Slot): ReplicaLag {
  const { position } = measure;
  const bytes = confirmed === null ? null : bytesBetween(confirmed, position);
  if (bytes === 0) return follows(server, 0, bytes);
  if (!active)
    return { server, state: 'detached', lagMs: null, bytes, reason: 'its subscription is not active' };
  const atLeastMs = missingFor(confirmed ?? '0/0', measure);
  if (slot.lagMs !== null) return follows(server, Math.max(slot.lagMs, atLeastMs), bytes);
  const right = `the role ${slot.role} may not see it: GRANT pg_read_all_stats TO ${slot.role};`;
  const why = slot.seen ? 'the publisher has not measured it yet' : right;
  return { ...unknown(server, bytes, why), atLeastMs };
}

/** The age of the oldest mark that is not reached. One behind the end of the log is of a primary from before a failover. */
function missingFor(reached: string, { position, marks }: Pick<Measure, 'position' | 'marks'>): number {
  const missing = marks.filter(
    (mark) => bytesBetween(reached, mark.position) > 0 && bytesBetween(position, mark.position) === 0,
  );
  return Math.max(0, ...missing.map(({ agoMs }) => agoMs));
}

const OWN = `SELECT ${REPLAYED},
  EXISTS (SELECT FROM pg_catalog.pg_stat_get_wal_receiver() r WHERE r.pid IS NOT NULL) AS receives WHERE ${IN_RECOVERY}`;

/** Of the server that answers, where it is a standby: it knows no more of its primary than what it has received. */
async function ownLag(session: Session, measure: Measure): Promise<readonly ReplicaLag[]> {
  const [row] = await readRows(session, OWN);
  if (row === undefined) return [];
  const server = session.place.shown;
  const own = row as unknown as Replayed & { readonly receives: boolean };
  if (own.receives) return [streamed(server, measure, own)];
  const bytes = own.replayed === null ? null : bytesBetween(own.replayed, measure.position);
  return [
    { server, state: 'detached', lagMs: own.ageMs, bytes, reason: 'it receives nothing from its primary' },
  ];
}

function follows(server: string, lagMs: number, bytes: number | null): ReplicaLag {
  return { server, state: 'follows', lagMs: Math.max(0, Math.round(lagMs)), bytes, reason: '' };
}

function unknown(server: string, bytes: number | null, reason: string): ReplicaLag {
  return { server, state: 'unknown', lagMs: null, bytes, reason };
}
