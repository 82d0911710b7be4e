import type { DataSource } from 'typeorm';
import type { Clock } from '../clock.js';
import { GuardedDataSource } from '../data-source.js';
import type { AcceptedDrift } from '../drift/accepted/accepted-file.js';
import { checkAgainst } from '../drift/check-drift.js';
import type { DriftReport } from '../drift/drift-report.js';
import { isUnreliable, reportLines, staleLines } from '../drift/report.js';
import { ConnectError, isOwnError, messageOf } from '../errors/base.js';
import { assertReplicaSchemas } from '../migrator/replica-schema.js';
import { LagWatch } from './lag.js';
import { withoutPartitionAhead } from './partitions-ahead.js';
import { assertResponds, withDeadline, readPendingWithDeadline } from './with-deadline.js';

/**
 * Why the application is not ready for traffic. For a database that answers but cannot be read, the reason is the code
 * of the error, `ROW_SECURITY` or `PRIVILEGE_MISSING` for example.
 */
export type Unready = 'unreachable' | 'pending' | 'drift' | 'lag' | Uppercase<string>;

/** Codes of errors for a database that does not answer. */
const UNREACHABLE = ['CONNECT_FAILED', 'NOT_CONNECTED', 'CONNECTION_LOST', 'SERVER_SILENT'];

/** Every value of `showDetails`. */
export const SHOW_DETAILS: readonly ShowDetails[] = ['never', 'always'];

/**
 * Whether an answer shows details: names of revisions, tables and constraints, and messages of the driver. Health is
 * often public, so by default an answer contains only the reason and counts.
 */
export type ShowDetails = 'never' | 'always';

/** Whether a database is ready for use. */
export type Health =
  | {
      readonly status: 'up';
      /**
       * With a limit for lag, the numbers of replicas that lag and that do not answer; and the number of tables without a
       * partition ahead. Only where there are some.
       */
      readonly counts?: Readonly<Record<string, number>>;
      /** What there is to report of replicas and partitions; only with `showDetails: always`. */
      readonly details?: readonly string[];
      readonly standby?: true;
    }
  | {
      readonly status: 'down';
      readonly reason: Unready;
      /** The numbers of pending revisions, of differences and uncomparable objects, or of replicas. */
      readonly counts?: Readonly<Record<string, number>>;
      /** Only with `showDetails: always`. */
      readonly details?: readonly string[];
      readonly standby?: true;
    };

/** The options of readiness. */
interface ReadinessOptions {
  /** How long the result of a drift check is used, milliseconds. */
  readonly driftCacheMs: number;
  /** By how much replicas may lag behind, milliseconds; undefined for a readiness that does not look at them. */
  readonly maxLagMs?: number | undefined;
  readonly clock: Clock;
  /** Differences that are no reason to be down. */
  readonly accepted?: AcceptedDrift | undefined;
  readonly showDetails: ShowDetails;
  /** Takes the details in one line whenever readiness changes. */
  readonly log: (line: string) => void;
}

/** The result with details, whether or not they are shown. */
type Found =
  | ({ readonly status: 'up'; readonly details?: readonly string[] } & Shown)
  | ({ readonly status: 'down'; readonly reason: Unready; readonly details: readonly string[] } & Shown);

interface Shown {
  readonly counts?: Readonly<Record<string, number>>;
  readonly standby?: true;
  /** What tells one change from another in the log; default the details. */
  readonly subject?: string;
}

const UP: Found = { status: 'up' };

/** Reports repeatedly whether a database answers, and whether its schema matches the entities. */
export class Readiness {
  readonly #dataSource: DataSource;
  readonly #options: ReadinessOptions;
  readonly #lag: LagWatch;
  #drift: { readonly health: Promise<Found>; readonly at: number } | undefined;
  #lastDrift: Found | undefined;
  #logged = '';
  #stale = '';

  constructor(dataSource: DataSource, options: ReadinessOptions) {
    this.#dataSource = dataSource;
    this.#options = options;
    this.#lag = new LagWatch(dataSource, options.clock);
  }

  /** Whether the database answers, even if the pool is busy. */
  async live(): Promise<Health> {
    const found = await orFailed(async () => {
      await assertResponds(this.#dataSource, this.#options.clock);
      return UP;
    });
    return this.#shown(found);
  }

  /** Whether the database answers, no revision is pending, the last check found no drift, and no replica lags. */
  async ready(): Promise<Health> {
    const found = await orFailed(async () => {
      const { pending, standby } = await readPendingWithDeadline(this.#dataSource, this.#options.clock);
      const server = standby ? { standby } : {};
      if (pending.length === 0) return { ...(await this.#schemaHealth()), ...server };
      const counts = { pending: pending.length };
      return { status: 'down', reason: 'pending', counts, details: pending, ...server };
    });
    this.#logChange(found);
    return this.#shown(found);
  }

  #shown(found: Found): Health {
    const shown: Health & { subject?: string; details?: readonly string[] } = { ...found };
    delete shown.subject;
    if (this.#options.showDetails === 'never') delete shown.details;
    return shown;
  }

  /** Logs the details once for each change, for people who may see them. */
  #logChange(found: Found): void {
    const { details = [], subject = details.join('; ') } = found;
    const about = found.status === 'up' ? subject : `${found.reason}: ${subject}`;
    if (about === this.#logged) return;
    this.#logged = about;
    this.#options.log(wordsOf(found));
  }

  /** An entry without a difference is no reason to be down: the database may have been repaired. */
  #logStale(report: DriftReport): void {
    const words = staleLines(report).join('; ');
    if (words !== '' && words !== this.#stale)
      this.#options.log(`${this.#options.accepted?.file ?? ''}: ${words}`);
    this.#stale = words;
  }

  /** Requests that need the primary are served while replicas lag, so a lag is looked at only where all else is right. */
  async #schemaHealth(): Promise<Found> {
    const { maxLagMs } = this.#options;
    const drift = await this.#driftHealth();
    if (drift.status === 'down' || maxLagMs === undefined) return drift;
    const { isBehind, counts, details, subject } = await this.#lag.look(maxLagMs);
    if (isBehind) return { status: 'down', reason: 'lag', counts, details, subject };
    if (details.length === 0) return drift;
    const { counts: more, details: others = [] } = drift;
    const all = { counts: { ...more, ...counts }, details: [...others, ...details] };
    return { status: 'up', ...all, subject: [...others, subject].join('; ') };
  }

  /** While a check takes long, in a huge schema for example, the result of the last one stays valid. */
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

  /** Shares one check between simultaneous requests, and reuses it for `driftCacheMs`. A failed check is dropped. */
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
    const [report, behind] = await Promise.all([
      checkAgainst(this.#dataSource, { accepted: this.#options.accepted }),
      withoutPartitionAhead(this.#dataSource),
      assertReplicas(this.#dataSource),
    ]);
    this.#logStale(report);
    const found: Found = isUnreliable(report) ? driftIn(report) : upWith(behind);
    this.#lastDrift = found;
    return found;
  }
}

async function assertReplicas(dataSource: DataSource): Promise<void> {
  if (dataSource instanceof GuardedDataSource) await assertReplicaSchemas(dataSource, dataSource.settings);
}

function upWith(withoutPartition: readonly string[]): Found {
  if (withoutPartition.length === 0) return UP;
  return {
    status: 'up',
    counts: { withoutPartitionAhead: withoutPartition.length },
    details: withoutPartition,
  };
}

function wordsOf(found: Found): string {
  const details = (found.details ?? []).map((detail) => detail.trim()).join('; ');
  if (found.status === 'down') return `not ready, ${found.reason}: ${details}`;
  return details === '' ? 'ready again' : `ready, but: ${details}`;
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

/** Errors of the driver come from an attempt to connect. */
function reasonOf(error: unknown): Unready {
  if (!isOwnError(error) || UNREACHABLE.includes(error.code)) return 'unreachable';
  return error.code as Uppercase<string>;
}
