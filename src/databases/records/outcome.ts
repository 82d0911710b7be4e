import type { Checksums, Direction } from '../direction.js';

/**
 * Proof that the lock is still held, for the statement that records: the key of a second lock of the holder's
 * transaction, a secret number. A session that can take it knows that the transaction has ended, and the lock with it.
 * To look for the lock itself in pg_locks takes longer than all else of a record, since that lists the locks of the
 * whole server.
 */
export interface Fence {
  /** A signed 64-bit number, as SQL takes it. */
  readonly key: string;
}

/** What is recorded of one revision. */
export interface Outcome {
  readonly revision: string;
  readonly stamp: number;
  readonly direction: Direction;
  /** `renewed` where it was recorded before and only its checksums are new. */
  readonly kind: 'ran' | 'stamped' | 'renewed';
  readonly checksums: Checksums | null;
  /** Milliseconds; null where it was not measured, in an offline script. */
  readonly durationMs: number | null;
  readonly tries: number;
}

/** What a run begins with. */
export interface RunStart {
  readonly direction: 'up' | 'down' | 'stamp';
  readonly planned: readonly string[];
  readonly allowed: readonly string[];
  /** Who runs it; an expression where the server knows. */
  readonly actor: string | { readonly expression: string };
  readonly host: string;
  readonly pid: number;
  readonly tool: string;
}

/** How a run ended. */
export type RunOutcome = 'completed' | 'failed' | 'stopped';

/** How a record verifies, without reading the list, that no other session has recorded a revision. */
export interface ListCount {
  /** The oid of what numbers the list. */
  readonly sequence: string;
  /** How many numbers it has given out, if no other session has taken any. */
  readonly given: number;
}
