/** Ends a run whose server is silent. A lost lock is noticed by src/databases/lock.ts. */

import type { Clock } from '../clock.js';
import type { Line } from '../databases/line.js';
import type { ServerProbe, ServerWord } from '../databases/probe.js';
import { ServerSilentError } from '../errors/connection.js';

/** What a watchdog works with. */
interface WatchdogOptions {
  readonly clock: Clock;
  /** With the password masked. */
  readonly database: string;
  readonly probe: (line: Line) => ServerProbe;
}

/** How often it looks. */
const TICK_MS = 1000;
/** How long a request may be under way without a word before the server is asked, each time. */
const PROBE_AFTER_MS = 10_000;
/** How long a host may take to accept a connection, and a server to answer on one, milliseconds. */
const REACH_MS = 10_000;
const ANSWER_MS = 60_000;
/** How often in a row, a tick apart, the server has to call the session idle. */
const IDLE_WORDS = 3;
const NO_ANSWER = 'The server answers neither on the open connection nor on a new one';
const NOT_WORKING =
  'The server answers on a new connection, but no longer works on the statement that this client waits for';
/** How long what was asked to end may take. */
const STOP_MS = 5000;
/** How long the run may take to unwind once its connections are gone. */
const UNWIND_MS = 3000;

/**
 * Ends a run whose server is silent, and one that was asked to end and does not.
 *
 * A statement of a revision may rightly take an hour, so silence alone means nothing: a second connection asks the
 * server. The lock's connection is silent by design and is never asked: a statement on it would hold up CREATE INDEX
 * CONCURRENTLY.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #lines = new Map<Line, Heard>();
  readonly #silence = new AbortController();
  readonly #over = new AbortController();
  readonly #stuck = new AbortController();
  #hasHungUp = false;

  constructor(options: WatchdogOptions) {
    this.#options = options;
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
    this.#lines.set(line, { received: line.received, since: this.#options.clock.now(), idle: 0 });
  }

  /** Runs a body under it. What does not unwind when its connections are gone is left behind. */
  async during<T>(body: () => Promise<T>): Promise<T> {
    void this.#patrol().catch(() => undefined);
    const stuck = this.#stuck.signal;
    const left = new Promise<never>((_resolve, reject) => {
      stuck.addEventListener('abort', () => reject(stuck.reason as Error));
    });
    try {
      return await Promise.race([body(), left]);
    } finally {
      this.#over.abort();
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

  async #patrol(): Promise<void> {
    while (!(await this.#isOverWithin(TICK_MS)))
      for (const [line, heard] of this.#lines) if (!this.#hasHungUp) await this.#look(line, heard);
  }

  async #look(line: Line, heard: Heard): Promise<void> {
    if (hasMoved(line, heard)) {
      this.watch(line);
      return;
    }
    const quiet = this.#options.clock.now() - (heard.asked ?? heard.since);
    if (quiet < (heard.idle > 0 ? TICK_MS : PROBE_AFTER_MS)) return;
    const word = await this.#ask(line);
    if (!this.#over.signal.aborted && !hasMoved(line, heard)) await this.#judge(line, heard, word);
  }

  async #judge(line: Line, heard: Heard, word: ServerWord | 'silent'): Promise<void> {
    // A request or its answer may be on its way while the server calls itself idle, so one such word is not enough.
    const idle = word === 'idle' && !line.isSending ? heard.idle + 1 : 0;
    if (word === 'silent') await this.#giveUp(heard, NO_ANSWER);
    else if (idle >= IDLE_WORDS) await this.#giveUp(heard, NOT_WORKING);
    else this.#lines.set(line, { ...heard, asked: this.#options.clock.now(), idle });
  }

  async #ask(line: Line): Promise<ServerWord | 'silent'> {
    const { clock } = this.#options;
    const begun = clock.now();
    for (;;) {
      const probe = this.#options.probe(line);
      const word = await this.#answerOf(probe, begun);
      probe.giveUp();
      if (word !== undefined) return word;
      const isLate = clock.now() - begun >= REACH_MS;
      if (isLate || (await this.#isOverWithin(TICK_MS))) return 'silent';
    }
  }

  /** Undefined when this probe got none. */
  async #answerOf({ answer, isReached }: ServerProbe, begun: number): Promise<ServerWord | undefined> {
    const { clock } = this.#options;
    let word: ServerWord | 'none' | undefined;
    answer.then(
      (is) => (word = is),
      () => (word = 'none'),
    );
    while (word === undefined && clock.now() - begun < (isReached() ? ANSWER_MS : REACH_MS))
      if (await this.#isOverWithin(TICK_MS / 4)) break;
    return word === 'none' ? undefined : word;
  }

  async #giveUp({ since }: Heard, found: string): Promise<void> {
    const { clock, database } = this.#options;
    const reason = new ServerSilentError(database, clock.now() - since, found);
    this.#silence.abort(reason);
    await this.#hangUp(reason);
  }

  /** The reason comes first, so that it is reported instead of the ended connections. */
  async #hangUp(reason: unknown): Promise<void> {
    this.#hasHungUp = true;
    for (const line of this.#lines.keys()) line.hangUp();
    if (!(await this.#isOverWithin(UNWIND_MS))) this.#stuck.abort(reason);
  }

  /** Waits, and returns whether what it watches has ended meanwhile. */
  async #isOverWithin(ms: number): Promise<boolean> {
    const over = this.#over.signal;
    await this.#options.clock.pause(ms, over).catch(() => undefined);
    return over.aborted;
  }
}

/** Whether nothing is awaited, or something has arrived. */
function hasMoved(line: Line, { received }: Heard): boolean {
  return !line.isWaiting || line.received !== received;
}

/**
 * What has arrived on a line, since when nothing more has, when the server was asked last, and how often it knew of
 * nothing.
 */
interface Heard {
  readonly received: number;
  readonly since: number;
  readonly asked?: number;
  readonly idle: number;
}
