/** Processes of the application that use what a run reverts. */

import { hostname } from 'node:os';
import { replicasWords, type Replica } from '../errors/phases.js';
import type { PlannedStep } from './plan.js';
import { isSilent, readableReplicas } from './replicas.js';
import { stampOf } from './revision.js';
import type { Context } from './run-context.js';

/**
 * Warns before `down` where connected processes have the code of a revision that it reverts, other than this one. A
 * contract revision is no matter: its way back serves both releases.
 */
export async function warnOfUsers(context: Context, steps: readonly PlannedStep[]): Promise<void> {
  const { project, session, latest, emit } = context;
  if (latest?.presence.heartbeats !== true) return;
  const contract = new Set(project.revisions.flatMap(({ id, phase }) => (phase === 'contract' ? [id] : [])));
  const reverted = steps.filter(
    ({ direction, kind, revision }) => direction === 'down' && kind === 'run' && !contract.has(revision),
  );
  if (reverted.length === 0) return;
  const oldest = Math.min(...reverted.map(({ revision }) => stampOf(revision)));
  const isUser = (one: Replica) =>
    !isSilent(one) && !isThis(one) && one.head !== null && stampOf(one.head) >= oldest;
  const users = (await readableReplicas(session, project).catch(() => [])).filter(isUser);
  if (users.length === 0) return;
  emit({
    kind: 'warning',
    message: `processes are connected whose release uses what is reverted (${replicasWords(users)}): their queries may fail from now on. First deploy the release before it`,
  });
}

function isThis({ host, pid }: Replica): boolean {
  return host === hostname() && pid === process.pid;
}
