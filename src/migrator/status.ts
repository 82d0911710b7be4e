import type { DataSource, QueryRunner } from 'typeorm';
import { onConnection } from './connections.js';
import { standingOf, type History, type Standing } from './history.js';
import { readAttempts, readRuns, type Attempt, type Run } from './records/read.js';
import type { Direction } from './revision.js';
import { projectOf, readState, type Project } from './state.js';

/** How far an applied revision can be trusted to be what the code says. */
export type Verification = 'verified' | 'edited' | 'unverified' | 'not checksummed' | 'missing';

/** An applied revision. */
export interface AppliedStatus {
  readonly id: string;
  /** ISO 8601; null where it was recorded by something else than this package. */
  readonly appliedAt: string | null;
  /** Of its `up` when it was applied; null where nobody noted it. */
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
  /** Those of the code, oldest first. */
  readonly revisions: readonly { readonly id: string; readonly description: string }[];
}

/** A run with its attempts. */
export interface LoggedRun extends Omit<Run, 'outcome'> {
  /** `running` while its lock is held; `interrupted` when it never ended. */
  readonly outcome: 'completed' | 'failed' | 'stopped' | 'running' | 'interrupted';
  readonly attempts: readonly Attempt[];
}

/** Reads where a database stands; writes nothing. */
export async function readStatus(dataSource: DataSource): Promise<Status> {
  const project = projectOf(dataSource);
  return onConnection(dataSource, async (queryRunner) => {
    const { history, presence } = await readState(project, queryRunner);
    const runs = presence.log ? await loggedRuns(project, queryRunner) : [];
    return statusOf(history, runs);
  });
}

/** Revisions that are in the code only, oldest first, read on a connection that the caller has. */
export async function readPendingOn(queryRunner: QueryRunner): Promise<readonly string[]> {
  const { history } = await readState(projectOf(queryRunner.connection), queryRunner);
  return standingOf(history).pending;
}

/** Every run that the log knows, oldest first; writes nothing. */
export async function readHistory(dataSource: DataSource): Promise<readonly LoggedRun[]> {
  const project = projectOf(dataSource);
  return onConnection(dataSource, async (queryRunner) => {
    const { presence } = await readState(project, queryRunner);
    return presence.log ? loggedRuns(project, queryRunner) : [];
  });
}

/** What code, database and log come to. Pure. */
export function statusOf(history: History, runs: readonly LoggedRun[]): Status {
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
    failed: failedIn(runs).filter((failure) => !isOver(failure, history) && isKnown(failure, history)),
    revisions: history.known.map(({ id, description }) => ({ id, description })),
    running: runs.find(({ outcome }) => outcome === 'running') ?? null,
  };
}

async function loggedRuns(project: Project, queryRunner: QueryRunner): Promise<readonly LoggedRun[]> {
  const runs = await readRuns(queryRunner, project.tables);
  const attempts = await readAttempts(queryRunner, project.tables);
  const open = runs.some(({ outcome }) => outcome === null);
  const held = open && (await project.dialect.isLocked(queryRunner, project.tables));
  return runs.map((run, index) => ({
    ...run,
    outcome: outcomeOf(run, held && index === runs.length - 1),
    attempts: attempts.filter((attempt) => attempt.run === run.id),
  }));
}

function outcomeOf({ outcome }: Run, isRunning: boolean): LoggedRun['outcome'] {
  if (outcome !== null) return outcome as LoggedRun['outcome'];
  return isRunning ? 'running' : 'interrupted';
}

function verificationOf({ known, applied }: History, { edited }: Standing, id: string): Verification {
  const facts = known.find((one) => one.id === id);
  if (!facts) return 'missing';
  if (edited.includes(id)) return 'edited';
  if (!facts.checksums) return 'not checksummed';
  return applied.find((one) => one.id === id)?.checksums ? 'verified' : 'unverified';
}

/** What the newest run says of each revision; whatever was done since has mended it. */
function failedIn(runs: readonly LoggedRun[]): readonly FailedStatus[] {
  const open = new Map<string, FailedStatus>();
  for (const run of runs) {
    for (const { revision, outcome, direction, finishedAt, error } of run.attempts) {
      if (outcome === 'done') open.delete(revision);
      else open.set(revision, { id: revision, direction, outcome: 'failed', at: finishedAt, error });
    }
    const begun = run.outcome === 'interrupted' ? firstUndone(run) : undefined;
    if (begun !== undefined)
      open.set(begun, {
        id: begun,
        direction: directionOf(run),
        outcome: 'interrupted',
        at: run.startedAt,
        error: null,
      });
  }
  return [...open.values()];
}

/** What was to be applied is applied, what was to be reverted is gone: whatever failed, somebody has done it. */
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
