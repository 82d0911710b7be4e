/** What the commands status and history report. A run does not use it. */

import type { DataSource } from 'typeorm';
import type { TypeormSession } from '../databases/typeorm-session.js';
import { onConnection } from './connections.js';
import type { History, PartlyReplaced } from './history.js';
import { standingOf, type Standing } from './standing.js';
import {
  countRuns,
  readAttemptsOf,
  readNewestAttempts,
  readNewestRuns,
  readOpenRuns,
  type OpenRun,
  type ReadableLog,
} from './records/read-log.js';
import type { Attempt, Run } from './records/rows.js';
import type { Direction } from '../databases/direction.js';
import { logOf, projectOf, readState, type Project } from './state.js';

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

/** The newest attempt at a revision that has not succeeded since. */
export interface FailedStatus {
  readonly id: string;
  readonly direction: Direction;
  readonly outcome: 'failed' | 'interrupted';
  /** ISO 8601, when it ended or, for an interrupted one, when its run began. */
  readonly at: string;
  readonly error: string | null;
}

/** Where a database stands. */
export interface Status extends Omit<Standing, 'editedDown' | 'unverified'> {
  readonly applied: readonly AppliedStatus[];
  readonly failed: readonly FailedStatus[];
  /** The run that is under way. */
  readonly running: Run | null;
  /** Only where a standby has answered: it may lag behind its primary, and does not see whether a run is under way. */
  readonly standby?: true;
  /** Only where the role may not read them: tables of the log. What they hold is unknown then. */
  readonly unreadable?: readonly string[];
  /** Only where there are some: pending ones that cannot run here, since some of what they replace is applied. */
  readonly partlyReplaced?: readonly PartlyReplaced[];
  /** Those of the code, oldest first. */
  readonly revisions: readonly { readonly id: string; readonly description: string }[];
}

/** A run with its attempts. */
export interface LoggedRun extends Omit<Run, 'outcome'> {
  /** `running` while its lock is held; `interrupted` when it never ended. */
  readonly outcome: 'completed' | 'failed' | 'stopped' | 'running' | 'interrupted';
  readonly attempts: readonly Attempt[];
}

/** What a status needs of the log, however long that is. */
export interface StatusLog {
  /** Of each revision the newest attempt that succeeded and the newest that failed, oldest first. */
  readonly attempts: readonly Attempt[];
  /** The runs that have no end, oldest first. */
  readonly open: readonly LoggedRun[];
}

/** The newest runs of a log. */
export interface RunPage {
  /** Newest first. */
  readonly runs: readonly LoggedRun[];
  /** How many the log has. */
  readonly total: number;
}

/** Which runs to read. */
export interface HistoryOptions {
  /** Only so many of the newest; default all. */
  readonly limit?: number;
}

const NO_LOG: StatusLog = { attempts: [], open: [] };

/** Reads where a database stands; writes nothing. */
export async function readStatus(dataSource: DataSource): Promise<Status> {
  const project = projectOf(dataSource);
  return onConnection(dataSource, async (session) => {
    const { history, presence, standby } = await readState(project, session);
    const log = presence.log
      ? await readStatusLog(project, logOf(project, session, presence), history)
      : NO_LOG;
    const unreadable = presence.denied.map(({ name }) => name);
    return {
      ...statusOf(history, log),
      ...(standby ? { standby } : {}),
      ...(unreadable.length > 0 ? { unreadable } : {}),
    };
  });
}

/**
 * Revisions that are in the code only, oldest first, read on a connection that the caller has, and whether it is a
 * standby's.
 */
export async function readPendingAndServer(
  session: TypeormSession,
): Promise<{ readonly pending: readonly string[]; readonly standby: boolean }> {
  const { history, standby } = await readState(projectOf(session.queryRunner.connection), session);
  return { pending: standingOf(history).pending, standby };
}

/**
 * The runs that the log knows, oldest first; writes nothing.
 *
 * @throws PrivilegeMissingError for a log that is there and may not be read
 */
export async function readHistory(
  dataSource: DataSource,
  options: HistoryOptions = {},
): Promise<readonly LoggedRun[]> {
  return readingLog(dataSource, [], (project, log) => newestRuns(project, log, options.limit));
}

/**
 * The newest runs, newest first, and how many there are; writes nothing.
 *
 * @throws as readHistory does
 */
export async function readRunPage(dataSource: DataSource, limit: number): Promise<RunPage> {
  return readingLog(dataSource, { runs: [], total: 0 }, async (project, log) => ({
    runs: [...(await newestRuns(project, log, limit))].reverse(),
    total: await countRuns(log),
  }));
}

function readingLog<T>(
  dataSource: DataSource,
  nothing: T,
  read: (project: Project, log: ReadableLog) => Promise<T>,
): Promise<T> {
  const project = projectOf(dataSource);
  return onConnection(dataSource, async (session) => {
    const { presence } = await readState(project, session);
    if (presence.denied.length > 0) await project.dialect.denyReading(session, presence.denied);
    return presence.log ? read(project, logOf(project, session, presence)) : nothing;
  });
}

/** What code, database and log come to. Pure. */
export function statusOf(history: History, log: StatusLog): Status {
  const standing = standingOf(history);
  const { current, head, pending, missing, outOfOrder, edited } = standing;
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
    pending,
    missing,
    outOfOrder,
    edited,
    ...(history.partly.length > 0 ? { partlyReplaced: history.partly } : {}),
    failed: failedIn(log).filter((failure) => !isOver(failure, history) && isKnown(failure, history)),
    revisions: history.known.map(({ id, description }) => ({ id, description })),
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

async function newestRuns(
  project: Project,
  log: ReadableLog,
  limit: number | undefined,
): Promise<readonly LoggedRun[]> {
  const runs = await readNewestRuns(log, limit);
  const newest = runs.at(-1);
  return withAttempts(
    project,
    log,
    runs.map((run) => ({ ...run, newest: run === newest })),
  );
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

async function withAttempts(
  { dialect }: Project,
  log: ReadableLog,
  runs: readonly OpenRun[],
): Promise<readonly LoggedRun[]> {
  const attempts = await readAttemptsOf(log, runs);
  const open = runs.some(({ outcome }) => outcome === null);
  const held = open && (await dialect.isLocked(log.session, log.tables));
  return runs.map(({ newest, ...run }) => ({
    ...run,
    outcome: outcomeOf(run, held && newest),
    attempts: attempts.get(run.id) ?? [],
  }));
}

function outcomeOf({ outcome }: Run, isRunning: boolean): LoggedRun['outcome'] {
  if (outcome !== null) return outcome as LoggedRun['outcome'];
  return isRunning ? 'running' : 'interrupted';
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

/** What the newest attempt at each revision came to; whatever was done since has made up for it. */
function failedIn({ attempts, open }: StatusLog): readonly FailedStatus[] {
  const newest = new Map(attempts.map((attempt) => [attempt.revision, attempt]));
  const failed = [...newest.values()].flatMap((attempt): readonly FailedStatus[] => {
    const { revision, outcome, direction, finishedAt, error } = attempt;
    return outcome === 'done' ? [] : [{ id: revision, direction, outcome: 'failed', at: finishedAt, error }];
  });
  const found = new Map(failed.map((failure) => [failure.id, failure]));
  for (const run of open) {
    const begun = run.outcome === 'interrupted' ? firstUndone(run) : undefined;
    if (begun === undefined || Number(newest.get(begun)?.run ?? 0) > Number(run.id)) continue;
    found.set(begun, {
      id: begun,
      direction: directionOf(run),
      outcome: 'interrupted',
      at: run.startedAt,
      error: null,
    });
  }
  return [...found.values()];
}

/** The revision is applied, or reverted, as the failed attempt wanted: a later run has done it. */
function isOver({ id, direction }: FailedStatus, { applied }: History): boolean {
  return applied.some((revision) => revision.id === id) === (direction === 'up');
}

/** One that was taken out of the code again, and out of the database, is of no interest; history has it. */
function isKnown({ id }: FailedStatus, { known, applied }: History): boolean {
  return [...known, ...applied].some((revision) => revision.id === id);
}

function firstUndone({ planned, attempts }: LoggedRun): string | undefined {
  return planned.find((id) => !attempts.some(({ revision }) => revision === id));
}

function directionOf({ direction }: LoggedRun): Direction {
  return direction === 'down' ? 'down' : 'up';
}
