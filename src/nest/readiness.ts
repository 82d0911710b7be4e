import type { DataSource } from 'typeorm';
import type { Clock } from '../clock.js';
import { checkDrift } from '../drift/check-drift.js';
import { hasFindings, reportLines } from '../drift/report.js';
import { ConnectError, messageOf } from '../errors.js';
import { assertAnswers, inTime, readPendingInTime } from './in-time.js';

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

/** Tells over and over whether a database answers, and whether its schema is what the entities say. */
export class Readiness {
  readonly #dataSource: DataSource;
  readonly #options: ReadinessOptions;
  #drift: { readonly health: Promise<Health>; readonly at: number } | undefined;
  #lastDrift: Health | undefined;

  constructor(dataSource: DataSource, options: ReadinessOptions) {
    this.#dataSource = dataSource;
    this.#options = options;
  }

  /** Whether it answers at all, however busy the pool is. */
  live(): Promise<Health> {
    return orUnreachable(async () => {
      await assertAnswers(this.#dataSource, this.#options.clock);
      return UP;
    });
  }

  /** Whether it answers, no revision is pending, and there was no drift when that was last looked at. */
  ready(): Promise<Health> {
    return orUnreachable(async () => {
      const pending = await readPendingInTime(this.#dataSource, this.#options.clock);
      if (pending.length > 0) return { status: 'down', reason: 'pending', details: pending };
      return this.#driftHealth();
    });
  }

  /** While a check takes long, in a huge schema for example, what the last one found is still believed. */
  async #driftHealth(): Promise<Health> {
    const answer = this.#checkedDrift();
    const giveUp = () => undefined;
    try {
      return await inTime(this.#dataSource, { answer, giveUp }, this.#options.clock);
    } catch (error) {
      if (error instanceof ConnectError && this.#lastDrift) return this.#lastDrift;
      throw error;
    }
  }

  /** Those who ask at once, or within the time, wait for one check; one that failed is not believed. */
  #checkedDrift(): Promise<Health> {
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
    const health: Health = hasFindings(report)
      ? { status: 'down', reason: 'drift', details: reportLines(report, false).filter(Boolean) }
      : UP;
    this.#lastDrift = health;
    return health;
  }
}

async function orUnreachable(look: () => Promise<Health>): Promise<Health> {
  try {
    return await look();
  } catch (error) {
    const words = error instanceof ConnectError ? error.failure.reason : messageOf(error);
    return { status: 'down', reason: 'unreachable', details: [words] };
  }
}
