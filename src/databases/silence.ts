/** Tells a silent server from a busy one. */

import type { Clock } from '../clock.js';
import type { Line } from './line.js';
import type { ServerProbe, ServerWord } from './probe.js';

/** What it works with. */
interface SilenceOptions {
  readonly clock: Clock;
  readonly probe: (line: Line) => ServerProbe;
  /** Called once; nothing is looked at afterwards. `found` is what the second connection came to, in words. */
  readonly onSilent: (silentMs: number, found: string) => void;
  /** Lines that something else looks at for now. */
  readonly skips?: (line: Line) => boolean;
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

/**
 * Looks at connections on which a request is under way. A statement may rightly take an hour, so silence alone means
 * nothing: a second connection asks the server. A connection that waits for nothing is never asked about.
 */
export class SilenceWatch {
  readonly #options: SilenceOptions;
  readonly #lines = new Map<Line, Heard>();
  readonly #over = new AbortController();

  constructor(options: SilenceOptions) {
    this.#options = options;
  }

  /** From now on this connection is looked at. */
  watch(line: Line): void {
    this.#lines.set(line, { received: line.received, since: this.#options.clock.now(), idle: 0 });
  }

  /** The connections that it looks at. */
  get lines(): readonly Line[] {
    return [...this.#lines.keys()];
  }

  /** For how long a request has been under way on a connection without a word; undefined while there is none. */
  quietMs(line: Line): number | undefined {
    const heard = this.#lines.get(line);
    return heard && !hasMoved(line, heard) ? this.#options.clock.now() - heard.since : undefined;
  }

  /** Looks until it is stopped. */
  start(): void {
    void this.#patrol().catch(() => undefined);
  }

  stop(): void {
    this.#over.abort();
  }

  async #patrol(): Promise<void> {
    while (!(await this.#isOverWithin(TICK_MS)))
      for (const [line, heard] of this.#lines) if (!this.#over.signal.aborted) await this.#look(line, heard);
  }

  async #look(line: Line, heard: Heard): Promise<void> {
    if (hasMoved(line, heard) || this.#options.skips?.(line)) {
      this.watch(line);
      return;
    }
    const quiet = this.#options.clock.now() - (heard.asked ?? heard.since);
    if (quiet < (heard.idle > 0 ? TICK_MS : PROBE_AFTER_MS)) return;
    const word = await this.#ask(line);
    if (!this.#over.signal.aborted && !hasMoved(line, heard)) this.#judge(line, heard, word);
  }

  #judge(line: Line, heard: Heard, word: ServerWord | 'silent'): void {
    // A request or its answer may be on its way while the server calls itself idle, so one such word is not enough.
    const idle = word === 'idle' && !line.isSending ? heard.idle + 1 : 0;
    if (word === 'silent') this.#giveUp(heard, NO_ANSWER);
    else if (idle >= IDLE_WORDS) this.#giveUp(heard, NOT_WORKING);
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

  #giveUp({ since }: Heard, found: string): void {
    const { clock, onSilent } = this.#options;
    this.stop();
    onSilent(clock.now() - since, found);
  }

  /** Waits, and returns whether it was stopped meanwhile. */
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
