import type { Row } from './row.js';
import type { Session } from './session.js';

/** What a connection leads to. A field is absent where it does not apply or cannot be known for certain. */
export interface ServerFacts {
  /** Of the server or of the library: `18.4`. */
  readonly version: string;
  /** At the time of the look: a failover may change it. Decisions to write ask again. Absent without a server. */
  readonly role?: 'primary' | 'standby';
  /** Only with the extension Citus. */
  readonly citus?: 'coordinator' | 'worker';
  /** Only where there are some: the subscriptions that copy rows of a publisher into tables of this database. */
  readonly subscriptions?: readonly string[];
  /** Present if all clients share one session, as on PGlite. */
  readonly singleSession?: true;
  /** Present if a connection pooler is between this process and the server. */
  readonly pooler?: true;
}

/** How a kind of database shows what a connection leads to. */
export interface ServerReader {
  /** Columns of a SELECT: what every database answers. Another statement may have them beside its own. */
  readonly columns: string;
  /** The facts of a row with these columns; asks further only where there is more to know. */
  readonly facts: (session: Session, row: Row) => Promise<ServerFacts>;
}
