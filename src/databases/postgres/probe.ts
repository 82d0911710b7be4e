import { codeOf } from '../driver-error.js';
import type { Line, ServerSession } from '../line.js';
import type { Place } from '../session.js';
import { hangUpClient, ownClient, type PostgresClient } from './client.js';
import type { ServerProbe, ServerWord } from '../probe.js';
import { isSqlState } from './sql-state.js';

/**
 * Asks the server on a new connection what the session at the other end of a line does. A refusal is an answer too,
 * "too many connections" for example, so no free slot is needed.
 *
 * @param pid what the server, or a pooler, called the session when it began, where nothing more is known of it
 */
export function probeServer(place: Place, line: Line, pid?: number | null): ServerProbe {
  // The limit is the watchdog's: it gives a host that is slow more time than one that is gone.
  const client = ownClient(place, { connectionTimeoutMillis: 0 });
  client.on('error', () => undefined);
  return {
    answer: wordOf(client, line, pid),
    giveUp: () => hangUpClient(client),
    isReached: () => streamOf(client)?.pending === false,
  };
}

/**
 * Without a session that it knows, behind a pooler above all, connecting is answer enough: the pool may be exhausted.
 */
async function wordOf(client: PostgresClient, line: Line, pid?: number | null): Promise<ServerWord> {
  try {
    await client.connect();
    if (line.session) return await stateOf(client, line.session);
    return pid ? await stateBehind(client, line, pid) : 'working';
  } catch (error) {
    if (!isSqlState(codeOf(error))) throw error;
    return 'working';
  }
}

/** A server that was restarted, or is another one, does not know the session. */
async function stateOf(client: PostgresClient, { pid, upSince }: ServerSession): Promise<ServerWord> {
  const { rows } = await client.query(
    `SELECT pg_catalog.pg_postmaster_start_time()::pg_catalog.text AS "upSince",
      (SELECT coalesce(a.state, 'hidden') FROM pg_catalog.pg_stat_activity a WHERE a.pid OPERATOR(pg_catalog.=) ${pid}) AS state`,
  );
  const [row] = rows;
  if (row?.['upSince'] !== upSince) return 'working';
  return row['state'] === null || String(row['state']).startsWith('idle') ? 'idle' : 'working';
}

/**
 * The same for a session of which only a number is known. A pooler makes up numbers, which shows in that of this
 * connection; one that this server does not know may be of another server behind the same address.
 */
async function stateBehind(client: PostgresClient, line: Line, pid: number): Promise<ServerWord> {
  const { rows } = await client.query(
    `SELECT pg_catalog.pg_backend_pid() AS own, pg_catalog.pg_postmaster_start_time()::pg_catalog.text AS "upSince",
      (SELECT a.state FROM pg_catalog.pg_stat_activity a WHERE a.pid OPERATOR(pg_catalog.=) ${pid}
        AND a.usename OPERATOR(pg_catalog.=) SESSION_USER AND a.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()) AS state`,
  );
  const { own, upSince, state } = rows[0] ?? {};
  if (own !== client.processID || typeof state !== 'string') return 'working';
  if (state.startsWith('idle')) return 'idle';
  line.session = { pid, upSince: String(upSince) };
  return 'working';
}

function streamOf(client: PostgresClient): { readonly pending?: boolean } | undefined {
  return (client as { readonly connection?: { readonly stream?: { readonly pending?: boolean } } }).connection
    ?.stream;
}
