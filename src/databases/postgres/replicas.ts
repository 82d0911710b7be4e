import type { PostgresTarget } from '../../database-url.js';
import { EQ } from '../../sql/postgres-operators.js';
import type { ServerAddress, ServerList } from '../../server-list.js';
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
