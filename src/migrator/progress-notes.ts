/** Keeps how far the backfill of a run is in the row of the run, where other sessions see it. */

import type { BackfillProgress } from '../databases/session.js';
import type { RunProgress } from './records/rows.js';
import type { RunSession } from './run-session.js';

/**
 * One note at a time, the newest where several wait. A note that cannot be written is left out: the backfill does not
 * depend on it.
 */
export class ProgressNotes {
  readonly #run: Pick<RunSession, 'executor' | 'log'>;
  readonly #revision: string;
  #next: RunProgress | undefined;
  #writing: Promise<void> | undefined;
  #hasWritten = false;

  constructor(run: Pick<RunSession, 'executor' | 'log'>, revision: string) {
    this.#run = run;
    this.#revision = revision;
  }

  take({ table, column, done, estimated, rate, secondsLeft }: BackfillProgress): void {
    this.#next = { revision: this.#revision, table, column, done, estimated, rate, secondsLeft };
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  /** Behind the statement that has reported: nothing is under way any more. */
  async end(): Promise<void> {
    this.#next = undefined;
    await this.#writing;
    if (this.#hasWritten) await this.#note(null);
  }

  async #write(): Promise<void> {
    for (let progress = this.#next; progress; progress = this.#next) {
      this.#next = undefined;
      this.#hasWritten = true;
      await this.#note(progress);
    }
  }

  async #note(progress: RunProgress | null): Promise<void> {
    const { executor, log } = this.#run;
    const statement = log.progressStatement(progress);
    if (statement !== undefined) await executor.beside(statement).catch(() => undefined);
  }
}
