import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

/** Time, handed in, so that tests have a time of their own. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
  /** Waits so many milliseconds; rejects when the signal is aborted meanwhile. */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

/** Not `performance.now`, for which Node loads twelve modules. */
function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** The clock of this machine. */
export const systemClock: Clock = Object.freeze({
  now,
  pause: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, signal ? { signal } : {}),
});

/** The same, for what may not keep a process alive. */
export const idleClock: Clock = Object.freeze({
  now,
  pause: (ms: number, signal?: AbortSignal) =>
    sleep(ms, undefined, { ref: false, ...(signal ? { signal } : {}) }),
});

/** Lets signals and other events in, which a driver that blocks would keep out until the end. */
export function nextTurn(): Promise<unknown> {
  return turn();
}

/** Milliseconds since 1970, for stamps. */
export function today(): number {
  return Date.now();
}

/** A pause of roughly that length, so that processes that failed together do not come back together. */
export function jittered(ms: number): number {
  return ms * (0.5 + Math.random());
}
