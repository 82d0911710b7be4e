/** Up, down, stamp and plan of a DataSource: what the command line, the guard and the API call. */

import type { DataSource } from 'typeorm';
import { accessOf, type Access } from './access.js';
import { assertSchemaRecorded } from './unrecorded-schema.js';
import { onDirectConnection } from './direct-connection.js';
import type { History } from './history.js';
import { readNewer, readRelease } from './release-state.js';
import type { NewerRevision, ReleaseState } from './releases.js';
import type { KnownRevision } from './revision.js';
import { pendingNow, standingOf } from './standing.js';
import { planDown, planStamp, planUp, settleTarget, type Plan } from './plan.js';
import { run } from './run.js';
import type { RunReport } from '../errors/run-ended.js';
import { gateOptionsOf, type RunOptions } from './run-context.js';
import { assertRunNumbers } from './run-limits.js';
import { readState, type State } from './state.js';
import { STANDBY_NOTE } from './where.js';
import { parseTarget, type Target } from './target.js';

/** How to migrate. */
export interface MigrateOptions extends RunOptions {
  /** Where to; see migrateUp and migrateDown. */
  readonly target?: string;
  /** Record the revisions, run none of them; default false. */
  readonly stamp?: boolean;
}

/**
 * Applies pending revisions, oldest first, each in a transaction of its own with its record. One process at a time;
 * another one waits, and does not run again what the first has run.
 *
 * `target` is `head` (the default), a revision or an unambiguous part of its id, or `+N`.
 *
 * @throws UsageError for a target that leads nowhere, and for a time or a number that cannot be used
 * @throws SchemaNotRecordedError when tables of the entities exist and nothing is recorded
 * @throws RevisionMissingError, DatabaseAheadError, RevisionOutOfOrderError, RevisionEditedError unless allowed
 * @throws LockWaitError, LockUnavailableError, PrivilegeMissingError, DatabaseReadOnlyError before anything is changed
 * @throws RevisionFailedError, LockLostError, MigrationAbortedError, ConnectionLostError, ServerSilentError,
 * DatabaseFailedError; those before it stay applied
 * @throws StandbysUnseenError before anything is changed, StandbysBehindError after everything is applied, where it waits
 * for standbys
 */
export function migrateUp(dataSource: DataSource, options: MigrateOptions = {}): Promise<RunReport> {
  return migrateDirectly(dataSource, 'up', options);
}

/**
 * Reverts applied revisions, newest first.
 *
 * `target` is `-1` (the default), `base`, `-N`, or the revision that is to be current afterwards.
 *
 * @throws as migrateUp does
 */
export function migrateDown(dataSource: DataSource, options: MigrateOptions = {}): Promise<RunReport> {
  return migrateDirectly(dataSource, 'down', options);
}

/**
 * Records that a database is at a revision, `head` or `base`, and runs nothing. Edited revisions up to it are recorded
 * again, with their present checksums. It does not compare the schema.
 *
 * @throws UsageError, LockWaitError, LockUnavailableError, PrivilegeMissingError
 */
export async function stampAt(
  dataSource: DataSource,
  target: string,
  options: RunOptions = {},
): Promise<RunReport> {
  assertRunNumbers(options);
  parseTarget(target);
  return onDirectConnection(dataSource, (direct) => stampOver(accessOf(direct), target, options));
}

/** The same over an access, which leads to the database itself and not to a pooler. */
export async function stampOver(
  access: Access,
  target: string,
  options: RunOptions = {},
): Promise<RunReport> {
  assertRunNumbers(options);
  const parsed = parseTarget(target);
  const plan = ({ history }: State) => planStamp({ history, target: parsed });
  return run(access, { direction: 'stamp', plan }, options);
}

/** How to plan. */
export type PlanOptions = Pick<MigrateOptions, 'target' | 'allow' | 'phases' | 'releaseTimeoutMs'>;

/** What migrateUp or migrateDown would do; writes nothing and takes no lock. */
export async function planMigration(
  dataSource: DataSource,
  direction: 'up' | 'down',
  options: PlanOptions = {},
): Promise<Plan> {
  return planOver(accessOf(dataSource), direction, options);
}

/** The same over an access. */
export async function planOver(
  access: Access,
  direction: 'up' | 'down',
  options: PlanOptions,
): Promise<Plan> {
  const project = access.project();
  const target = targetOf(direction, options);
  return access.onSession(async (session) => {
    const state = await readState(project, session);
    const release =
      direction === 'up'
        ? await readRelease(project, session, { state, options: gateOptionsOf(options) })
        : undefined;
    const plan = planFor(direction, { history: state.history, target, ...choosing(options, release) });
    await assertSchemaRecorded(project, session, { state, steps: plan.steps });
    return state.server.role === 'standby' ? { ...plan, warnings: [...plan.warnings, STANDBY_NOTE] } : plan;
  });
}

/** What is in the code only, and what newer code has applied. */
export interface PendingRevisions extends Pick<History, 'partly'> {
  /** Ids, oldest first, without contract revisions. */
  readonly pending: readonly string[];
  /** Pending contract revisions, oldest first. */
  readonly awaitingContract: readonly KnownRevision[];
  readonly newer: readonly NewerRevision[];
}

/** The revisions that are in the code only, oldest first; writes nothing. */
export function pendingRevisions(dataSource: DataSource): Promise<PendingRevisions> {
  return pendingOver(accessOf(dataSource));
}

/** The same over an access. @throws as it does */
export async function pendingOver({
  project: projectOf,
  onSession,
}: Pick<Access, 'project' | 'onSession'>): Promise<PendingRevisions> {
  const project = projectOf();
  if (project.revisions.length === 0) return { pending: [], partly: [], awaitingContract: [], newer: [] };
  return onSession(async (session) => {
    const state = await readState(project, session);
    const standing = standingOf(state.history);
    return {
      pending: pendingNow(standing),
      partly: state.history.partly,
      awaitingContract: project.revisions.filter(({ id }) => standing.awaitingContract.includes(id)),
      newer: await readNewer(project, session, state),
    };
  });
}

/** Targets and numbers that cannot be used are reported before anything is connected. */
async function migrateDirectly(
  dataSource: DataSource,
  direction: 'up' | 'down',
  options: MigrateOptions,
): Promise<RunReport> {
  assertRunNumbers(options);
  targetOf(direction, options);
  return onDirectConnection(dataSource, (direct) => migrateOver(accessOf(direct), direction, options));
}

/** What migrateUp and migrateDown do, over an access, which leads to the database itself and not to a pooler. */
export async function migrateOver(
  access: Access,
  direction: 'up' | 'down',
  options: MigrateOptions,
): Promise<RunReport> {
  assertRunNumbers(options);
  let target = targetOf(direction, options);
  const plan = ({ history, release }: State): Plan => {
    const given = choosing(options, release);
    // Settled by the first look, so that +1 of two processes at once is one step and not two.
    target = settleTarget({ history, target, ...given }, direction);
    const decided = planFor(direction, { history, target, ...given });
    if (!options.stamp) return decided;
    return { ...decided, steps: decided.steps.map((step) => ({ ...step, kind: 'stamp' as const })) };
  };
  const request = { direction: options.stamp ? 'stamp' : direction, plan } as const;
  return run(access, request, options);
}

function planFor(direction: 'up' | 'down', input: Parameters<typeof planUp>[0]): Plan {
  return direction === 'up' ? planUp(input) : planDown(input);
}

function targetOf(direction: 'up' | 'down', { target }: Pick<MigrateOptions, 'target'>): Target {
  return parseTarget(target ?? (direction === 'up' ? 'head' : '-1'));
}

function choosing(
  { allow, phases }: Pick<MigrateOptions, 'allow' | 'phases'>,
  release: ReleaseState | undefined,
): Omit<Parameters<typeof planUp>[0], 'history' | 'target'> {
  return {
    ...(allow === undefined ? {} : { allow }),
    ...(phases === undefined ? {} : { phases }),
    ...(release ? { gates: release.gates, suited: release.suited } : {}),
  };
}
