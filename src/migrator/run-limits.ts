/** How long things may take in a run, milliseconds. */
export interface RunLimits {
  /** How long a statement in a transaction may wait for a lock, PostgreSQL only; default 3,000. */
  readonly lockTimeoutMs: number;
  /** How long a statement in a transaction may run, PostgreSQL only; default 0, no limit. */
  readonly statementTimeoutMs: number;
  /** How long a non-transactional statement may run; default 20 minutes. */
  readonly nonTransactionalTimeoutMs: number;
  /** How often a revision is tried that has to give way to somebody's lock; default 20. */
  readonly lockTries: number;
}

export const DEFAULT_LIMITS: RunLimits = Object.freeze({
  lockTimeoutMs: 3000,
  statementTimeoutMs: 0,
  nonTransactionalTimeoutMs: 20 * 60_000,
  lockTries: 20,
});
