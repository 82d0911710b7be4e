/** Whether replicas lag behind by more than an application allows. */

import type { DataSource } from 'typeorm';
import type { Clock } from '../clock.js';
import { databaseOf } from '../databases/registry.js';
import type { ReplicaLag } from '../databases/replication.js';
import type { Session } from '../databases/session.js';
import { settingsOf } from '../migrator/connections.js';
import { onSessionWithDeadline } from './with-deadline.js';

/** What a lag comes to. */
interface LagFound {
  /** Whether readers get rows that are older than the limit. */
  readonly isBehind: boolean;
  /** How many replicas lag by more than the limit, and how many do not answer. */
  readonly counts: { readonly behind: number; readonly away: number };
  /** One for each replica about which there is something to report. */
  readonly details: readonly string[];
  /** The same without numbers that differ from look to look. */
  readonly subject: string;
}

/** Between two looks at a replica that lags, milliseconds. */
const PAUSE_MS = 250;

/** How many earlier positions are kept, however old they are. */
const MARKS = 16;

/** How many are kept for each time as long as the limit. */
const MARKS_IN_LIMIT = 100;

/** Where the log ended at a look. */
interface Mark {
  readonly position: string;
  readonly at: number;
}

/** Looks repeatedly at the replicas that a DataSource reads from, and at its own server where that is a standby. */
export class LagWatch {
  readonly #dataSource: DataSource;
  readonly #clock: Clock;
  /** Where the log ended at earlier looks, newest last. */
  #marks: readonly Mark[] = [];

  constructor(dataSource: DataSource, clock: Clock) {
    this.#dataSource = dataSource;
    this.#clock = clock;
  }

  /**
   * Looks now.
   *
   * @param limitMs what no lag may exceed
   * @throws ConnectError, or an error of the driver, where the database does not answer
   */
  async look(limitMs: number): Promise<LagFound> {
    const lags = await onSessionWithDeadline(this.#dataSource, this.#clock, async (session) => {
      const position = await databaseOf(this.#dataSource).replication.position(session);
      const first = await this.#lagsAt(session, position);
      this.#marks = withMark(this.#marks, { position, at: this.#clock.now() }, limitMs);
      if (!first.some((lag) => isBehind(lag, limitMs))) return first;
      // After a quiet hour, the last transaction of a replica is an hour old while it replays the next one.
      await this.#clock.pause(PAUSE_MS);
      return this.#lagsAt(session, position);
    });
    return foundIn(lags, limitMs);
  }

  #lagsAt(session: Session, position: string): Promise<readonly ReplicaLag[]> {
    const settings = settingsOf(this.#dataSource);
    const now = this.#clock.now();
    const marks = this.#marks.map((mark) => ({ position: mark.position, agoMs: now - mark.at }));
    return databaseOf(this.#dataSource).replication.lag(session, { position, settings, marks });
  }
}

/** However often somebody looks, there are marks that are older than the limit, and not too many. Pure. */
function withMark(marks: readonly Mark[], mark: Mark, limitMs: number): readonly Mark[] {
  const last = marks.at(-1);
  if (last !== undefined && mark.at - last.at < limitMs / MARKS_IN_LIMIT) return marks;
  const all = [...marks, mark];
  return all.filter(({ at }, index) => index >= all.length - MARKS || mark.at - at <= 2 * limitMs);
}

/** What it does not receive any more it does not have, whatever its age is; where nobody knows, it is not behind. */
function isBehind({ state, lagMs, atLeastMs = 0 }: ReplicaLag, limitMs: number): boolean {
  if (state === 'detached') return lagMs === null || lagMs > limitMs;
  return (lagMs ?? atLeastMs) > limitMs;
}

/** What lags come to. Pure. */
function foundIn(lags: readonly ReplicaLag[], limitMs: number): LagFound {
  const behind = lags.filter((lag) => isBehind(lag, limitMs));
  const away = lags.filter(({ state }) => state === 'away');
  const told = lags.filter((lag) => behind.includes(lag) || lag.state === 'away' || lag.state === 'unknown');
  return {
    isBehind: behind.length > 0,
    counts: { behind: behind.length, away: away.length },
    details: told.map((lag) => wordsOf(lag, limitMs)),
    subject: told.map(({ server, state }) => `${server} ${state}`).join('; '),
  };
}

function wordsOf(replica: ReplicaLag, limitMs: number): string {
  const { server, state, lagMs, atLeastMs = 0, bytes, reason } = replica;
  const missing = bytes === null ? '' : `${bytes} bytes`;
  if (state === 'away')
    return `${server} cannot be reached (${reason}); new connections go to another server`;
  const parts = missing && ` (${missing})`;
  if (state === 'unknown' && isBehind(replica, limitMs))
    return `${server} lags behind by at least ${seconds(atLeastMs)} s${parts}, and the limit is ${seconds(limitMs)} s`;
  if (state === 'unknown') return `${server}: how long it lags behind cannot be known${parts}: ${reason}`;
  const why = reason === '' ? '' : `: ${reason}`;
  if (lagMs === null) return `${server} lags behind${missing && ` by ${missing}`}${why}`;
  return `${server} lags behind by ${seconds(lagMs)} s${parts}, and the limit is ${seconds(limitMs)} s${why}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1).replace(/\.0$/, '');
}
