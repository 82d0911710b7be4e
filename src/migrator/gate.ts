/** Whether a contract revision may run: reads the heartbeats of processes whose code is older. */

import { databaseNamed } from '../databases/registry.js';
import { readHeartbeats } from '../databases/records/gate-sql.js';
import type { RecordTables } from '../databases/records/tables.js';
import type { Row } from '../databases/row.js';
import type { Session } from '../databases/session.js';
import { replicasWords, type Replica } from '../errors/phases.js';
import type { Presence } from './records/read.js';
import { readRows } from './records/read-rows.js';
import { replicaOf } from './records/rows.js';
import { stampOf } from './revision.js';

/** Whether a contract revision may run, and why not. */
export type Gate =
  | { readonly open: true }
  | { readonly open: false; readonly older: readonly Replica[]; readonly reason: string };

/** How gates are read. */
export interface GateOptions {
  /** How long a process counts after it was last seen; default 10 minutes. */
  readonly releaseTimeoutMs: number;
  /** Opens every gate; noted in the log. */
  readonly force: boolean;
}

/** What is known of the processes. */
interface Heartbeats {
  readonly replicas: readonly Replica[];
  /** Of the table. */
  readonly ageMs: number;
  /** The newest record when the table was created; null for a new database, undefined where that row is gone. */
  readonly begunAt: string | null | undefined;
}

/** What keeps all contract revisions from running, in words; or what to judge each of them by. */
type GateReading = { readonly closed: string } | { readonly heartbeats: Heartbeats } | 'open';

/** The default of `releaseTimeoutMs`. */
export const RELEASE_TIMEOUT_MS = 600_000;

const OPEN: Gate = { open: true };

/** Reads what the gates of contract revisions depend on; one round trip. */
export async function readGates(
  session: Session,
  tables: RecordTables,
  { presence, recorded }: { readonly presence: Presence; readonly recorded: boolean },
): Promise<GateReading> {
  const { records } = databaseNamed(session.place.dialect);
  if (!presence.released) {
    if (!presence.complete && !recorded) return 'open';
    if (presence.complete && !presence.releasable)
      return { closed: await missingRights(session, tables, 'cannot be created by this role') };
    return records.youngMs === 0 || !recorded ? 'open' : { closed: YOUNG };
  }
  if (!presence.heartbeats || !presence.lockable)
    return { closed: await missingRights(session, tables, 'cannot be read and locked by this role') };
  return readAll(session, tables, (sql) => readRows(session, sql));
}

/**
 * The same inside the transaction of a contract revision: no process can begin before that has ended.
 *
 * @param locked false for a revision outside a transaction, where a lock cannot be held
 */
export async function readGatesLocked(
  session: Session,
  tables: RecordTables,
  locked: boolean,
): Promise<GateReading> {
  const { migration } = databaseNamed(session.place.dialect);
  if (locked) for (const sql of migration.lockHeartbeats(tables.heartbeats)) await session.query(sql);
  return readAll(session, tables, async (sql) => session.query(sql));
}

/** Whether one contract revision may run. Pure. */
export function gateOf(
  reading: GateReading,
  { revision, youngMs }: { readonly revision: string; readonly youngMs: number },
  { releaseTimeoutMs, force }: GateOptions,
): Gate {
  if (force || reading === 'open') return OPEN;
  if ('closed' in reading) return { open: false, older: [], reason: reading.closed };
  const { replicas, ageMs, begunAt } = reading.heartbeats;
  const stamp = stampOf(revision);
  const older = replicas.filter(
    ({ head, silentMs }) => silentMs < releaseTimeoutMs && (head === null || stampOf(head) < stamp),
  );
  if (older.length > 0)
    return { open: false, older, reason: `older releases are connected (${replicasWords(older)})` };
  if (youngMs === 0 || begunAt === null) return OPEN;
  if (begunAt === undefined) return { open: false, older: [], reason: EMPTIED };
  return ageMs >= youngMs ? OPEN : { open: false, older: [], reason: YOUNG };
}

/** Whether the table of heartbeats has lost its rows, so that it has to be dated again. Pure. */
export function isEmptied(reading: GateReading): boolean {
  return typeof reading === 'object' && 'heartbeats' in reading && reading.heartbeats.begunAt === undefined;
}

const YOUNG =
  'the table of heartbeats is not a minute old on a database that had revisions before, so older processes may not have written to it yet';

const EMPTIED =
  'the table of heartbeats has lost its rows, so older processes may be connected that have not written to it again yet: "up" waits until a minute after it notices that';

async function missingRights(session: Session, tables: RecordTables, what: string): Promise<string> {
  const grant = await databaseNamed(session.place.dialect).migration.releaseGrant(session, tables);
  return `the table ${tables.heartbeats.sql}, which shows older processes, ${what}. Let an owner run: ${grant} Or run it without looking: --force-contract`;
}

async function readAll(
  session: Session,
  tables: RecordTables,
  read: (sql: string) => Promise<readonly Row[]>,
): Promise<GateReading> {
  const { records } = databaseNamed(session.place.dialect);
  const rows = await read(readHeartbeats(records, tables));
  const own = rows.find((row) => row['replica'] === '');
  const replicas = rows.filter((row) => row['replica'] !== '').map(replicaOf);
  const head = own?.['head'] as string | null | undefined;
  return { heartbeats: { replicas, ageMs: Number(own?.['age_ms'] ?? 0), begunAt: head } };
}
