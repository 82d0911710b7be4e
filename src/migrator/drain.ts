/** Waits until no older release is connected, for contract revisions. */

import { ContractRefusedError, type AwaitingContract } from '../errors/phases.js';
import { dateHeartbeats } from './date-heartbeats.js';
import { plan, type Context } from './run-context.js';
import type { Plan } from './plan.js';

/** Between two looks at the heartbeats. */
const PAUSE_MS = 1000;

/** Between two reports while it waits. */
const REPORT_MS = 5000;

/** @throws ContractRefusedError where the run was to apply a contract revision, and does not wait for it */
export function assertNotRefused({ options, decided }: Context): void {
  if (options.drainWaitMs === undefined && decided?.refused) throw new ContractRefusedError(decided.refused);
}

/**
 * Looks again and again at contract revisions that wait for older releases, and runs those that may run.
 *
 * @param runLeft runs what is to be run now
 * @throws ContractRefusedError when the time is over
 */
export async function drain(context: Context, runLeft: () => Promise<void>): Promise<void> {
  const { clock, signal, options } = context;
  if (options.drainWaitMs === undefined) return;
  const start = clock.now();
  for (let reportedMs = -REPORT_MS; ;) {
    const decided = await plan(context);
    await dateHeartbeats(context);
    const waiting = firstWaiting(decided);
    if (decided.steps.length > 0) {
      await runLeft();
      continue;
    }
    if (!waiting) return;
    const waitedMs = Math.round(clock.now() - start);
    if (waitedMs >= options.drainWaitMs) throw new ContractRefusedError(waiting);
    if (waitedMs - reportedMs >= REPORT_MS) {
      context.emit({ kind: 'awaiting-contract', ...waiting, waitedMs });
      reportedMs = waitedMs;
    }
    const pauseMs = Math.min(PAUSE_MS, options.drainWaitMs - waitedMs);
    await clock.pause(pauseMs, signal).catch(() => signal.throwIfAborted());
  }
}

function firstWaiting({ refused, awaiting = [] }: Plan): AwaitingContract | undefined {
  return refused ?? awaiting[0];
}
