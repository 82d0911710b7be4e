import type { Session } from '../session.js';

/** A setting of a session and its value, as SQL takes it. */
export type Setting = readonly [name: string, value: string];

/**
 * The server's heartbeat to its client: begins after 5 s without traffic, three tries, 2 s apart; what was sent is
 * given up after 10 s without an acknowledgement. By default a client whose network is gone is missed after two hours,
 * and its locks last as long. Any role may set them, Unix sockets ignore them. Direct connections only: behind a pooler
 * the other end is the pooler, and is not ours to judge.
 */
export const TCP_SETTINGS: readonly Setting[] = [
  ['tcp_keepalives_idle', '5'],
  ['tcp_keepalives_interval', '2'],
  ['tcp_keepalives_count', '3'],
  ['tcp_user_timeout', '10000'],
];

/** A server that works on a statement looks up from it every 5 s; some platforms cannot, and refuse the value. */
export const CHECK_SETTING: Setting = ['client_connection_check_interval', '5000'];

/** Tries settings for the length of one statement; gives those that the server knows. Fails when it refuses a value. */
function trySettings(settings: readonly Setting[]): string {
  const values = settings.map(([name, value]) => `('${name}', '${value}')`).join(', ');
  return (
    `SELECT s.name, pg_catalog.set_config(s.name, s.value, true) FROM (VALUES ${values}) AS s(name, value) ` +
    'WHERE pg_catalog.current_setting(s.name, true) IS NOT NULL'
  );
}

/**
 * Sets one until the end of the transaction, as an item of a SELECT, where a condition holds and the server knows it.
 */
export function setLocally([name, value]: Setting, condition: string): string {
  return `CASE WHEN ${condition} AND pg_catalog.current_setting('${name}', true) IS NOT NULL THEN pg_catalog.set_config('${name}', '${value}', true) END`;
}

/** Those settings that the server takes; a run goes on without the others. */
export async function acceptedSettings(
  session: Session,
  wanted: readonly Setting[],
): Promise<readonly Setting[]> {
  try {
    const rows = (await session.query(trySettings(wanted))) as readonly { readonly name: string }[];
    return wanted.filter(([name]) => rows.some((row) => row.name === name));
  } catch (error) {
    if (session.isClosed) throw error;
    if (wanted.length === 1) return [];
    const each = [];
    for (const setting of wanted) each.push(...(await acceptedSettings(session, [setting])));
    return each;
  }
}
