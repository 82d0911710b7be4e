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

/** How many earlier positions are kept. */
const MARKS = 16;

/** Looks repeatedly at the replicas that a DataSource reads from, and at its own server where that is a standby. */
export class LagWatch {
  readonly #dataSource: DataSource;
  readonly #clock: Clock;
  /** Where the log ended at earlier looks, newest last. */
  #marks: readonly { readonly position: string; readonly at: number }[] = [];

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
      this.#marks = [...this.#marks, { position, at: this.#clock.now() }].slice(-MARKS);
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

/** What it does not receive any more it does not have, whatever its age is; where nobody knows, it is not behind. */
function isBehind({ state, lagMs }: ReplicaLag, limitMs: number): boolean {
  return state === 'detached' ? lagMs === null || lagMs > limitMs : lagMs !== null && lagMs > limitMs;
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

function wordsOf({ server, state, lagMs, bytes, reason }: ReplicaLag, limitMs: number): string {
  const missing = bytes === null ? '' : `${bytes} bytes`;
  if (state === 'away') return `${server} cannot be reached (${reason}); its reads go to another server`;
  if (state === 'unknown')
    return `${server}: how long it lags behind cannot be known${missing && ` (${missing})`}: ${reason}`;
  const why = reason === '' ? '' : `: ${reason}`;
  if (lagMs === null) return `${server} lags behind${missing && ` by ${missing}`}${why}`;
  const lag = `${seconds(lagMs)} s${missing && ` (${missing})`}`;
  return `${server} lags behind by ${lag}, and the limit is ${seconds(limitMs)} s${why}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1).replace(/\.0$/, '');
}
