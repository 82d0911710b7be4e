import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresTarget } from '../src/database-url.js';
import { messageOf } from '../src/errors/base.js';
import { clientConfig } from '../src/databases/postgres/scratch/embedded-postgres.js';
import { CLIENT_NAME } from './online-watch.js';
import type { Operation, Query } from './online-operations.js';

/** How much traffic there is. */
export interface TrafficOptions {
  /** Statements in a second, all connections together. */
  readonly rate: number;
  /** What a client does next; it is asked when it can. */
  readonly operation: (asked: Asked) => Operation;
  /** A column that writers set at first; default none. */
  readonly written?: string | undefined;
}

/** Who asks for an operation. */
export interface Asked {
  readonly writes: boolean;
  /** A column that writers set besides. */
  readonly written: string | undefined;
  /** Another one each time. */
  readonly unique: string;
}

/** What clients saw. */
export interface Seen {
  /** How long each statement took from when it was due, milliseconds, ascending. */
  readonly latencies: readonly number[];
  /** The messages of those that failed, with how many. */
  readonly failures: ReadonlyMap<string, number>;
}

/** Traffic that goes on until it is stopped. */
export interface Traffic {
  /** From now on writers set this column. */
  write(column: string): void;
  /** Forgets what was seen up to now. */
  begin(): void;
  /** Lets every statement end that was due, and tells what was seen. */
  stop(): Promise<Seen>;
}

const READERS = 4;
const WRITERS = 4;
/** An operation of a writer is more than one statement now and then. */
const STATEMENTS_EACH = 1.25;

interface Shared {
  readonly options: TrafficOptions;
  written: string | undefined;
  over: boolean;
  since: number;
  latencies: number[];
  failures: Map<string, number>;
}

/**
 * Four readers and four writers, each with a connection. The load is open: every operation has its time, and one that
 * is due while its connection is busy waits for it, which counts.
 */
export async function startTraffic(target: PostgresTarget, options: TrafficOptions): Promise<Traffic> {
  const shared: Shared = {
    options,
    written: options.written,
    over: false,
    since: performance.now(),
    latencies: [],
    failures: new Map(),
  };
  const clients = await Promise.all(
    Array.from({ length: READERS + WRITERS }, async (_nothing, number) => {
      const client = new pg.Client({ ...clientConfig(target), application_name: `${CLIENT_NAME} ${number}` });
      await client.connect();
      return client;
    }),
  );
  const work = clients.map((client, number) => drive(client, number, shared));
  return {
    write: (column) => (shared.written = column),
    begin: () => Object.assign(shared, { since: performance.now(), latencies: [], failures: new Map() }),
    stop: async () => {
      shared.over = true;
      await Promise.all(work);
      await Promise.all(clients.map((client) => client.end()));
      return { latencies: shared.latencies.sort((a, b) => a - b), failures: shared.failures };
    },
  };
}

/** One connection: hands out operations when they are due, however long those before take. */
async function drive(client: pg.Client, number: number, shared: Shared): Promise<void> {
  const { rate, operation } = shared.options;
  const everyMs = (1000 * (READERS + WRITERS) * STATEMENTS_EACH) / rate;
  let last: Promise<void> = Promise.resolve();
  let due = performance.now() + (everyMs * number) / (READERS + WRITERS);
  for (let count = 0; !shared.over; count += 1) {
    await pause(Math.max(due - performance.now(), 0));
    const operationDue = due;
    const unique = `${number}-${count}`;
    const make = () => operation({ writes: number >= READERS, written: shared.written, unique });
    last = last.then(() => perform(client, { make, due: operationDue, shared }));
    due += everyMs;
  }
  await last;
}

interface Due {
  readonly make: () => Operation;
  readonly due: number;
  readonly shared: Shared;
}

/** Several statements are a transaction; the second is due when the first has ended. */
async function perform(client: pg.Client, { make, due, shared }: Due): Promise<void> {
  const operation = make();
  const transaction = operation.length > 1;
  let from = due;
  try {
    if (transaction) await client.query('BEGIN');
    for (const query of operation) from = await timedQuery(client, query, { from, shared });
    if (transaction) await client.query('COMMIT');
  } catch (error) {
    if (from >= shared.since) note(shared.failures, messageOf(error));
    if (transaction) await client.query('ROLLBACK').catch(() => undefined);
  }
}

/** Sends it; tells when it ended. */
async function timedQuery(
  client: pg.Client,
  { text, values }: Query,
  { from, shared }: { readonly from: number; readonly shared: Shared },
): Promise<number> {
  try {
    await client.query(text, [...values]);
  } finally {
    if (from >= shared.since) shared.latencies.push(performance.now() - from);
  }
  return performance.now();
}

function note(failures: Map<string, number>, message: string): void {
  failures.set(message, (failures.get(message) ?? 0) + 1);
}
