import { explainConnectFailure } from '../connect-failure.js';
import type { ReplicaSettings } from '../../replication.js';
import { askReplicas, SLOTS_READ } from '../replicas.js';
import { IN_RECOVERY } from '../lock/primary.js';
import { MINUS, TIMES } from '../../../sql/postgres-operators.js';

/** How far a standby has replayed, and since when; of the server that answers. */
export const REPLAYED = `${IN_RECOVERY} AS standby, pg_catalog.pg_last_wal_replay_lsn()::pg_catalog.text AS replayed,
  (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() ${MINUS} pg_catalog.pg_last_xact_replay_timestamp()) ${TIMES} 1000)::pg_catalog.float8 AS "ageMs"`;

const REPLICA = `SELECT ${REPLAYED}, ARRAY(${SLOTS_READ}) AS slots`;

/**
 * How long a replica may take to answer, milliseconds: who asks for readiness waits for 1 s, and one silent replica of
 * many must not make an application unready.
 */
const LIMIT_MS = 500;

/** What a standby knows of itself. */
export interface Replayed {
  readonly standby: boolean;
  /** A position of the log; null of a primary that never was a standby. */
  readonly replayed: string | null;
  /** How long ago the last transaction that it has replayed was committed, milliseconds; null for none. */
  readonly ageMs: number | null;
}

/** A server of DATABASE_REPLICA_URLS: what it says, or why it says nothing. */
export interface AskedReplica {
  /** Host and port. */
  readonly server: string;
  readonly answer?: Replayed & { readonly slots: readonly string[] };
  readonly failure?: string;
}

/** Asks all servers of DATABASE_REPLICA_URLS how far they are. */
export async function askHowFar(settings: ReplicaSettings | undefined): Promise<readonly AskedReplica[]> {
  if (settings === undefined) return [];
  const answers = await askReplicas(settings, { sql: REPLICA, limitMs: LIMIT_MS });
  return answers.map(({ server, row, failure }) =>
    row === undefined
      ? { server, failure: explainConnectFailure(failure).reason }
      : { server, answer: row as unknown as NonNullable<AskedReplica['answer']> },
  );
}
