import { LOCK_TIMEOUT_MS, type BackfillPace, type Limits } from '../databases/executor.js';
import { assertNumbers } from '../number-options.js';
import { proofIn } from './proof-checksum.js';
import type { RevisionLimits } from './revision.js';

/** How long things may take in a run, milliseconds. */
export interface RunLimits {
  /** How long a statement in a transaction may wait for a lock, PostgreSQL only; default 3,000. */
  readonly lockTimeoutMs: number;
  /** How long a statement in a transaction may run, PostgreSQL only; default 0, no limit. */
  readonly statementTimeoutMs: number;
  /** How long a non-transactional statement may run; default 20 minutes. */
  readonly nonTransactionalTimeoutMs: number;
  /** How often a revision is tried that another session's lock stops; default 20. */
  readonly lockTries: number;
  /**
   * A generated backfill waits while a standby lags by more, PostgreSQL only; default: the setting
   * `orchestrator_db.max_lag` of the server, 1,500 where it is not set. 0 does not wait.
   */
  readonly backfillMaxLagMs?: number;
  /**
   * How long a generated backfill sleeps after each batch of 2,000 rows, PostgreSQL only; default: the setting
   * `orchestrator_db.backfill_pause` of the server, 0 where it is not set.
   */
  readonly backfillPauseMs?: number;
}

export const DEFAULT_LIMITS: RunLimits = Object.freeze({
  lockTimeoutMs: LOCK_TIMEOUT_MS,
  statementTimeoutMs: 0,
  nonTransactionalTimeoutMs: 20 * 60_000,
  lockTries: 20,
});

const LOCK_WAIT_MS = 60_000;

/** The numbers of a run: the time-outs, the waits and the tries. */
interface RunNumbers extends Partial<RunLimits> {
  readonly lockWaitMs?: number;
  readonly waitStandbysMs?: number;
  readonly drainWaitMs?: number;
  readonly releaseTimeoutMs?: number;
}

/** @throws UsageError naming the first option of a run that is no number that can be used */
export function assertRunNumbers(options: RunNumbers): void {
  assertNumbers(options, [
    'lockWaitMs',
    'waitStandbysMs',
    'drainWaitMs',
    'releaseTimeoutMs',
    'lockTimeoutMs',
    'statementTimeoutMs',
    'nonTransactionalTimeoutMs',
    'lockTries',
    'backfillMaxLagMs',
    'backfillPauseMs',
  ]);
}

/** How long to wait for another process that migrates, milliseconds. */
export function lockWaitOf({ lockWaitMs = LOCK_WAIT_MS }: { readonly lockWaitMs?: number }): number {
  return lockWaitMs;
}

/** The limits of a run, with the defaults for those that are not set. */
export function runLimits(options: Partial<RunLimits>): RunLimits {
  return {
    lockTimeoutMs: options.lockTimeoutMs ?? DEFAULT_LIMITS.lockTimeoutMs,
    statementTimeoutMs: options.statementTimeoutMs ?? DEFAULT_LIMITS.statementTimeoutMs,
    nonTransactionalTimeoutMs: options.nonTransactionalTimeoutMs ?? DEFAULT_LIMITS.nonTransactionalTimeoutMs,
    lockTries: options.lockTries ?? DEFAULT_LIMITS.lockTries,
    ...(options.backfillMaxLagMs === undefined ? {} : { backfillMaxLagMs: options.backfillMaxLagMs }),
    ...(options.backfillPauseMs === undefined ? {} : { backfillPauseMs: options.backfillPauseMs }),
  };
}

/**
 * The limits of one revision; its own come first. Outside a transaction there is none on waiting for locks: a short one
 * makes CREATE INDEX CONCURRENTLY fail for any old snapshot, and leaves an invalid index.
 */
export function limitsFor(own: RevisionLimits, outside: boolean, run: RunLimits): Limits {
  return {
    generated: proofIn(own) !== '',
    lockTimeoutMs: own.lockTimeoutMs ?? (outside ? 0 : run.lockTimeoutMs),
    statementTimeoutMs:
      own.statementTimeoutMs ?? (outside ? run.nonTransactionalTimeoutMs : run.statementTimeoutMs),
    ...(outside ? { pace: paceOf(run) } : {}),
  };
}

function paceOf({ backfillMaxLagMs, backfillPauseMs }: RunLimits): BackfillPace {
  return {
    ...(backfillMaxLagMs === undefined ? {} : { maxLagMs: backfillMaxLagMs }),
    ...(backfillPauseMs === undefined ? {} : { pauseMs: backfillPauseMs }),
  };
}
