import type { TypeormSession } from '../databases/typeorm-session.js';
import { pendingNow, standingOf } from './standing.js';
import { projectOf, readState } from './state.js';

/**
 * Revisions that are in the code only, oldest first, read on a connection that the caller has, and whether it is a
 * standby's.
 */
export async function readPendingAndServer(
  session: TypeormSession,
): Promise<{ readonly pending: readonly string[]; readonly standby: boolean }> {
  const { history, server } = await readState(projectOf(session.queryRunner.connection), session);
  return { pending: pendingNow(standingOf(history)), standby: server.role === 'standby' };
}
