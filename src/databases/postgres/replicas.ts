import type { DataSource } from 'typeorm';
import type { PostgresTarget } from '../../database-url.js';
import { ReplicaDiffersError } from '../../errors/server.js';
import { EQ } from '../../sql/postgres-operators.js';
import type { ServerAddress, ServerList } from '../../server-list.js';
import type { ConnectionSettings } from '../database.js';
import type { ReplicaSettings } from '../replication.js';
import type { Listed } from './choose-server.js';
import { clientOptions } from './client-options.js';
import { endWithin, type PostgresResult } from './client.js';
import { replicaPort, serverClient } from './list-client.js';

/** What TypeORM connects the pool of one server with. */
export interface Credentials {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly database: string;
  readonly ssl: PostgresTarget['ssl'];
}

/** How long a statement that compares two servers may take, milliseconds. */
const LIMIT_MS = 5000;

/** The replicas of the settings. */
export function replicasOf({ replicas = [] }: ReplicaSettings): readonly PostgresTarget[] {
  return replicas as readonly PostgresTarget[];
}

/** The pools for reads: one for each URL. The port is the number of the pool, from which its clients know their servers. */
export function replicaPools(
  replicas: readonly PostgresTarget[],
  credentialsOf: (target: PostgresTarget) => Credentials,
): readonly Credentials[] {
  return replicas.map((replica, index) => ({ ...credentialsOf(replica), port: replicaPort(index) }));
}

/** The servers of each pool, in the order in which they are tried: its own, those of the others, then the primary. */
export function replicaLists(
  replicas: readonly PostgresTarget[],
  primary: PostgresTarget,
): readonly (readonly Listed[])[] {
  const lists = replicas.map(listedOf);
  return lists.map((own) => [own, ...lists.filter((other) => other !== own), listedOf(primary)]);
}

function listedOf({ host, port, list = single({ host, port }), shown }: PostgresTarget): Listed {
  return { list, shown };
}

function single(server: ServerAddress): ServerList {
  return { servers: [server], sessionAttributes: 'any', isBalanced: false };
}

/** What a server of DATABASE_REPLICA_URLS has answered. */
interface ReplicaAnswer {
  /** Of its URL, without the password. */
  readonly url: string;
  /** Host and port. */
  readonly server: string;
  readonly row?: PostgresResult['rows'][number] | undefined;
  /** Why it could not be asked. */
  readonly failure?: unknown;
}

/** A statement that gives one row, and how long connecting and the answer may each take, milliseconds. */
interface Question {
  readonly sql: string;
  readonly limitMs: number;
}

/**
 * Asks every server of the replicas, on connections of their own and at once: one that does not answer takes as long
 * as it may. Those that the application reads from are asked also where this connection does not read from them.
 */
export function askReplicas(
  settings: ReplicaSettings,
  question: Question,
): Promise<readonly ReplicaAnswer[]> {
  const { observed = replicasOf(settings) } = settings;
  const servers = (observed as readonly PostgresTarget[]).flatMap((target) =>
    listedOf(target).list.servers.map((server) => ({ ...target, ...server })),
  );
  return Promise.all(
    servers.map(async (target): Promise<ReplicaAnswer> => {
      const named = { url: target.shown, server: `${target.host}:${target.port}` };
      try {
        return { ...named, row: await rowOf(settings, target, question) };
      } catch (failure) {
        return { ...named, failure };
      }
    }),
  );
}

async function rowOf(
  settings: ReplicaSettings,
  target: PostgresTarget,
  { sql, limitMs }: Question,
): Promise<ReplicaAnswer['row']> {
  const connectionTimeoutMillis = Math.min(settings.connectTimeoutMs, limitMs);
  const limits = { connectionTimeoutMillis, query_timeout: limitMs };
  const client = serverClient({ ...clientOptions(target, settings), ...limits });
  try {
    await client.connect();
    return (await client.query(sql)).rows[0];
  } finally {
    void endWithin(client, limitMs);
  }
}

/** The names of the slots that the subscriptions of a database read from, as one column. */
export const SLOTS_READ = `SELECT u.subslotname::pg_catalog.text FROM pg_catalog.pg_subscription u JOIN pg_catalog.pg_database d ON d.oid ${EQ} u.subdbid
     WHERE d.datname ${EQ} pg_catalog.current_database() AND u.subslotname IS NOT NULL`;

/** What tells a server and its database from others. */
interface Identity {
  /** The same on a primary and its standbys; null where the role may not read it. */
  readonly system: string | null;
  readonly database: string;
  /** Names of slots: those of a publisher, or those that a subscriber reads from. */
  readonly slots: readonly string[];
}

const IDENTITY = `SELECT (SELECT c.system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system() c) AS system,
  pg_catalog.current_database()::pg_catalog.text AS database,
  ARRAY(SELECT s.slot_name::pg_catalog.text FROM pg_catalog.pg_replication_slots s WHERE s.database ${EQ} pg_catalog.current_database()
    UNION ${SLOTS_READ}) AS slots`;

/**
 * Makes sure that each replica is one of this primary: by streaming, or by a subscription to it. One that cannot be
 * reached now is not looked at; new connections of its pool go elsewhere meanwhile.
 *
 * @param dataSource connected to the primary
 * @throws ReplicaDiffersError
 */
export async function assertReplicas(dataSource: DataSource, settings: ConnectionSettings): Promise<void> {
  if (replicasOf(settings).length === 0) return;
  const [primary] = await dataSource.query<readonly Identity[]>(IDENTITY);
  if (primary === undefined) return;
  const answers = await askReplicas(settings, { sql: IDENTITY, limitMs: LIMIT_MS });
  const wrong = answers.find(({ row }) => !isReplica(primary, row as Identity | undefined));
  if (wrong === undefined) return;
  throw new ReplicaDiffersError(wrong.url, settings.database.shown, wrong.server);
}

/** One that could not be asked counts as a replica. */
function isReplica(primary: Identity, replica: Identity | undefined): boolean {
  if (replica === undefined) return true;
  if (primary.system === replica.system && primary.database === replica.database) return true;
  return replica.slots.some((slot) => primary.slots.includes(slot));
}
