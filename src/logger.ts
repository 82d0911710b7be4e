import type { Logger } from 'typeorm';
import type { LogLevel } from './settings.js';
import { masked } from './text/secrets.js';
import { visible } from './text/visible.js';

/** Takes one line per call, without the line break. */
export type WriteLine = (line: string) => void;

const RANK: Readonly<Record<LogLevel, number>> = { error: 0, info: 1, sql: 2 };

/**
 * TypeORM's events, one line each, with control characters made visible. Statements are shown without parameters, which
 * may be secrets, and without passwords. TypeORM's `logging` option is ignored: its command line logs what DB_LOG sets.
 */
export class LineLogger implements Logger {
  readonly #level: LogLevel;
  readonly #write: WriteLine;
  readonly #writeOutcome: WriteLine;

  /**
   * @param level the least important kind of event to write
   * @param write takes events
   * @param writeOutcome takes the results of migration commands at every level; default: events of level `info`
   */
  constructor(level: LogLevel, write: WriteLine, writeOutcome?: WriteLine) {
    this.#level = level;
    this.#write = write;
    this.#writeOutcome = writeOutcome ?? ((line) => this.#event('info', line));
  }

  logQuery(query: string): void {
    this.#event('sql', query);
  }

  logQueryError(error: string | Error, query: string): void {
    this.#event('sql', `failed: ${error instanceof Error ? error.message : error}: ${query}`);
  }

  logQuerySlow(time: number, query: string): void {
    this.#event('info', `slow, ${time} ms: ${query}`);
  }

  logSchemaBuild(message: string): void {
    this.#writeOutcome(visible(message));
  }

  logMigration(message: string): void {
    this.#event('info', message);
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    this.#event(level === 'warn' ? 'error' : 'info', String(message));
  }

  #event(level: LogLevel, words: string): void {
    if (RANK[this.#level] >= RANK[level])
      this.#write(`${level}: ${visible(masked(words.replace(/\s+/g, ' ').trim()))}`);
  }
}
