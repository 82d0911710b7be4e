/** The processes of the application that have a heartbeat, for people and for contract revisions. */

import type { DataSource } from 'typeorm';
import { readHeartbeats } from '../databases/records/gate-sql.js';
import { leave } from '../databases/records/heartbeat-sql.js';
import type { Row } from '../databases/row.js';
import type { Session } from '../databases/session.js';
import type { Replica } from '../errors/phases.js';
import { ReplicaAmbiguousError, ReplicaUnknownError } from '../errors/heartbeats.js';
import { PrivilegeMissingError } from '../errors/migration.js';
import { StandbyError } from '../errors/server.js';
import { onConnection } from './connections.js';
import { readRows } from './records/read-rows.js';
import { replicaOf } from './records/rows.js';
import { stampOf } from './revision.js';
import { projectOf, type Project } from './state.js';

/** How many processes of a release are connected. */
export interface ConnectedRelease {
  /** The newest revision of its code; null for code without revisions. */
  readonly head: string | null;
  readonly replicas: number;
  /** How many of them are silent. */
  readonly silent: number;
}

/** How long a process may be unseen before it counts as silent, milliseconds: it writes every 10 s. */
const SILENT_MS = 35_000;

/** Whether a process has missed several heartbeats: it is gone without notice, paused, or has no connection. */
export function isSilent({ silentMs }: Pick<Replica, 'silentMs'>): boolean {
  return silentMs > SILENT_MS;
}

/**
 * The processes of the application that have a heartbeat, the longest connected first; writes nothing. None where the
 * table does not exist: the next run that applies something creates it.
 *
 * @throws PrivilegeMissingError for a table that is there and may not be read
 * @throws RowSecurityError, RecordsHiddenError for one that may hide rows
 */
export async function readReplicas(dataSource: DataSource): Promise<readonly Replica[]> {
  const project = projectOf(dataSource);
  return onConnection(dataSource, (session) => replicasOn(session, project));
}

/** The same on a connection that the caller has. */
async function replicasOn(
  session: Session,
  { dialect, database, tables }: Pick<Project, 'dialect' | 'database' | 'tables'>,
): Promise<readonly Replica[]> {
  const [sight = {}] = await readRows(session, dialect.heartbeatsSql(tables));
  if (sight['readable'] === 1 && sight['hides'] === 1)
    await dialect.assertAllRowsVisible(session, [tables.heartbeats]);
  if (sight['present'] !== 1) return [];
  if (sight['readable'] !== 1) await dialect.denyReading(session, [tables.heartbeats]);
  return readableReplicas(session, { database, tables });
}

/** The same where the table is known to be there and readable. */
export async function readableReplicas(
  session: Session,
  { database, tables }: Pick<Project, 'database' | 'tables'>,
): Promise<readonly Replica[]> {
  const rows = await readRows(session, readHeartbeats(database.records, tables));
  return rows.map(replicaOf).filter(({ id }) => id !== '');
}

/**
 * Deletes the heartbeat of a process that is gone without notice, so that contract revisions do not wait for it. A
 * process that still runs writes it again.
 *
 * @param id its id, or the beginning of it
 * @returns the process
 * @throws ReplicaUnknownError, ReplicaAmbiguousError, PrivilegeMissingError, StandbyError, DatabaseReadOnlyError
 */
export async function forgetReplica(dataSource: DataSource, id: string): Promise<Replica> {
  const project = projectOf(dataSource);
  return onConnection(dataSource, async (session) => {
    const found = chosen(await replicasOn(session, project), id);
    await assertMayForget(session, project);
    await session
      .send([leave(project.database.records, project.tables, found.id)])
      .catch(async (error: unknown) => {
        throw (await project.dialect.readOnly(error, session)) ?? error;
      });
    return found;
  });
}

/** For a status, which has found the table and may read it: only where some process has a heartbeat. */
export async function releasesOn(
  session: Session,
  project: Pick<Project, 'database' | 'tables'>,
): Promise<{ readonly releases?: readonly ConnectedRelease[] }> {
  const releases = releasesOf(await readableReplicas(session, project));
  return releases.length > 0 ? { releases } : {};
}

async function assertMayForget(
  session: Session,
  { dialect, tables }: Pick<Project, 'dialect' | 'tables'>,
): Promise<void> {
  const [{ standby, missing, role } = {} as Row] = await readRows(session, dialect.heartbeatsSql(tables));
  if (standby === 1) throw new StandbyError(session.place.shown, []);
  if (typeof missing !== 'string' || !missing.includes('DELETE')) return;
  const { sql } = tables.heartbeats;
  throw new PrivilegeMissingError(
    `The role ${String(role)} lacks DELETE on the table ${sql}.`,
    `GRANT DELETE ON TABLE ${sql} TO ${String(role)};`,
  );
}

/** The processes by release, that of the oldest code first. */
function releasesOf(replicas: readonly Replica[]): readonly ConnectedRelease[] {
  const heads = [...new Set(replicas.map(({ head }) => head))].sort(byStamp);
  return heads.map((head) => {
    const own = replicas.filter((replica) => replica.head === head);
    return { head, replicas: own.length, silent: own.filter(isSilent).length };
  });
}

/** Code without revisions is the oldest. */
function byStamp(a: string | null, b: string | null): number {
  const stamp = (head: string | null) => (head === null ? 0 : stampOf(head));
  return stamp(a) - stamp(b);
}

function chosen(replicas: readonly Replica[], beginning: string): Replica {
  const exact = replicas.find(({ id }) => id === beginning);
  if (exact) return exact;
  const matching = beginning === '' ? [] : replicas.filter(({ id }) => id.startsWith(beginning));
  const [found, ...others] = matching;
  if (found === undefined)
    throw new ReplicaUnknownError(
      beginning,
      replicas.map(({ id }) => id),
    );
  if (others.length > 0)
    throw new ReplicaAmbiguousError(
      beginning,
      matching.map(({ id }) => id),
    );
  return found;
}
