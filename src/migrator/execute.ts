/** Runs one revision and records it, in one transaction of the executor; tries again where that may help. */

import { messageOf } from '../errors/base.js';
import { ExtensionMissingError } from '../errors/extension.js';
import { DirectConnectionNeededError } from '../errors/migration.js';
import { sendBody } from './body.js';
import { failed } from './failure.js';
import { judging, OwnErrors } from './foreign-errors.js';
import { reportingNotices, type During } from './notices.js';
import { leftAfter, refusalOf, rehearse } from './record-refusal.js';
import type { Executor } from '../databases/executor.js';
import type { MigrationEvent } from './events.js';
import type { Recording } from '../databases/records/bound.js';
import type { Outcome } from '../databases/records/outcome.js';
import { ProgressNotes } from './progress-notes.js';
import { withRetries } from './retry.js';
import { passGate } from './pass-gate.js';
import { phaseRecordOf } from './release-phase.js';
import { questionIn } from '../sql/question.js';
import { runsOutside, statementsOf } from './revision.js';
import { runningOf } from './proof-checksum.js';
import { limitsFor } from './run-limits.js';
import type { RunSession, Step } from './run-session.js';
import { tracedStatement } from './tracing.js';

/**
 * Runs one revision and records it, in one transaction: both happen or neither. One that another session's lock
 * stops is rolled back and retried after a growing pause.
 *
 * @throws RevisionFailedError that describes what is left; the former state, save for a non-transactional one
 * @throws LockLostError, MigrationAbortedError after the rollback
 */
export async function executeStep(run: RunSession, step: Step): Promise<void> {
  const { clock, emit, signal, limits } = run;
  const about = { revision: step.revision.id, direction: step.direction };
  emit({ kind: 'started', ...about });
  const started = clock.now();
  let tries = 1;
  const progress: Progress = { isComplete: false, isSpent: false };
  const measured = () => ({ tries, durationMs: Math.round(clock.now() - started) });
  try {
    await withRetries(
      {
        tries: limits.lockTries,
        clock,
        signal,
        isWorthIt: (error) => !progress.isSpent && judging(run, error).dialect.isRetryable(error),
        onRetry: ({ pauseMs, error }) =>
          emit({ kind: 'retrying', ...about, tries, pauseMs, reason: messageOf(error) }),
      },
      (number) => {
        tries = number;
        return attempt(run, { ...step, progress }, () => outcomeOf(step, measured()));
      },
    );
  } catch (error) {
    const outside = isOutside(run, step);
    throw await failed(judging(run, error), {
      error,
      outside,
      ...progress,
      outcome: outcomeOf(step, measured()),
    });
  }
  emit({ kind: 'finished', ...about, stamped: step.kind === 'stamp', ...measured() });
}

/** How far a step is. */
interface Progress {
  /** Whether all that it does is done: its record is what is left. */
  isComplete: boolean;
  /** Whether one of its statements was tried as often as it may be. */
  isSpent: boolean;
}

type Tracked = Step & { readonly progress: Progress };

async function attempt(run: RunSession, step: Tracked, outcome: () => Outcome): Promise<void> {
  const { log, signal } = run;
  signal.throwIfAborted();
  try {
    if (isOutside(run, step)) await outside(run, step, outcome);
    else await inside(run, step, outcome);
    log.recorded(step.change, step.revision.id);
  } catch (error) {
    log.unrecorded();
    throw await refusalOf(judging(run, error), step, { error, left: leftAfter(isOutside(run, step)) });
  }
}

function inside(run: RunSession, step: Tracked, outcome: () => Outcome): Promise<void> {
  const { executor, limits } = run;
  return executor.inTransaction(limitsFor(step.revision.migration, false, limits), async () => {
    await passGate(run, step, true);
    if (step.kind === 'run')
      await executor.runBody(() => runBody(run, step), runningOf(step.revision, step.direction));
    return recording(run, step, outcome);
  });
}

async function outside(run: RunSession, step: Tracked, outcome: () => Outcome): Promise<void> {
  const { executor, limits, dialect } = run;
  step.progress.isComplete = false;
  if (!(await executor.hasOwnSession())) throw new DirectConnectionNeededError(step.revision.id);
  await executor.outside(limitsFor(step.revision.migration, true, limits), async () => {
    await passGate(run, step, false);
    await rehearse(run, step, outcome);
    const [statement] = statementsOf(step.revision, dialect.name, step.direction) ?? [];
    if (statement !== undefined) await executor.clearBefore(statement);
    await runBody(run, step);
    if (statement !== undefined) await executor.verifyAfter(statement);
    step.progress.isComplete = true;
    return recording(run, step, outcome);
  });
}

/** Counts its statements, and ends the one that runs when the run is to end. */
async function runBody(run: RunSession, step: Tracked): Promise<void> {
  const { revision, direction, preparation = [] } = step;
  const { session, executor, dialect, signal, emit } = run;
  const listed = statementsOf(revision, dialect.name, direction);
  const asks = listed?.some((sql) => questionIn(sql) !== undefined) ?? false;
  const of = asks ? null : (listed?.length ?? null);
  const sending = sendingOf(run, step, asks);
  let [number, last] = [0, ''];
  for (const sql of preparation) await session.query(sql);
  const notes = new ProgressNotes(run, revision.id);
  const receiver = {
    ...{ revision: revision.id, direction, generated: runningOf(revision, direction).generated },
    emit: (event: MigrationEvent) => {
      if (event.kind === 'progress') notes.take(event);
      emit(event);
    },
  };
  const own = new OwnErrors();
  const body = async (during: During) => {
    const passed = async (sql: string, send: () => Promise<unknown>) => {
      last = sql;
      await executor.nextTurn();
      signal.throwIfAborted();
      number += 1;
      emit({ kind: 'statement', revision: revision.id, direction, number, of });
      return during(() => tracedStatement(run.tracing, sql, () => sending(sql, send)));
    };
    const stopWatching = session.watch((sql, send) => own.of(passed(sql, send)));
    await sendBody(session, revision, direction)
      .catch((error: unknown) => {
        own.judge(error);
        throw withoutExtension(run, step, { error, sql: last });
      })
      .finally(stopWatching);
  };
  await interruptible(run, (interrupted) =>
    reportingNotices(session, receiver, (during) => body((send) => during(() => interrupted(send)))),
  );
  await notes.end();
}

/** What stands around each statement: the list of a revision has its own around its one statement. */
function sendingOf(run: RunSession, step: Tracked, asks: boolean): typeof only {
  if (!isOutside(run, step)) return only;
  if (asks) return answering(run, step);
  const isListed = statementsOf(step.revision, run.dialect.name, step.direction) !== undefined;
  return isListed ? only : rebuilding(run.executor);
}

/** What a query answers with is tried again by itself: what was sent before it stays done. */
function answering(run: RunSession, { revision, direction, progress }: Tracked): typeof only {
  const { executor, limits, clock, signal, emit } = run;
  const { lockTimeoutMs } = limitsFor(revision.migration, false, limits);
  return (sql, send) =>
    withRetries(
      {
        ...{ tries: limits.lockTries, clock, signal },
        isWorthIt: (error) => judging(run, error).dialect.isRetryable(error),
        onRetry: ({ tries, pauseMs, error }) =>
          emit({
            ...{ kind: 'retrying', revision: revision.id, direction },
            ...{ tries, pauseMs, reason: messageOf(error) },
          }),
      },
      () => {
        signal.throwIfAborted();
        return executor.sendAnswer(sql, lockTimeoutMs, send);
      },
    ).catch((error: unknown) => {
      progress.isSpent = true;
      throw error;
    });
}

/** What the list of a revision gets around its one statement, for each statement of a class. */
function rebuilding(executor: Executor): typeof only {
  return async (sql, send) => {
    await executor.clearBefore(sql);
    const answer = await send();
    await executor.verifyAfter(sql);
    return answer;
  };
}

function only(_sql: string, send: () => Promise<unknown>): Promise<unknown> {
  return send();
}

/** The error of a body; another one where its last statement creates an extension, which the server refuses. */
function withoutExtension(
  run: RunSession,
  step: Step,
  { error, sql }: { readonly error: unknown; readonly sql: string },
): Error {
  const refused = run.dialect.refusedExtension(error, sql);
  if (!refused) return withWayOut(reasonOf(error), judging(run, error).dialect.wayOut(error, sql));
  return new ExtensionMissingError(step.revision.id, refused, {
    direction: step.direction,
    database: run.session.place.shown,
    left: leftAfter(isOutside(run, step)),
    cause: error,
  });
}

/** The hint of a server is printed behind its words. */
function withWayOut(error: Error, hint: string | undefined): Error {
  return hint === undefined ? error : Object.assign(error, { hint });
}

/** JavaScript may reject with undefined, which has no code. */
function reasonOf(error: unknown): Error {
  return (error ?? new Error(`${String(error)} was thrown`)) as Error;
}

/** A cancellation that comes before its statement has reached the database is lost, so it is sent again. */
const CANCEL_AGAIN_MS = 100;

/**
 * Ends the statement that is under way when the signal is aborted. It waits until that is over, so that it cannot hit
 * what comes afterwards on the same connection.
 */
async function interruptible(
  { executor, signal, clock }: RunSession,
  body: (run: During) => Promise<void>,
): Promise<void> {
  let underWay = 0;
  let cancelling: Promise<void> | undefined;
  const cancel = async () => {
    for (; underWay > 0; await clock.pause(CANCEL_AGAIN_MS)) await executor.cancel().catch(() => undefined);
  };
  const onAbort = () => {
    cancelling = cancel();
  };
  signal.addEventListener('abort', onAbort);
  try {
    await body(async (send) => {
      underWay += 1;
      return send().finally(() => (underWay -= 1));
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    await cancelling;
  }
}

async function recording(run: RunSession, step: Step, outcome: () => Outcome): Promise<Recording> {
  const { executor, log, signal, dialect } = run;
  await executor.nextTurn();
  signal.throwIfAborted();
  const condition = await executor.recordCondition();
  const phase = phaseRecordOf(step.revision, dialect.name);
  return log.recording({ outcome: outcome(), change: step.change, condition, phase });
}

/** What is only recorded is always in a transaction. */
function isOutside({ dialect }: RunSession, { revision, direction, kind }: Step): boolean {
  return kind === 'run' && runsOutside(revision, dialect.name, direction);
}

function outcomeOf(
  { revision, direction, kind, change, checksums }: Step,
  measured: Pick<Outcome, 'tries' | 'durationMs'>,
): Outcome {
  const { id, stamp } = revision;
  const recorded = kind === 'run' ? 'ran' : change === 'keep' ? 'renewed' : 'stamped';
  return { revision: id, stamp, direction, kind: recorded, checksums, ...measured };
}
