/** What a database knows of the servers that follow it. */

import type { DatabaseTarget } from '../database-url.js';
import type { StandbyProgress } from '../errors/standbys.js';
import type { Session } from './session.js';

/** The servers that follow a primary. */
export interface Followers {
  /** Those that stream from it. */
  readonly standbys: readonly StandbyProgress[];
  /** Those of DATABASE_REPLICA_URLS that answer. One that streams from the primary is in both lists. */
  readonly replicas: readonly StandbyProgress[];
  /** Servers of DATABASE_REPLICA_URLS that cannot be asked, and why. */
  readonly unseen: readonly { readonly server: string; readonly reason: string }[];
}

/** How old the rows of a server are. */
export interface ReplicaLag {
  /** Host and port. */
  readonly server: string;
  /**
   * `follows` with a lag that is known; `unknown` where it is behind and nobody can tell since when; `detached` where
   * it receives nothing any more; `away` where it does not answer.
   */
  readonly state: 'follows' | 'unknown' | 'detached' | 'away';
  /** Milliseconds; an upper bound. 0 where it has replayed all; null where it is not known. */
  readonly lagMs: number | null;
  /** A lower bound, milliseconds; only where `lagMs` is not known. */
  readonly atLeastMs?: number;
  /** What it has not replayed; null where it is not known. */
  readonly bytes: number | null;
  /** In words, for all states but `follows`. */
  readonly reason: string;
}

/** The settings of a connection that name its replicas. */
export interface ReplicaSettings {
  readonly connectTimeoutMs: number;
  readonly replicas?: readonly DatabaseTarget[];
  /** Those to ask how far they are, of a connection that does not read from them; default `replicas`. */
  readonly observed?: readonly DatabaseTarget[];
}

/** A position of the log, and the settings that name replicas. */
export interface Looked {
  readonly position: string;
  readonly settings: ReplicaSettings | undefined;
  /** Earlier positions: a server that has replayed one does not lag by more than that was ago, others by no less. */
  readonly marks?: readonly Mark[];
}

/** Where the log ended some time ago. */
export interface Mark {
  readonly position: string;
  readonly agoMs: number;
}

/** Looks at the servers that follow a primary. */
export interface Replication {
  /** @throws StandbysUnseenError where the role, or the server that answers, cannot know how far standbys are */
  assertSeen(session: Session): Promise<void>;
  /** Where the log ends: of a primary what it has written, of a standby what it has received. */
  position(session: Session): Promise<string>;
  /** Where the log of a primary ends, with what it has still to write: commits that did not wait for that are in it. */
  end(session: Session): Promise<string>;
  /** How far each has replayed up to the position. */
  followers(session: Session, looked: Looked): Promise<Followers>;
  /** The lag of each replica of the settings, and of the server itself where that is a standby. */
  lag(session: Session, looked: Looked): Promise<readonly ReplicaLag[]>;
}

/** Of a database that no server follows. */
export const NO_REPLICATION: Replication = Object.freeze<Replication>({
  assertSeen: () => Promise.resolve(),
  position: () => Promise.resolve(''),
  end: () => Promise.resolve(''),
  followers: () => Promise.resolve({ standbys: [], replicas: [], unseen: [] }),
  lag: () => Promise.resolve([]),
});
