import { jittered, type Clock } from '../../clock.js';
import { LockWaitError } from '../../errors/migration.js';
import type { Line } from '../../dialect/line.js';
import type { Fence } from '../records/sql.js';

/** Keeps all but one process from migrating a database. */
export interface MigrationLock {
  /** One try; undefined while another one holds it. */
  tryAcquire(): Promise<HeldLock | undefined>;
  /** Who holds it, in words, as far as that can be known. */
  describeHolder(): Promise<string>;
  /** What a person can do to see and to end the holder. */
  readonly remedy: string;
  /** Gives up what trying needed; a held lock is released separately, before. */
  close(): Promise<void>;
}

/** The lock, ours. */
export interface HeldLock {
  /** Aborted with a LockLostError when it is lost before it is released. */
  readonly lost: AbortSignal;
  /** How SQL can see it, where it can. */
  readonly fence: Fence | undefined;
  /** Its own connection, where it has one. */
  readonly line?: Line;
  /** Asks its connection whether it is still there; only before anything is executed, since it has to be silent then. */
  isAlive(): Promise<boolean>;
  release(): Promise<void>;
}

/** How to wait for the lock. */
export interface WaitOptions {
  readonly waitMs: number;
  readonly clock: Clock;
  /** Ends the waiting; it then rejects. */
  readonly signal: AbortSignal;
  /** Told every few seconds who holds it. */
  readonly onWaiting: (event: { readonly holder: string; readonly waitedMs: number }) => void;
  /** Asked between two tries whether there is anything left to wait for. */
  readonly isNeeded: () => Promise<boolean>;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
const SAY_EVERY_MS = 3000;

/**
 * Tries until the lock is ours. Each try is short and leaves nothing behind: a session that waits inside the server
 * would hang CREATE INDEX CONCURRENTLY, which waits for every transaction older than itself.
 *
 * @returns undefined when there was nothing left to wait for
 * @throws LockWaitError when the time is over
 */
export async function acquire(lock: MigrationLock, options: WaitOptions): Promise<HeldLock | undefined> {
  const { clock, waitMs, signal } = options;
  const started = clock.now();
  let sayAt = SAY_EVERY_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    const held = await lock.tryAcquire();
    if (held) return held;
    if (!(await options.isNeeded())) return undefined;
    const waitedMs = clock.now() - started;
    if (waitedMs >= waitMs) throw new LockWaitError(waitedMs, await lock.describeHolder(), lock.remedy);
    if (waitedMs >= sayAt) {
      options.onWaiting({ holder: await lock.describeHolder(), waitedMs });
      sayAt = waitedMs + SAY_EVERY_MS;
    }
    await clock.pause(Math.min(jittered(pause), waitMs - waitedMs), signal).catch(() => undefined);
  }
}
