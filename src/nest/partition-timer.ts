import type { DataSource } from 'typeorm';
import { messageOf } from '../errors/base.js';
import { onDirectConnection } from '../migrator/direct-connection.js';
import { keepPartitions, type KeepReport } from '../partitions/keep-partitions.js';
import { counted } from '../text/counted.js';

/** What a timer needs. */
interface TimerOptions {
  readonly dataSource: DataSource;
  /** Between the end of one time and the next, milliseconds. */
  readonly everyMs: number;
  /** Takes one line for each event. */
  readonly log: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** Keeps the partitions of a database while an application runs: one of its replicas at a time. */
export class PartitionTimer {
  readonly #options: TimerOptions;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #warned = '';

  constructor(options: TimerOptions) {
    this.#options = options;
  }

  /** Nest calls it when the application has started. It does not wait for the first time. */
  onApplicationBootstrap(): void {
    this.#next();
  }

  /** Nest calls it before the database is closed. The statement that runs is the last one. */
  async onModuleDestroy(): Promise<void> {
    this.#stop.abort(new Error('the application stops'));
    clearTimeout(this.#timer);
    await this.#running;
  }

  #next(): void {
    this.#running = this.#keep().then(() => {
      if (this.#stop.signal.aborted) return;
      this.#timer = setTimeout(() => this.#next(), this.#options.everyMs);
      this.#timer.unref();
    });
  }

  /** No failure reaches the application; the same one is logged once. */
  async #keep(): Promise<void> {
    const { dataSource, log } = this.#options;
    const { signal } = this.#stop;
    try {
      const report = await onDirectConnection(dataSource, (direct) => keepPartitions(direct, { signal }));
      for (const words of doneWords(report)) log(words);
      this.#warn(report.tables.flatMap(({ refused }) => refused.map(({ message }) => message)).join(' '));
    } catch (error) {
      if (!signal.aborted) this.#warn(`The partitions were not kept: ${messageOf(error)}`);
    }
  }

  #warn(words: string): void {
    if (words !== '' && words !== this.#warned) this.#options.warn(words);
    this.#warned = words;
  }
}

function doneWords({ tables, expired }: KeepReport): readonly string[] {
  const deleted = expired.map(
    ({ table, rows }) => `deleted ${counted(rows, 'row')} of ${table} that expired`,
  );
  const kept = tables.flatMap(({ made, dropped }) => [
    ...(made.length > 0 ? [`made the partitions ${made.join(', ')}`] : []),
    ...(dropped.length > 0 ? [`dropped the partitions ${dropped.join(', ')}`] : []),
  ]);
  return [...kept, ...deleted];
}
