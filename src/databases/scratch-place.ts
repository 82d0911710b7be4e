import type { DataSource } from 'typeorm';
import type { DatabaseTarget } from '../database-url.js';

/** Makes a DataSource on a scratch database refuse every connection that reaches another one. */
export type GuardScratch = (dataSource: DataSource) => void;

/** Where throw-away databases of one kind are made. */
export interface ScratchPlace {
  /** Databases of processes before, which were killed and could not drop them. */
  readonly leftBehind: readonly string[];
  /** Whether the databases contain objects of a file of the project when they are lent. */
  readonly isSetUp: boolean;
  /**
   * Provides a database of its own, empty but for the set-up, gone behind, also when the signal is aborted meanwhile.
   *
   * @throws ScratchDatabaseError when it cannot be created
   * @throws WrongScratchDatabaseError when a connection reaches another database, or this one is not empty
   * @throws ScratchSetupError when a statement of the set-up fails
   */
  lend<T>(use: (target: DatabaseTarget, guard: GuardScratch) => Promise<T>, signal?: AbortSignal): Promise<T>;
  stop(): Promise<void>;
}
