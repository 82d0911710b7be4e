import type { Health } from './readiness.js';

/** The result of an indicator for @nestjs/terminus: one entry by its key. */
export type HealthResult = Readonly<Record<string, Health>>;

/** The source of an indicator; `DatabaseModule` creates one for each database. */
export interface HealthSource {
  live(): Promise<Health>;
  ready(): Promise<Health>;
}

/** Indicators for @nestjs/terminus. A health check calls them: `() => database.ready('database')`. */
export class DatabaseHealthIndicator {
  readonly #readiness: HealthSource;

  constructor(readiness: HealthSource) {
    this.#readiness = readiness;
  }

  /** Liveness: down only while the database does not answer. */
  async live(key: string): Promise<HealthResult> {
    return { [key]: await this.#readiness.live() };
  }

  /** Readiness: also down, with the reason and counts, while revisions are pending or the schema has drifted. */
  async ready(key: string): Promise<HealthResult> {
    return { [key]: await this.#readiness.ready() };
  }
}
