import type { Direction } from './direction.js';

/** A revision whose statements are run, or written into a script. */
export interface RunningRevision {
  /** TypeORM's instance. */
  readonly migration: object;
  readonly direction: Direction;
  /** Whether the generator has verified that each way undoes the other. */
  readonly generated: boolean;
}
