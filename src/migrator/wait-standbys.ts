/** Waits after a run until the servers that follow the primary have replayed it. */

import type { Followers } from '../databases/replication.js';
import { StandbysBehindError, type StandbyWait } from '../errors/standbys.js';
import type { Context } from './run-context.js';

/** Between two looks, milliseconds. */
const PAUSE_MS = 250;

/** How often a wait is reported, milliseconds. */
const REPORT_MS = 3000;

/**
 * Makes sure, before anything is run, that the wait will be possible.
 *
 * @returns how many standbys stream now; 0 where the run does not wait
 * @throws StandbysUnseenError
 */
export async function countStandbys(context: Context): Promise<number> {
  if (limitOf(context) === undefined) return 0;
  const { replication } = context.project.database;
  await replication.assertSeen(context.session);
  const { standbys } = await look(context, await replication.end(context.session));
  return standbys.length;
}

/**
 * Waits until each standby that streams, and each server of DATABASE_REPLICA_URLS that answers, has replayed what the
 * primary has written so far.
 *
 * @param before how many streamed when the run began: one that has ended since is waited for too
 * @throws StandbysBehindError at the limit
 */
export async function waitForStandbys(context: Context, before: number): Promise<void> {
  const limitMs = limitOf(context);
  if (limitMs === undefined) return;
  const { clock, signal, session, project } = context;
  const position = await project.database.replication.end(session);
  const start = clock.now();
  let most = before;
  for (let reportedMs = 0; ;) {
    const found = await look(context, position);
    most = Math.max(most, found.standbys.length);
    const waitedMs = Math.round(clock.now() - start);
    const wait = waitOf(found, { position, most, waitedMs });
    if (wait.behind.length + wait.lost === 0) {
      replayed(context, wait, found);
      return;
    }
    if (waitedMs >= limitMs) throw new StandbysBehindError(wait);
    if (waitedMs - reportedMs >= REPORT_MS) {
      context.emit({ kind: 'standbys-behind', ...wait });
      reportedMs = waitedMs;
    }
    await clock.pause(Math.min(PAUSE_MS, limitMs - waitedMs), signal).catch(() => signal.throwIfAborted());
  }
}

/** What reverts or only records has no rows for readers to wait for. */
function limitOf({ options, request }: Context): number | undefined {
  return request.direction === 'up' ? options.waitStandbysMs : undefined;
}

function look({ project, session, settings }: Context, position: string): Promise<Followers> {
  return project.database.replication.followers(session, { position, settings });
}

function waitOf(
  { standbys, replicas }: Followers,
  { most, ...rest }: Pick<StandbyWait, 'position' | 'waitedMs'> & { readonly most: number },
): StandbyWait {
  const behind = [...standbys, ...replicas].filter(({ missingBytes }) => missingBytes !== 0);
  const all = most + replicas.length;
  return { ...rest, all, replicas: replicas.length, behind, lost: most - standbys.length };
}

function replayed(context: Context, { position, waitedMs }: StandbyWait, found: Followers): void {
  const { standbys, replicas, unseen } = found;
  for (const { server, reason } of unseen)
    context.emit({
      kind: 'warning',
      message: `${server} of DATABASE_REPLICA_URLS cannot be asked (${reason}), so the run does not wait for it.`,
    });
  context.standbys = { position, standbys: standbys.length, replicas: replicas.length, waitedMs };
  context.emit({ kind: 'standbys-replayed', ...context.standbys });
}
