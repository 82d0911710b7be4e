import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresTarget } from '../src/database-url.js';
import { clientConfig } from '../src/databases/postgres/scratch/embedded-postgres.js';

/** How often it looks. */
export const LOOK_MS = 100;

const LONGEST_WAIT = `SELECT coalesce(max(extract(epoch FROM clock_timestamp() - l.waitstart)) * 1000, 0)::float AS ms
  FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE NOT l.granted AND a.datname = current_database() AND a.application_name LIKE 'traffic %'`;

/** Looks again and again how long clients have waited for a lock; tells the longest, milliseconds, when it is stopped. */
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
  let longest = 0;
  while (!signal.aborted) {
    const { rows } = (await client.query(LONGEST_WAIT)) as {
      readonly rows: readonly { readonly ms: number }[];
    };
    longest = Math.max(longest, rows[0]?.ms ?? 0);
    await pause(LOOK_MS);
  }
  await client.end();
  return longest;
}
