/** How other releases stand to the code, as data. */

import type { Change } from '../schema/change.js';
import type { Gate } from './gate.js';

/** An applied revision that is newer than the code. */
export interface NewerRevision {
  readonly id: string;
  /** Null where nothing is recorded of what it has changed. */
  readonly phase: 'expand' | 'contract' | null;
  readonly changes: readonly Change[];
}

/** How other releases stand to the code. */
export interface ReleaseState {
  /** Of each pending contract revision. */
  readonly gates: ReadonlyMap<string, Gate>;
  /** Whether the table of heartbeats has lost its rows; only where a contract revision is pending. */
  readonly isEmptied: boolean;
  /** Oldest first. */
  readonly newer: readonly NewerRevision[];
  /** Whether the code suits every applied revision that it does not have. */
  readonly suited: boolean;
}
