/** What the command status reports. A run does not use it. */

import type { DataSource } from 'typeorm';
import type { Session } from '../databases/session.js';
import { accessOf, type Access } from './access.js';
import { waitBefore } from './arrange.js';
import { CitusWorkerError } from '../errors/server.js';
import { failuresIn, type FailedStatus, type StatusLog } from './failed-attempts.js';
import { historyOf, type History, type PartlyReplaced } from './history.js';
import { pendingNow, standingOf, type Standing } from './standing.js';
import { withAttempts } from './run-history.js';
import { readRelease } from './release-state.js';
import type { RevisionPhase } from './revision.js';
import { gateOptionsOf } from './run-context.js';
import { readNewestAttempts, readOpenRuns, type ReadableLog } from './records/read-log.js';
import type { Run } from './records/rows.js';
import type { ServerFacts } from '../databases/server-facts.js';
import { releasesOn, type ConnectedRelease } from './replicas.js';
import { logOf, readState, type Project, type State } from './state.js';
import { readServer } from './where.js';

/** Whether an applied revision matches the code. */
export type Verification =
  | 'verified'
  | 'edited'
  | 'unverified'
  | 'not checksummed'
  | 'missing'
  /** It counts as applied: the revisions that it replaces are recorded. The next run records it. */
  | 'replaced';

/** An applied revision. */
export interface AppliedStatus {
  readonly id: string;
  /** ISO 8601; null where it was recorded by something else than this package. */
  readonly appliedAt: string | null;
  /** Of its `up` when it was applied; null where it was not noted. */
  readonly checksum: string | null;
  readonly verification: Verification;
  readonly description: string;
}

/** Where a database stands. */
export interface Status extends Omit<Standing, 'editedDown' | 'unverified' | 'awaitingContract'> {
  /** In the code only, without contract revisions. */
  readonly pending: readonly string[];
  /** Only where there are some: pending contract revisions, oldest first, and what each waits for. */
  readonly awaitingContract?: readonly AwaitingStatus[];
  readonly applied: readonly AppliedStatus[];
  readonly failed: readonly FailedStatus[];
  /** The run that is under way. */
  readonly running: Run | null;
  /** Only where a standby has answered: it may lag behind its primary, and does not see whether a run is under way. */
  readonly standby?: true;
  /** What the connection leads to. On a Citus worker all records are `unreadable`. */
  readonly server: ServerFacts;
  /** Only where they cannot be read: tables of the records. What they hold is unknown then. */
  readonly unreadable?: readonly string[];
  /** Only where there are some: pending ones that cannot run here, since some of what they replace is applied. */
  readonly partlyReplaced?: readonly PartlyReplaced[];
  /** Only where some process of the application has a heartbeat: how many of each release. */
  readonly releases?: readonly ConnectedRelease[];
  /** Those of the code, oldest first. */
  readonly revisions: readonly RevisionStatus[];
}

/** A revision of the code. */
export interface RevisionStatus {
  readonly id: string;
  readonly description: string;
  readonly phase: RevisionPhase;
}

/** A pending contract revision. */
export interface AwaitingStatus {
  readonly id: string;
  /** What it waits for, in words; null where it may run now. */
  readonly reason: string | null;
}

const NO_LOG: StatusLog = { attempts: [], open: [] };

/** Reads where a database stands; writes nothing. On a Citus worker, whose records are elsewhere, it reports just that. */
export function readStatus(dataSource: DataSource): Promise<Status> {
  return statusOver(accessOf(dataSource));
}

/** The same over an access. */
export async function statusOver(access: Access): Promise<Status> {
  try {
    return await recordedStatusOver(access);
  } catch (error) {
    if (!(error instanceof CitusWorkerError)) throw error;
    const server = await access.onSession(readServer);
    return statusOnWorker(access.project(), server);
  }
}

/** The same for a caller that decides by it. @throws CitusWorkerError where the records are elsewhere */
export function readRecordedStatus(dataSource: DataSource): Promise<Status> {
  return recordedStatusOver(accessOf(dataSource));
}

async function recordedStatusOver(access: Access): Promise<Status> {
  const project = access.project();
  return access.onSession(async (session) => {
    const state = await readState(project, session);
    const { history, presence, server } = state;
    const awaitingContract = await awaitingIn(project, session, state);
    const log = presence.log
      ? await readStatusLog(project, logOf(project, session, presence), history)
      : NO_LOG;
    const unreadable = presence.denied.map(({ name }) => name);
    return {
      ...statusOf(history, log),
      ...(awaitingContract.length > 0 ? { awaitingContract } : {}),
      ...(server.role === 'standby' ? { standby: true } : {}),
      server,
      ...(unreadable.length > 0 ? { unreadable } : {}),
      ...(presence.heartbeats ? await releasesOn(session, project) : {}),
    };
  });
}

async function awaitingIn(
  project: Project,
  session: Session,
  state: State,
): Promise<readonly AwaitingStatus[]> {
  const { gates } = await readRelease(project, session, { state, options: gateOptionsOf({}) });
  return [...gates].map(([id, gate]) => ({
    id,
    reason: gate.open ? waitBefore(state.history, id) : gate.reason,
  }));
}

/** Nothing is known of the records, so nothing counts as pending either. */
function statusOnWorker({ facts, tables }: Project, server: ServerFacts): Status {
  const unreadable = [tables.migrations, tables.runs, tables.attempts].map(({ name }) => name);
  const history = historyOf(facts, []);
  return { ...statusOf(history, NO_LOG), pending: [], server, unreadable };
}

/** What code, database and log come to. Pure. */
export function statusOf(history: History, log: StatusLog): Omit<Status, 'server'> {
  const standing = standingOf(history);
  const { current, head, missing, outOfOrder, edited } = standing;
  return {
    current,
    head,
    applied: history.applied.map(({ id, appliedAt, checksums }) => ({
      id,
      appliedAt,
      checksum: checksums?.up ?? null,
      verification: verificationOf(history, standing, id),
      description: history.known.find((facts) => facts.id === id)?.description ?? '',
    })),
    pending: pendingNow(standing),
    missing,
    outOfOrder,
    edited,
    ...(history.partly.length > 0 ? { partlyReplaced: history.partly } : {}),
    failed: failuresIn(log, history),
    revisions: history.known.map(({ id, description, phase }): RevisionStatus => ({
      id,
      description,
      phase: phase ?? 'expand',
    })),
    running: runningIn(log),
  };
}

/** Without its attempts, which history shows. */
function runningIn({ open }: StatusLog): Run | null {
  const running = open.find(({ outcome }) => outcome === 'running');
  if (!running) return null;
  const run: Run & { attempts?: unknown } = { ...running };
  delete run.attempts;
  return run;
}

async function readStatusLog(
  project: Project,
  log: ReadableLog,
  { known, applied }: History,
): Promise<StatusLog> {
  const ids = new Set([...known, ...applied].map(({ id }) => id));
  return {
    attempts: await readNewestAttempts(log, [...ids]),
    open: await withAttempts(project, log, await readOpenRuns(log)),
  };
}

function verificationOf(
  { known, applied, counted }: History,
  { edited }: Standing,
  id: string,
): Verification {
  if (counted.includes(id)) return 'replaced';
  const facts = known.find((one) => one.id === id);
  if (!facts) return 'missing';
  if (edited.includes(id)) return 'edited';
  if (!facts.checksums) return 'not checksummed';
  return applied.find((one) => one.id === id)?.checksums ? 'verified' : 'unverified';
}
