/** Runs a body until it succeeds: each revision, and the beginning of a run. */

import { jittered, type Clock } from '../clock.js';

/** How to try again. */
export interface RetryOptions {
  /** How often at most. */
  readonly tries: number;
  readonly clock: Clock;
  /** Ends it; what was thrown last is thrown. */
  readonly signal: AbortSignal;
  /** Whether trying again is worth it. */
  readonly isWorthIt: (error: unknown) => boolean;
  /** Called before each pause, which begins when it is done. */
  readonly onRetry: (event: {
    readonly tries: number;
    readonly pauseMs: number;
    readonly error: unknown;
  }) => void | Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Runs a body until it succeeds, with pauses that grow and differ from process to process. */
export async function withRetries<T>(options: RetryOptions, body: (tries: number) => Promise<T>): Promise<T> {
  const { clock, signal } = options;
  for (let tries = 1; ; tries += 1) {
    try {
      return await body(tries);
    } catch (error) {
      if (signal.aborted || tries >= options.tries || !options.isWorthIt(error)) throw error;
      const pauseMs = Math.round(jittered(Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS)));
      await options.onRetry({ tries, pauseMs, error });
      await clock.pause(pauseMs, signal).catch(() => undefined);
    }
  }
}
