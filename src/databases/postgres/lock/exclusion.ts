/** Asks whether the lock excludes other sessions: some servers that speak PostgreSQL's language answer every try with yes. */

import type { Session } from '../../session.js';
import { lockKey, lockKeySql } from './lock.js';
import { UP_SINCE } from './primary.js';

/** An answer of the session that is going to execute. */
interface Tried {
  /** Whether it got the lock, which another session holds. */
  readonly entered: boolean;
  readonly pid: number;
  readonly upSince: string;
}

/** A lock excludes sessions of its own server only. */
export function whyEntered(upSince: string | undefined, row: Tried): string {
  return upSince === undefined || upSince === row.upSince
    ? 'A second session got the advisory lock that the first one holds. Nothing was changed. Probably a pooler sends the statements of one session to several servers, to a standby for example: set DATABASE_DIRECT_URL to the address of the primary itself. If no pooler is in between, this server does not enforce advisory locks: migrations require PostgreSQL itself.'
    : 'Two sessions of this address reached two servers: a pooler or load balancer distributes sessions over several. Nothing was changed. Set DATABASE_DIRECT_URL to the address of the primary itself.';
}

/** One try of the executing session to get the lock, which ends with the statement. */
export async function tried(session: Session, lockName: string): Promise<Tried> {
  const [row] = (await session.query(
    `SELECT pg_catalog.pg_try_advisory_xact_lock(${lockKeySql(lockKey(lockName))}) AS entered, pg_catalog.pg_backend_pid() AS pid,
      ${UP_SINCE} AS "upSince"`,
  )) as unknown as readonly Tried[];
  if (!row) throw new Error('the server answered a SELECT without FROM with no row');
  return row;
}
