import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresTarget } from '../src/database-url.js';
import { clientConfig } from '../src/databases/postgres/scratch/embedded-postgres.js';

/** How often it looks. */
export const LOOK_MS = 100;

/** The application names of clients that are watched begin with it. */
export const CLIENT_NAME = 'traffic';

const LONGEST_WAIT = `SELECT count(*)::integer AS clients,
    coalesce(max(extract(epoch FROM clock_timestamp() - l.waitstart)) * 1000, 0)::float AS ms
  FROM pg_stat_activity a LEFT JOIN pg_locks l ON l.pid = a.pid AND NOT l.granted
  WHERE a.datname = current_database() AND a.application_name LIKE '${CLIENT_NAME} %'`;

/** What one look has found. */
interface Look {
  readonly clients: number;
  readonly ms: number;
}

/**
 * Looks again and again how long clients have waited for a lock; tells the longest, milliseconds, when it is stopped. NaN
 * where it has never seen a client.
 */
export async function watchLocks(target: PostgresTarget): Promise<{ stop(): Promise<number> }> {
  const client = new pg.Client(clientConfig(target));
  await client.connect();
  const stopped = new AbortController();
  const watching = watch(client, stopped.signal);
  return {
    stop: () => {
      stopped.abort();
      return watching;
    },
  };
}

async function watch(client: pg.Client, signal: AbortSignal): Promise<number> {
  let longest = NaN;
  while (!signal.aborted) {
    const { rows } = (await client.query(LONGEST_WAIT)) as { readonly rows: readonly Look[] };
    const { clients = 0, ms = 0 } = rows[0] ?? {};
    if (clients > 0) longest = Math.max(Number.isNaN(longest) ? 0 : longest, ms);
    await pause(LOOK_MS);
  }
  await client.end();
  return longest;
}
