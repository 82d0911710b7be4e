import type { DataSource } from 'typeorm';
import type { Clock } from '../clock.js';
import { checkDrift } from '../drift/check-drift.js';
import { hasFindings, reportLines } from '../drift/report.js';
import { messageOf } from '../errors.js';
import { readStatus } from '../migrator/status.js';
import { ANSWER_WITHIN_MS, answers } from './ping.js';

/** Why traffic must not come. */
export type Unready = 'unreachable' | 'pending' | 'drift';

/** Whether a database can be worked with. */
export type Health =
  | { readonly status: 'up' }
  | { readonly status: 'down'; readonly reason: Unready; readonly details: readonly string[] };

/** How readiness is found out. */
export interface ReadinessOptions {
  /** How long what a drift check found is believed, milliseconds. */
  readonly driftCacheMs: number;
  readonly clock: Clock;
}

const UP: Health = { status: 'up' };
const SILENT: Health = {
  status: 'down',
  reason: 'unreachable',
  details: [`no answer within ${ANSWER_WITHIN_MS} ms`],
};

/** Tells over and over whether a database answers, and whether its schema is what the entities say. */
export class Readiness {
  readonly #dataSource: DataSource;
  readonly #options: ReadinessOptions;
  #drift: { readonly health: Promise<Health>; readonly at: number } | undefined;

  constructor(dataSource: DataSource, options: ReadinessOptions) {
    this.#dataSource = dataSource;
    this.#options = options;
  }

  /** Whether it answers at all. */
  live(): Promise<Health> {
    return this.#ifItAnswers(() => Promise.resolve(UP));
  }

  /** Whether it answers, no revision is pending, and there was no drift when that was last looked at. */
  ready(): Promise<Health> {
    return this.#ifItAnswers(async () => {
      const { pending } = await readStatus(this.#dataSource);
      if (pending.length > 0) return { status: 'down', reason: 'pending', details: pending };
      return this.#driftHealth();
    });
  }

  async #ifItAnswers(look: () => Promise<Health>): Promise<Health> {
    try {
      return (await answers(this.#dataSource, this.#options.clock)) ? await look() : SILENT;
    } catch (error) {
      return { status: 'down', reason: 'unreachable', details: [messageOf(error)] };
    }
  }

  /** Those who ask at once, or within the time, wait for one check; one that failed is not believed. */
  async #driftHealth(): Promise<Health> {
    const { clock, driftCacheMs } = this.#options;
    if (this.#drift && clock.now() - this.#drift.at < driftCacheMs) return this.#drift.health;
    const drift = { health: this.#lookForDrift(), at: clock.now() };
    this.#drift = drift;
    drift.health.catch(() => {
      if (this.#drift === drift) this.#drift = undefined;
    });
    return drift.health;
  }

  async #lookForDrift(): Promise<Health> {
    const report = await checkDrift(this.#dataSource);
    if (!hasFindings(report)) return UP;
    return { status: 'down', reason: 'drift', details: reportLines(report, false).filter(Boolean) };
  }
}
