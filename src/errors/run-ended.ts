import { OrchestratorDbError } from './base.js';

/** A revision that a run has applied, reverted or recorded. */
export interface DoneStep {
  readonly id: string;
  readonly direction: 'up' | 'down';
  readonly stamped: boolean;
  readonly durationMs: number;
  readonly tries: number;
}

/** What a run did, in order. */
export interface RunReport {
  readonly direction: 'up' | 'down' | 'stamp';
  readonly done: readonly DoneStep[];
  /** The newest applied revision afterwards; null at base. */
  readonly current: string | null;
  /** Only where there are some: contract revisions that are pending, and why each waits. */
  readonly awaitingContract?: readonly WaitingContract[];
  /** Only where the run was to wait for standbys. */
  readonly standbys?: StandbysReplayed;
  /** Only where a standby has answered and nothing is to be done there: its primary may be further. */
  readonly standby?: true;
}

/** A contract revision that waits until no older release is connected. */
export interface WaitingContract {
  readonly id: string;
  /** In words. */
  readonly reason: string;
}

/** The servers that have replayed a run. */
export interface StandbysReplayed {
  /** The position of the primary's log that they have reached: `0/3045A10`. */
  readonly position: string;
  /** How many stream from the primary. */
  readonly standbys: number;
  /** How many servers of DATABASE_REPLICA_URLS answered; one that also streams from the primary counts in both. */
  readonly replicas: number;
  readonly waitedMs: number;
}

/** An error that can end a run in the middle: the revisions before it stay applied. */
export abstract class RunEndedError extends OrchestratorDbError {
  #report: RunReport | undefined;

  /**
   * What the run did before it failed; the failed revision is not in it. Undefined if no run has read the database: the
   * connection was lost during `readStatus`, for example.
   */
  get report(): RunReport | undefined {
    return this.#report;
  }

  /** Adds the report of the run that the error has ended. Errors of other kinds stay unchanged. */
  static attach(error: unknown, report: RunReport): void {
    if (error instanceof RunEndedError) error.#report = report;
  }
}
