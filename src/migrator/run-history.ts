/** What the command history reports. A run does not use it. */

import type { DataSource } from 'typeorm';
import { UsageError } from '../errors/base.js';
import { assertNumbers } from '../number-options.js';
import { accessOf, type Access } from './access.js';
import type { LoggedRun } from './failed-attempts.js';
import {
  countRuns,
  readAttemptsOf,
  readNewestRuns,
  type OpenRun,
  type ReadableLog,
  type WantedRuns,
} from './records/read-log.js';
import type { Run } from './records/rows.js';
import { withPhases } from './release-phase.js';
import { logOf, readState, type Project } from './state.js';

/** The newest runs of a log. */
export interface RunPage {
  /** Newest first. */
  readonly runs: readonly LoggedRun[];
  /** How many of this kind the log has. */
  readonly total: number;
}

/** Which runs to read. */
export interface HistoryOptions {
  /** Only so many of the newest; default all. */
  readonly limit?: number;
  /** Only those that began then or later; default all. */
  readonly since?: Date;
  /** Only those that did not complete, with a run that is under way; default false. */
  readonly failed?: boolean;
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
  const wanted = wantedRuns(options);
  return readingLog(accessOf(dataSource), [], (project, log) => newestRuns(project, log, wanted));
}

/**
 * The newest runs, newest first, and how many there are; writes nothing.
 *
 * @throws as readHistory does
 */
export async function readRunPage(access: Access, options: HistoryOptions): Promise<RunPage> {
  const wanted = wantedRuns(options);
  return readingLog(access, { runs: [], total: 0 }, async (project, log) => ({
    runs: [...(await newestRuns(project, log, wanted))].reverse(),
    total: await countRuns(log, wanted),
  }));
}

function readingLog<T>(
  access: Access,
  nothing: T,
  read: (project: Project, log: ReadableLog) => Promise<T>,
): Promise<T> {
  const project = access.project();
  return access.onSession(async (session) => {
    const { presence } = await readState(project, session);
    if (presence.denied.length > 0) await project.dialect.denyReading(session, presence.denied);
    return presence.log ? read(project, logOf(project, session, presence)) : nothing;
  });
}

/** @throws UsageError for a limit or a time that is none */
function wantedRuns({ since, ...options }: HistoryOptions): WantedRuns {
  assertNumbers(options, ['limit']);
  if (since === undefined) return options;
  if (Number.isNaN(since.getTime()))
    throw new UsageError('The option since is an invalid Date. Nothing was read.');
  return { ...options, since: since.toISOString() };
}

async function newestRuns(
  project: Project,
  log: ReadableLog,
  wanted: WantedRuns,
): Promise<readonly LoggedRun[]> {
  return withAttempts(project, log, await readNewestRuns(log, wanted));
}

/** Runs with their attempts, and how each run ended. */
export async function withAttempts(
  { dialect, revisions }: Project,
  log: ReadableLog,
  runs: readonly OpenRun[],
): Promise<readonly LoggedRun[]> {
  const attempts = await readAttemptsOf(log, runs);
  const open = runs.some(({ outcome }) => outcome === null);
  const held = open && (await dialect.isLocked(log.session, log.tables));
  return runs.map(({ newest, ...run }) => ({
    ...run,
    outcome: outcomeOf(run, held && newest),
    attempts: withPhases(attempts.get(run.id), revisions),
  }));
}

function outcomeOf({ outcome }: Run, isRunning: boolean): LoggedRun['outcome'] {
  if (outcome !== null) return outcome as LoggedRun['outcome'];
  return isRunning ? 'running' : 'interrupted';
}
