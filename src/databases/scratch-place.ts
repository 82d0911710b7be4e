import type { DataSource } from 'typeorm';
import type { DatabaseTarget } from '../database-url.js';

/** Makes a DataSource on a scratch database refuse every connection that reaches another one. */
export type GuardScratch = (dataSource: DataSource) => void;

/** Where throw-away databases of one kind are made. */
export interface ScratchPlace {
  /** Databases of processes before, which were killed and could not drop them. */
  readonly leftBehind: readonly string[];
  /**
   * Provides an empty database of its own, gone behind, also when the signal is aborted meanwhile.
   *
   * @throws ScratchDatabaseError when it cannot be created
   * @throws WrongScratchDatabaseError when a connection reaches another database, or this one is not empty
   */
  lend<T>(use: (target: DatabaseTarget, guard: GuardScratch) => Promise<T>, signal?: AbortSignal): Promise<T>;
  stop(): Promise<void>;
}
