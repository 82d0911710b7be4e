import type { DataSource } from 'typeorm';
import type { Line, ServerSession } from '../line.js';
import type { Place } from '../session.js';

/** The part of node-postgres' client that is used here. */
export interface PostgresClient {
  readonly processID?: number | null;
  connect(): Promise<unknown>;
  query(sql: string, values?: readonly unknown[]): Promise<PostgresResult>;
  on(event: 'error' | 'end', listener: (error?: Error) => void): unknown;
  off(event: 'end', listener: () => void): unknown;
  end(): Promise<void>;
}

/** What a statement gives. */
export interface PostgresResult {
  readonly rows: readonly Record<string, string | number | boolean | null>[];
}

/** With what further connections are opened; TypeORM's pool is one. */
export interface PostgresDriver {
  readonly Client: new (options: unknown) => PostgresClient;
  readonly options: Readonly<Record<string, unknown>>;
}

interface Pool extends PostgresDriver {
  /** Connections that nothing uses, each with what ends it after a while. */
  readonly _idle?: readonly { readonly client: unknown; readonly timeoutId?: { unref(): unknown } }[];
  on(event: 'connect', listener: (client: PostgresClient) => void): unknown;
}

/** What node-postgres' client shows of its state; another driver behind TypeORM may have none of it. */
interface Inside {
  /** False from the moment a statement is sent until all of its answer has arrived. */
  readonly readyForQuery?: boolean;
  readonly connection?: { readonly stream?: Stream };
}

interface Stream {
  readonly bytesRead?: number;
  readonly writableLength?: number;
  destroy?(reason?: Error): void;
  setKeepAlive?(on: boolean, idleMs: number): void;
}

/**
 * TCP's heartbeat on our side: it begins after 5 s without traffic, and Node gives up after 10 tries, 1 s apart. It
 * finds a lost network while everything that was sent has been acknowledged.
 */
export const KEEPALIVE = Object.freeze({ keepAlive: true, keepAliveInitialDelayMillis: 5000 });

/**
 * How long connecting may take where nothing is specified, milliseconds; node-postgres would wait forever.
 */
export const CONNECT_MS = 10_000;

/** How long a connection of our own may take, to be made and to answer, milliseconds. */
const ANSWER_MS = 2000;

/** One more connection to the same place, TLS and password included, not connected; `more` options besides. */
export function ownClient({ driver }: Place, more: object = {}): PostgresClient {
  const { Client, options } = driver as PostgresDriver;
  return new Client({ ...withHidden(options), ...more });
}

/** Opens one for a moment; given up when the answer takes longer than 2 s. */
export async function onOwnConnection(place: Place, sql: string, values: readonly unknown[]): Promise<void> {
  const client = ownClient(place);
  client.on('error', () => undefined);
  const late = setTimeout(() => hangUpClient(client), ANSWER_MS);
  try {
    await client.connect();
    await client.query(sql, values);
  } finally {
    clearTimeout(late);
    await endWithin(client, ANSWER_MS);
  }
}

/** Ends it with a farewell; a server that does not answer that within the limit, milliseconds, gets none. */
export async function endWithin(client: PostgresClient, limitMs: number): Promise<void> {
  const late = setTimeout(() => hangUpClient(client), limitMs);
  await client.end().catch(() => undefined);
  clearTimeout(late);
}

/** Ends it on this side, at once: requests under way are rejected, with the reason where there is one. */
export function hangUpClient(client: PostgresClient, reason?: Error): void {
  (client as Inside).connection?.stream?.destroy?.(reason);
}

const lines = new WeakMap<PostgresClient, Line>();

/** What can be seen of a connected client. From now on its heartbeat is on, and an end of it is no uncaught event. */
export function lineOf(client: PostgresClient): Line {
  const line = lines.get(client) ?? newLine(client);
  lines.set(client, line);
  return line;
}

function newLine(client: PostgresClient): Line {
  const inside = client as Inside;
  inside.connection?.stream?.setKeepAlive?.(true, KEEPALIVE.keepAliveInitialDelayMillis);
  let ended: Error | undefined;
  let session: ServerSession | undefined;
  client.on('error', (error) => (ended ??= error));
  return {
    get isWaiting() {
      return ended === undefined && inside.readyForQuery === false;
    },
    get isSending() {
      return (inside.connection?.stream?.writableLength ?? 0) > 0;
    },
    get received() {
      return inside.connection?.stream?.bytesRead ?? 0;
    },
    get ended() {
      return ended;
    },
    get session() {
      return session;
    },
    set session(is) {
      session = is;
    },
    hangUp: (reason) => hangUpClient(client, reason),
  };
}

/** Pools whose new clients have a listener already. */
const watchedPools = new WeakSet<Pool>();

/**
 * A session may end between the moment the pool hands its client out and the moment TypeORM listens to it; without a
 * listener that would end this process. Who works with the client learns of it by the next statement.
 */
export function surviveLostClients(dataSource: DataSource): void {
  const pool = poolOf(dataSource);
  if (watchedPools.has(pool) || typeof pool.on !== 'function') return;
  watchedPools.add(pool);
  pool.on('connect', surviveLoss);
}

/** The same for one client. */
export function surviveLoss(client: PostgresClient): void {
  client.on('error', () => undefined);
}

/**
 * Lets the process end although this client, if it is back in the pool, is connected: the pool refers to it again when
 * it hands it out. Otherwise a statement every few seconds would keep a process alive that has nothing else to do.
 */
export function letProcessEnd(dataSource: DataSource, client: unknown): void {
  // After `destroy` there is no pool.
  const { _idle: idle } = (poolOf(dataSource) as Pool | undefined) ?? {};
  const item = idle?.find((one) => one.client === client);
  if (item === undefined) return;
  item.timeoutId?.unref();
  (client as { unref?(): void }).unref?.();
}

/** TypeORM's pool, which is there while the DataSource is connected. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly master: Pool }).master;
}

/** pg-pool hides the password from enumeration, so a spread alone would lose it. */
export function withHidden(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...options, password: options['password'] };
}
