/** A run from its first plan to its report. run-locked.ts does what is between, under the lock. */

import type { Session } from '../databases/session.js';
import { TableLockedError } from '../errors/table-locked.js';
import { RunEndedError, type RunReport } from '../errors/run-ended.js';
import type { Access } from './access.js';
import { typedFailure } from './failure.js';
import { assertNotRefused, drain } from './drain.js';
import { dateHeartbeats } from './date-heartbeats.js';
import { orderOf } from './order.js';
import type { Plan } from './plan.js';
import {
  contextOf,
  plan,
  type Context,
  type GivenRun,
  type RunOptions,
  type RunRequest,
} from './run-context.js';
import type { Project } from './state.js';
import { lockWaitOf } from './run-limits.js';
import { runLocked } from './run-locked.js';
import { STANDBY_NOTE } from './where.js';
import { tracedRun } from './traced.js';
import { tracingOf } from './tracing.js';
import { countStandbys, waitForStandbys } from './wait-standbys.js';

/**
 * Plans, waits for the lock, plans again under it, and runs what is left to run. Where there is nothing to do, it takes
 * no lock and writes nothing.
 */
export function run(access: Access, request: RunRequest, options: RunOptions): Promise<RunReport> {
  const project = access.project();
  const { settings } = access;
  return access.onSession((session) => runOn(session, project, { request, options, settings }));
}

/** The same on a session, over TypeORM or without. */
export async function runOn(session: Session, project: Project, given: GivenRun): Promise<RunReport> {
  const { direction } = given.request;
  return tracedRun(tracingOf(project.database, session.place), direction, async (tracing) =>
    runTraced(await contextOf(project, session, { ...given, tracing })),
  );
}

async function runTraced(context: Context): Promise<RunReport> {
  const { watchdog, project } = context;
  try {
    return await (watchdog ? watchdog.during(() => runIn(context)) : runIn(context));
  } catch (error) {
    const failure = typedFailure(project, error, context);
    if (context.latest) RunEndedError.attach(failure, reportOf(context));
    throw failure;
  }
}

async function runIn(context: Context): Promise<RunReport> {
  const { steps, warnings } = await firstPlan(context);
  for (const message of warnings) context.emit({ kind: 'warning', message });
  await dateHeartbeats(context);
  assertNotRefused(context);
  const before = await countStandbys(context);
  const standby = context.latest?.server.role === 'standby';
  if (standby) context.emit({ kind: 'warning', message: STANDBY_NOTE });
  if (steps.length > 0) await runLocked(context);
  assertNotRefused(context);
  await drain(context, () => runLocked(context));
  await waitForStandbys(context, before);
  return standby ? { ...reportOf(context), standby } : reportOf(context);
}

/** Between two looks at a locked table, each of which waits in the server. */
const PAUSE_MS = 500;

/** Waits for a table that another session has locked as long as for the lock of another run. */
async function firstPlan(context: Context): Promise<Plan> {
  const { clock, signal, emit } = context;
  const until = clock.now() + lockWaitOf(context.options);
  for (;;) {
    try {
      return await plan(context);
    } catch (error) {
      if (!(error instanceof TableLockedError) || clock.now() >= until) throw error;
      emit({ kind: 'warning', message: `${error.message} Trying again.` });
      await clock.pause(PAUSE_MS, signal).catch(() => signal.throwIfAborted());
    }
  }
}

/** A copy, since a run that was left behind may go on. */
function reportOf(context: Context): RunReport {
  const { request, done, standbys, decided } = context;
  const awaiting = decided?.awaiting ?? [];
  const report = {
    direction: request.direction,
    done: [...done],
    current: currentAfter(context),
    ...(awaiting.length > 0
      ? { awaitingContract: awaiting.map(({ revision: id, reason }) => ({ id, reason })) }
      : {}),
  };
  return standbys === undefined ? report : { ...report, standbys };
}

function currentAfter({ latest, done }: Context): string | null {
  const history = latest?.history ?? { known: [], applied: [] };
  const applied = new Set(history.applied.map(({ id }) => id));
  for (const { id, direction } of done) {
    if (direction === 'up') applied.add(id);
    else applied.delete(id);
  }
  return orderOf(history).sorted(applied).at(-1) ?? null;
}
