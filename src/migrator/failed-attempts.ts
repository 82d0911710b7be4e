/** Which attempts of the log have failed, and were not made up for since. Pure. */

import type { Direction } from '../databases/direction.js';
import type { History } from './history.js';
import type { Attempt, LoggedAttempt, Run } from './records/rows.js';

/** The newest attempt at a revision that has not succeeded since. */
export interface FailedStatus {
  readonly id: string;
  readonly direction: Direction;
  readonly outcome: 'failed' | 'interrupted';
  /** ISO 8601, when it ended or, for an interrupted one, when its run began. */
  readonly at: string;
  readonly error: string | null;
}

/** A run with its attempts. */
export interface LoggedRun extends Omit<Run, 'outcome'> {
  /** `running` while its lock is held; `interrupted` when it never ended. */
  readonly outcome: 'completed' | 'failed' | 'stopped' | 'running' | 'interrupted';
  readonly attempts: readonly LoggedAttempt[];
}

/** What a status needs of the log, however long that is. */
export interface StatusLog {
  /** Of each revision the newest attempt that succeeded and the newest that failed, oldest first. */
  readonly attempts: readonly Attempt[];
  /** The runs that have no end, oldest first. */
  readonly open: readonly LoggedRun[];
}

/** The failed attempts that matter still: to revisions that are known, and not done since. */
export function failuresIn(log: StatusLog, history: History): readonly FailedStatus[] {
  return newestFailures(log).filter((failure) => !isOver(failure, history) && isKnown(failure, history));
}

/** What the newest attempt at each revision came to; whatever was done since has made up for it. */
function newestFailures({ attempts, open }: StatusLog): readonly FailedStatus[] {
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
