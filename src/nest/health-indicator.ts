import type { Health } from './readiness.js';

/** What @nestjs/terminus takes from an indicator: one entry by its key. */
export type HealthResult = Readonly<Record<string, Health>>;

/** What an indicator asks; `DatabaseModule` makes one for each database. */
export interface HealthSource {
  live(): Promise<Health>;
  ready(): Promise<Health>;
}

/** Indicators for @nestjs/terminus, which a check calls: `() => database.ready('database')`. */
export class DatabaseHealthIndicator {
  readonly #readiness: HealthSource;

  constructor(readiness: HealthSource) {
    this.#readiness = readiness;
  }

  /** Liveness: down only while the database does not answer. */
  async live(key: string): Promise<HealthResult> {
    return { [key]: await this.#readiness.live() };
  }

  /** Readiness: down, with the reason and counts, also while revisions are pending or the schema has drifted. */
  async ready(key: string): Promise<HealthResult> {
    return { [key]: await this.#readiness.ready() };
  }
}
