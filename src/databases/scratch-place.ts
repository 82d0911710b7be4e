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
  /** Databases that are kept for later; undefined where nothing is kept. */
  readonly kept?: KeptDatabases | undefined;
  stop(): Promise<void>;
}

/** Does something to the database of a connected DataSource. */
export type OnConnected = (dataSource: DataSource) => Promise<void>;

/**
 * Databases whose content is kept from one command to the next, each under a key that stands for all that has made it.
 * The newest few stay. An unfinished one is never found.
 */
export interface KeptDatabases {
  /**
   * Provides a copy of one, gone behind. Undefined where none is kept under the key, or it has gone meanwhile.
   *
   * @param use calls `load` before anything else, as soon as its DataSource is connected
   */
  lend<T>(
    key: string,
    use: (target: DatabaseTarget, guard: GuardScratch, load: OnConnected) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<{ readonly value: T } | undefined>;
  /** Has nothing under a key any more. */
  forget(key: string): Promise<void>;
  /**
   * Lends an empty one, and keeps it. Where it cannot be kept, or another process has been faster, nothing happens besides.
   *
   * @param fill calls `save` at the end, before its DataSource is destroyed; a database without is not kept
   */
  make(
    key: string,
    fill: (target: DatabaseTarget, guard: GuardScratch, save: OnConnected) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<void>;
}
