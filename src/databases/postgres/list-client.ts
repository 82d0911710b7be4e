import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { ServerAddress } from '../../server-list.js';
import type { Place } from '../session.js';
import { chooseInTurn, primaryAlone, type Answer, type Listed } from './choose-server.js';
import {
  CONNECT_MS,
  endWithin,
  surviveLoss,
  withHidden,
  type PostgresClient,
  type PostgresDriver,
} from './client.js';
import { explainConnectFailure } from './connect-failure.js';
import { IN_RECOVERY, STARTED_AT } from './lock/primary.js';

/** How long an answer may take, as a part of what connecting may take: whoever connects is told what each server says. */
const PART = 0.8;

const ROLE = `SELECT ${IN_RECOVERY} AS standby, pg_catalog.current_setting('transaction_read_only') AS read_only,
  pg_catalog.concat_ws(' ', ${STARTED_AT}, pg_catalog.current_setting('port')) AS identity`;

/** The options of a client that is to be told where to connect. */
interface ListOptions extends Readonly<Record<string, unknown>> {
  readonly listed?: Listed;
  /** For the pool of each replica, the lists in the order in which they are tried. */
  readonly replicas?: readonly (readonly Listed[])[];
  /** How long a server may be silent that a pool of replicas waits for, milliseconds; undefined for no limit. */
  readonly silenceMs?: number;
}

/** Pools of one DataSource share all options but the address: the port of a pool of replicas is its number. */
export function replicaPort(index: number): number {
  return -1 - index;
}

function isOfReplica({ replicas = [], port }: ListOptions): boolean {
  return replicas.some((_lists, index) => replicaPort(index) === Number(port));
}

function isFilled<T>(items: readonly T[]): items is readonly [T, ...T[]] {
  return items.length > 0;
}

/** The lists to try, in order; none where the address is the server's own. */
function listsOf({ listed, replicas = [], port }: ListOptions): readonly Listed[] {
  const own = replicas.find((_lists, index) => replicaPort(index) === Number(port));
  return own ?? (listed === undefined ? [] : [listed]);
}

/** Options that let a connection to the same servers lead to the primary. */
export function onPrimary({ driver }: Place): ListOptions {
  const { listed } = (driver as PostgresDriver).options as ListOptions;
  return listed === undefined ? {} : { listed: primaryAlone(listed) };
}

type Callback = (error?: unknown) => void;

/** The parts of node-postgres' client that its class here needs. */
interface Base extends PostgresClient {
  host: string;
  port: number;
  readonly connection: { readonly stream: Socket };
  connect(callback?: Callback): Promise<unknown>;
}

/** Asks a server over a connection of its own, which ends then. */
export async function askServer(server: ServerAddress, options: ListOptions): Promise<Answer> {
  const limit = Number(options['connectionTimeoutMillis'] || CONNECT_MS) * PART;
  const limits = { connectionTimeoutMillis: limit, query_timeout: limit };
  const client = serverClient({ ...options, ...server, ...limits });
  try {
    await client.connect();
    const { rows } = await client.query(ROLE);
    return {
      ...server,
      isStandby: rows[0]?.['standby'] === true,
      isReadOnly: rows[0]?.['read_only'] === 'on',
      identity: String(rows[0]?.['identity']),
    };
  } catch (error) {
    return { ...server, failure: failureWords(error) };
  } finally {
    void endWithin(client, limit);
  }
}

/** One that has answered was reached. */
function failureWords(error: unknown): string {
  const { reason, transient } = explainConnectFailure(error);
  return transient ? `cannot be reached (${reason})` : `cannot be used: ${reason}`;
}

/** A client of one server, not connected. */
export function serverClient(options: ListOptions): PostgresClient {
  const client = new (nodePostgres())(options);
  surviveLoss(client);
  return client;
}

let known: PostgresDriver['Client'] | undefined;

/**
 * A client of node-postgres that chooses its server when it connects, so that each new connection of a pool leads to
 * the server that has the wanted role by then. node-postgres has one host, and a client that failed cannot connect
 * again: hence other clients ask the servers before.
 */
export function listClient(): PostgresDriver['Client'] {
  return (known ??= classOver(nodePostgres()));
}

function nodePostgres(): new (options: unknown) => Base {
  return (createRequire(import.meta.url)('pg') as { readonly Client: new (options: unknown) => Base }).Client;
}

function classOver(Client: new (options: unknown) => Base): PostgresDriver['Client'] {
  return class ListClient extends Client {
    readonly #options: ListOptions;

    constructor(options: unknown) {
      super(options);
      this.#options = withHidden(options as ListOptions);
    }

    /** Not for a stream of rows, which pauses while its reader is slow. */
    override query(...statement: Parameters<Base['query']>): ReturnType<Base['query']> {
      const answer: unknown = super.query(...statement);
      if (answer instanceof Promise) this.#limitSilence(answer);
      return answer as ReturnType<Base['query']>;
    }

    /** A server that is stopped keeps its connections, and does not measure its own limit of a statement. */
    #limitSilence(answer: Promise<unknown>): void {
      const { silenceMs } = this.#options;
      if (silenceMs === undefined || !isOfReplica(this.#options)) return;
      const { stream } = this.connection;
      let { bytesRead } = stream;
      const timer = setInterval(() => {
        if (stream.bytesRead === bytesRead)
          stream.destroy(new Error(`${this.host}:${this.port} has not answered for ${silenceMs} ms`));
        ({ bytesRead } = stream);
      }, silenceMs);
      const clear = () => {
        clearInterval(timer);
      };
      answer.then(clear, clear);
    }

    override connect(callback?: Callback): Promise<unknown> {
      const chosen = this.#choose();
      if (callback === undefined) return chosen.then(() => super.connect());
      return chosen.then(() => void super.connect(callback), callback);
    }

    async #choose(): Promise<void> {
      const lists = listsOf(this.#options);
      if (!isFilled(lists)) return;
      const { host, port } = await chooseInTurn(lists, (server) => askServer(server, this.#options));
      Object.assign(this, { host, port });
    }
  };
}
