import type { DataSource } from 'typeorm';
import type { Clock } from '../clock.js';
import { checkDrift } from '../drift/check-drift.js';
import type { DriftReport } from '../drift/drift-report.js';
import { hasFindings, reportLines } from '../drift/report.js';
import { ConnectError, isOwnError, messageOf } from '../errors.js';
import { assertResponds, withDeadline, readPendingWithDeadline } from './with-deadline.js';

/**
 * Why traffic must not come. A database that answers and cannot be read has the code of the error as its reason,
 * `ROW_SECURITY` or `PRIVILEGE_MISSING` for example.
 */
export type Unready = 'unreachable' | 'pending' | 'drift' | Uppercase<string>;

/** Codes of errors that say that the database did not answer. */
const UNREACHABLE = ['CONNECT_FAILED', 'NOT_CONNECTED', 'CONNECTION_LOST', 'SERVER_SILENT'];

/** Every choice of what an answer shows. */
export const SHOW_DETAILS: readonly ShowDetails[] = ['never', 'always'];

/**
 * Whether an answer shows details: names of revisions, tables and constraints, and what the driver says. Health is often
 * asked for by anybody, so by default an answer holds the reason and counts.
 */
export type ShowDetails = 'never' | 'always';

/** Whether a database can be worked with. */
export type Health =
  | { readonly status: 'up'; readonly standby?: true }
  | {
      readonly status: 'down';
      readonly reason: Unready;
      /** How many revisions are pending; how many differences there are, and objects that cannot be compared. */
      readonly counts?: Readonly<Record<string, number>>;
      /** Only where they are shown. */
      readonly details?: readonly string[];
      readonly standby?: true;
    };

/** How readiness is found out. */
interface ReadinessOptions {
  /** How long what a drift check found is believed, milliseconds. */
  readonly driftCacheMs: number;
  readonly clock: Clock;
  readonly showDetails: ShowDetails;
  /** Told the details in one line whenever readiness changes. */
  readonly log: (line: string) => void;
}

/** What was found, whoever is shown it. */
type Found =
  | { readonly status: 'up'; readonly standby?: true }
  | {
      readonly status: 'down';
      readonly reason: Unready;
      readonly counts?: Readonly<Record<string, number>>;
      readonly details: readonly string[];
      readonly standby?: true;
    };

const UP: Found = { status: 'up' };

/** Tells over and over whether a database answers, and whether its schema is what the entities say. */
export class Readiness {
  readonly #dataSource: DataSource;
  readonly #options: ReadinessOptions;
  #drift: { readonly health: Promise<Found>; readonly at: number } | undefined;
  #lastDrift: Found | undefined;
  #logged = '';

  constructor(dataSource: DataSource, options: ReadinessOptions) {
    this.#dataSource = dataSource;
    this.#options = options;
  }

  /** Whether it answers at all, however busy the pool is. */
  async live(): Promise<Health> {
    const found = await orFailed(async () => {
      await assertResponds(this.#dataSource, this.#options.clock);
      return UP;
    });
    return this.#shown(found);
  }

  /** Whether it answers, no revision is pending, and there was no drift when that was last looked at. */
  async ready(): Promise<Health> {
    const found = await orFailed(async () => {
      const { pending, standby } = await readPendingWithDeadline(this.#dataSource, this.#options.clock);
      const server = standby ? { standby } : {};
      if (pending.length === 0) return { ...(await this.#driftHealth()), ...server };
      const counts = { pending: pending.length };
      return { status: 'down', reason: 'pending', counts, details: pending, ...server };
    });
    this.#logChange(found);
    return this.#shown(found);
  }

  #shown(found: Found): Health {
    if (found.status === 'up' || this.#options.showDetails === 'always') return found;
    const { status, reason, counts, standby } = found;
    const server = standby ? { standby } : {};
    return { status, reason, ...(counts === undefined ? {} : { counts }), ...server };
  }

  /** Those who may see details find them in the log, once and not with each look. */
  #logChange(found: Found): void {
    const words =
      found.status === 'up'
        ? 'ready again'
        : `not ready, ${found.reason}: ${found.details.map((detail) => detail.trim()).join('; ')}`;
    if (words === this.#logged || (found.status === 'up' && this.#logged === '')) return;
    this.#logged = words;
    this.#options.log(words);
  }

  /** While a check takes long, in a huge schema for example, what the last one found is still believed. */
  async #driftHealth(): Promise<Found> {
    const answer = this.#checkedDrift();
    const giveUp = () => undefined;
    try {
      return await withDeadline(this.#dataSource, { answer, giveUp }, this.#options.clock);
    } catch (error) {
      if (error instanceof ConnectError && this.#lastDrift) return this.#lastDrift;
      throw error;
    }
  }

  /** Those who ask at once, or within the time, wait for one check; one that failed is not believed. */
  #checkedDrift(): Promise<Found> {
    const { clock, driftCacheMs } = this.#options;
    if (this.#drift && clock.now() - this.#drift.at < driftCacheMs) return this.#drift.health;
    const drift = { health: this.#lookForDrift(), at: clock.now() };
    this.#drift = drift;
    drift.health.catch(() => {
      if (this.#drift === drift) this.#drift = undefined;
    });
    return drift.health;
  }

  async #lookForDrift(): Promise<Found> {
    const report = await checkDrift(this.#dataSource);
    const found: Found = hasFindings(report) ? driftIn(report) : UP;
    this.#lastDrift = found;
    return found;
  }
}

function driftIn(report: DriftReport): Found {
  return {
    status: 'down',
    reason: 'drift',
    counts: { differences: report.changes.length, uncomparable: report.uncomparable.length },
    details: reportLines(report, false).filter(Boolean),
  };
}

async function orFailed(look: () => Promise<Found>): Promise<Found> {
  try {
    return await look();
  } catch (error) {
    const words = error instanceof ConnectError ? error.failure.reason : messageOf(error);
    return { status: 'down', reason: reasonOf(error), details: [words] };
  }
}

/** What the driver itself throws comes from an attempt to connect. */
function reasonOf(error: unknown): Unready {
  if (!isOwnError(error) || UNREACHABLE.includes(error.code)) return 'unreachable';
  return error.code as Uppercase<string>;
}
