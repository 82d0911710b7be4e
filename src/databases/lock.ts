import { jittered, systemClock, type Clock } from '../clock.js';
import { LockWaitError } from '../errors/migration.js';
import type { Line } from './line.js';
import type { Fence } from './records/outcome.js';

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
  /**
   * Asks its connection whether it is still there; only before anything is executed, since it has to be silent then.
   */
  isAlive(): Promise<boolean>;
  /**
   * Since when the server that keeps it has been up, which tells two servers apart; undefined where it cannot be asked.
   */
  serverUpSince(): Promise<string | undefined>;
  release(): Promise<void>;
}

/** How to wait for the lock. */
export interface WaitOptions {
  readonly waitMs: number;
  readonly clock: Clock;
  /** Ends the waiting; it then rejects. */
  readonly signal: AbortSignal;
  /** Called every few seconds with the holder. */
  readonly onWaiting: (event: { readonly holder: string; readonly waitedMs: number }) => void;
  /** Asked between two tries whether there is anything left to wait for. */
  readonly isNeeded: () => Promise<boolean>;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
const SAY_EVERY_MS = 3000;

/**
 * How much longer than its limit a waiter may take, milliseconds. A try, a look at the records and the question who
 * holds the lock take a moment each, unless the server or a pooler does not answer.
 */
const GRACE_MS = 5000;

/** What a question may take in any case, so that a process that was suspended meanwhile still hears the answer. */
const ANSWER_MS = 2000;

const LATE = Symbol('late');

/**
 * Tries until the lock is ours. Each try is short and leaves nothing behind: a session that waits inside the server
 * would hang CREATE INDEX CONCURRENTLY, which waits for every transaction older than itself.
 *
 * @returns undefined when there was nothing left to wait for
 * @throws LockWaitError when the time is over, at most 7 s later
 */
export async function acquire(lock: MigrationLock, options: WaitOptions): Promise<HeldLock | undefined> {
  const { clock, waitMs, signal } = options;
  const started = clock.now();
  let isSilent = false;
  const withinLimit = async <T>(work: Promise<T>, late: T): Promise<T> => {
    const left = started + waitMs + GRACE_MS - clock.now();
    const answer = await within(Math.max(left, isSilent ? 0 : ANSWER_MS), work);
    isSilent = answer === LATE;
    return answer === LATE ? late : answer;
  };
  let holder = 'unknown (no answer)';
  const askHolder = async () => (holder = await withinLimit(lock.describeHolder(), holder));
  let sayAt = SAY_EVERY_MS;
  // The first try has limits of its own: nothing is known yet of another process.
  let held = await firstTry(lock, signal);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    if (held) return held;
    if (!(await withinLimit(options.isNeeded(), true))) return undefined;
    const waitedMs = clock.now() - started;
    if (waitedMs >= waitMs) throw new LockWaitError(waitedMs, await askHolder(), lock.remedy);
    if (waitedMs >= sayAt) {
      options.onWaiting({ holder: await askHolder(), waitedMs });
      sayAt = waitedMs + SAY_EVERY_MS;
    }
    await clock.pause(Math.min(jittered(pause), waitMs - waitedMs), signal).catch(() => undefined);
    signal.throwIfAborted();
    held = await withinLimit(lock.tryAcquire(), undefined);
  }
}

async function firstTry(lock: MigrationLock, signal: AbortSignal): Promise<HeldLock | undefined> {
  signal.throwIfAborted();
  return lock.tryAcquire();
}

/** What some work gives, unless that takes longer, on the clock of this machine. The work is left behind. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | typeof LATE> {
  const over = new AbortController();
  const limit = systemClock.pause(ms, over.signal).then((): typeof LATE => LATE);
  work.catch(() => undefined);
  limit.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    over.abort();
  }
}
