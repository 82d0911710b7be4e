import { randomBytes } from 'node:crypto';
import type { Place } from '../session.js';
import { ownClient, type PostgresClient } from './client.js';
import { EQ, GT } from '../../sql/postgres-operators.js';
import { ON_PRIMARY } from './lock/primary.js';
import { valueLiteral } from '../../sql/quote.js';

/** A pool that has no connection free answers late; then it cannot be told, milliseconds. */
const LIMIT_MS = 5000;
/** As many as get sessions that existed already, which proves nothing, before it is given up. */
const MOST_CLIENTS = 25;
/** A pooler may open one session in advance while this looks; not two within milliseconds. */
const ENOUGH = 2;

/** The session of a client that stays silent meanwhile. */
interface Waiting {
  readonly client: PostgresClient;
  readonly pid: number;
  /** The server's clock. */
  readonly since: string;
  /** The last statement of the session, which no other client sends. */
  readonly marker: string;
}

/**
 * Whether a pooler gives each client a session of its own until it hangs up, as PgBouncer does in session mode. In
 * transaction mode another client gets the session of one that waits, since that is free; the server starts a process
 * for it only when none is. So while one client waits, others open a transaction each: one of them gets its session, or
 * two of them get new ones although its session is unused. An unknown result counts as no.
 */
export async function givesSessions(place: Place): Promise<boolean> {
  const clients: PostgresClient[] = [];
  const open = async () => {
    const client = ownClient(place, { query_timeout: LIMIT_MS });
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  };
  try {
    return await verifySessions(await waitingClient(await open()), open);
  } catch {
    return false;
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

async function verifySessions(waiting: Waiting, open: () => Promise<PostgresClient>): Promise<boolean> {
  let fresh = 0;
  for (let number = 0; number < MOST_CLIENTS && fresh < ENOUGH; number += 1) {
    const seen = await lookFrom(await open(), waiting);
    if (!seen.untouched) return false;
    if (seen.fresh) fresh += 1;
  }
  const { rows } = await waiting.client.query(
    `SELECT pg_catalog.pg_backend_pid() AS pid WHERE ${ON_PRIMARY}`,
  );
  return fresh === ENOUGH && rows[0]?.['pid'] === waiting.pid;
}

async function waitingClient(client: PostgresClient): Promise<Waiting> {
  const marker = `orchestrator-db ${randomBytes(12).toString('hex')}`;
  const { rows } = await client.query(
    `SELECT ${valueLiteral(marker)} AS marker, pg_catalog.pg_backend_pid() AS pid, pg_catalog.clock_timestamp()::pg_catalog.text AS since WHERE ${ON_PRIMARY}`,
  );
  return { client, marker, pid: Number(rows[0]?.['pid']), since: String(rows[0]?.['since']) };
}

/** The transaction stays open, so that the session is not given to the next one. */
async function lookFrom(
  client: PostgresClient,
  { pid, since, marker }: Waiting,
): Promise<{ readonly fresh: boolean; readonly untouched: boolean }> {
  const activity = 'pg_catalog.pg_stat_activity';
  const results = (await client.query(
    `BEGIN; SELECT
      (SELECT backend_start ${GT} ${valueLiteral(since)}::pg_catalog.timestamptz FROM ${activity} WHERE pid ${EQ} pg_catalog.pg_backend_pid()) AS fresh,
      (SELECT state ${EQ} 'idle' AND pg_catalog.strpos(query, ${valueLiteral(marker)}) ${GT} 0 FROM ${activity} WHERE pid ${EQ} ${pid}) AS untouched
      WHERE ${ON_PRIMARY}`,
  )) as unknown as readonly { readonly rows: readonly Readonly<Record<string, unknown>>[] }[];
  const row = results[1]?.rows[0];
  return { fresh: row?.['fresh'] === true, untouched: row?.['untouched'] === true };
}
