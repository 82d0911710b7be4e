/** Ends a run whose server is silent. A lost lock is noticed by src/databases/lock.ts. */

import type { Clock } from '../clock.js';
import type { Line } from '../databases/line.js';
import type { ServerProbe } from '../databases/probe.js';
import { SilenceWatch } from '../databases/silence.js';
import { ServerSilentError } from '../errors/connection.js';

/** What a watchdog works with. */
interface WatchdogOptions {
  readonly clock: Clock;
  /** With the password masked. */
  readonly database: string;
  readonly probe: (line: Line) => ServerProbe;
}

/** How long what was asked to end may take. */
const STOP_MS = 5000;
/** How long the run may take to unwind once its connections are gone. */
const UNWIND_MS = 3000;

/**
 * Ends a run whose server is silent, and one that was asked to end and does not.
 *
 * The lock's connection is silent by design and is never asked: a statement on it would hold up CREATE INDEX
 * CONCURRENTLY.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #watch: SilenceWatch;
  readonly #silence = new AbortController();
  readonly #over = new AbortController();
  readonly #stuck = new AbortController();
  #hasHungUp = false;

  constructor(options: WatchdogOptions) {
    const { clock, probe } = options;
    this.#options = options;
    const onSilent = (silentMs: number, found: string) => void this.#giveUp(silentMs, found);
    this.#watch = new SilenceWatch({ clock, probe, onSilent });
  }

  /** Aborted with a ServerSilentError. */
  get silence(): AbortSignal {
    return this.#silence.signal;
  }

  /** Whether it has ended the connections: nothing can be noted any more. */
  get hasHungUp(): boolean {
    return this.#hasHungUp;
  }

  /** From now on this connection is looked at, and ended with the others. */
  watch(line: Line): void {
    line.isWatched = true;
    this.#watch.watch(line);
  }

  /** Runs a body under it. What does not unwind when its connections are gone is left behind. */
  async during<T>(body: () => Promise<T>): Promise<T> {
    this.#watch.start();
    const stuck = this.#stuck.signal;
    const left = new Promise<never>((_resolve, reject) => {
      stuck.addEventListener('abort', () => reject(stuck.reason as Error));
    });
    try {
      return await Promise.race([body(), left]);
    } finally {
      this.#over.abort();
      this.#watch.stop();
      for (const line of this.#watch.lines) line.isWatched = false;
    }
  }

  /** Gives what runs a few seconds to end once a signal is aborted; then its connections are ended. */
  endAfter(signal: AbortSignal): void {
    const onAbort = () => void this.#endSoon(signal);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true, signal: this.#over.signal });
  }

  async #endSoon({ reason }: AbortSignal): Promise<void> {
    if (await this.#isOverWithin(STOP_MS)) return;
    await this.#hangUp(reason);
  }

  async #giveUp(silentMs: number, found: string): Promise<void> {
    const reason = new ServerSilentError(this.#options.database, silentMs, { found });
    this.#silence.abort(reason);
    await this.#hangUp(reason);
  }

  /** The reason comes first, so that it is reported instead of the ended connections. */
  async #hangUp(reason: unknown): Promise<void> {
    this.#hasHungUp = true;
    this.#watch.stop();
    for (const line of this.#watch.lines) line.hangUp();
    if (!(await this.#isOverWithin(UNWIND_MS))) this.#stuck.abort(reason);
  }

  /** Waits, and returns whether what it watches has ended meanwhile. */
  async #isOverWithin(ms: number): Promise<boolean> {
    const over = this.#over.signal;
    await this.#options.clock.pause(ms, over).catch(() => undefined);
    return over.aborted;
  }
}
