/** Whether a session has what the options of its connection set: PgBouncer may be told to ignore them. */

import { OptionsIgnoredError } from '../../errors/server.js';
import { postgresLiteral } from '../../sql/quote.js';
import { EQ } from '../../sql/postgres-operators.js';
import type { PostgresClient, PostgresResult } from './client.js';
import { namesIn } from './search-path.js';
import { ALL_SETTINGS } from './session-settings.js';

/** What decides which object a name means, who acts, whether it may write, and our own. */
const DECISIVE: readonly string[] = [
  'search_path',
  'role',
  'session_authorization',
  'default_transaction_read_only',
  'orchestrator_db.max_lag',
  'orchestrator_db.backfill_pause',
];

/** Where a value comes from that the client has given, when it began the session or later. */
const BY_CLIENT: readonly unknown[] = ['client', 'session'];

/** The part of node-postgres' client that knows with what it connects: also PGOPTIONS, and what a URL has. */
interface Started extends PostgresClient {
  readonly connectionParameters?: {
    readonly host?: string;
    readonly port?: number;
    readonly options?: string;
  };
}

/** What a session says about one setting. */
interface Row {
  readonly login: string;
  readonly database: string;
  readonly name: string;
  readonly value: string | null;
  readonly source: string | null;
}

/** Sessions that were asked. A setting of one that has it stays there. */
const asked = new WeakSet<PostgresClient>();

/**
 * Asks a new session whether it has what its options set, in one message with `first`. Without such options nothing but
 * `first` is sent, and a session is asked once.
 *
 * @throws OptionsIgnoredError
 */
export async function assertOptionsHold(client: PostgresClient, first?: string): Promise<void> {
  const wanted = asked.has(client) ? new Map<string, string>() : decisiveOptions(optionsOf(client));
  const question = wanted.size === 0 ? undefined : questionAbout([...wanted.keys()]);
  const sql = [first, question].filter((part) => part !== undefined).join('; ');
  if (sql === '') return;
  const results = [await client.query(sql)].flat() as readonly PostgresResult[];
  if (question === undefined) return;
  const rows = (results.at(-1)?.rows ?? []) as unknown as readonly Row[];
  for (const row of rows) assertHolds(client, row, wanted.get(row.name) ?? '');
  asked.add(client);
}

/** The startup parameter `options` of a client. */
export function optionsOf(client: Started): string {
  return client.connectionParameters?.options ?? '';
}

function assertHolds(client: Started, row: Row, value: string): void {
  const isEqual = normal(row.name, row.value ?? '') === normal(row.name, value);
  if (isEqual || BY_CLIENT.includes(row.source)) return;
  const { host = 'localhost', port = 5432 } = client.connectionParameters ?? {};
  throw new OptionsIgnoredError(`postgres://${host}:${port}/${row.database}`, {
    name: row.name,
    value,
    found: row.value ?? '',
    login: row.login,
    database: row.database,
  });
}

/** Some of them are not in the list of settings, so their values alone count. */
function questionAbout(names: readonly string[]): string {
  return `SELECT session_user AS "login", pg_catalog.current_database() AS "database", s.name AS "name",
    pg_catalog.current_setting(s.name, true) AS "value", a.source AS "source"
    FROM pg_catalog.unnest(ARRAY[${names.map(postgresLiteral).join(', ')}]) AS s(name) LEFT JOIN ${ALL_SETTINGS} a ON a.name ${EQ} s.name`;
}

/** Names are compared as names, and a switch may be written in several ways; PostgreSQL shows on or off. */
function normal(name: string, value: string): string {
  if (name === 'search_path') return JSON.stringify(namesIn(value, '$user'));
  const text = value.trim();
  if (/^(?:on|t(?:r(?:ue?)?)?|y(?:es?)?|1)$/i.test(text)) return 'on';
  return /^(?:off?|f(?:a(?:l(?:se?)?)?)?|no?|0)$/i.test(text) ? 'off' : text;
}

/**
 * The decisive settings of a startup parameter `options`, by name; the last one counts. Written `-c name=value`,
 * `-cname=value` or `--name=value`; a backslash makes the next character, a space for example, part of the value.
 */
export function decisiveOptions(options: string): ReadonlyMap<string, string> {
  const words = [...options.matchAll(/(?:\\[^]|[^\\\s])+/g)].map(([word]) => word.replace(/\\([^])/g, '$1'));
  const settings = words.flatMap((word, index) => {
    if (word === '-c') return words[index + 1] ?? [];
    return /^(?:-c|--)(.+)$/s.exec(word)?.[1] ?? [];
  });
  const named = settings.map((setting) => {
    const at = setting.indexOf('=');
    return [setting.slice(0, at).toLowerCase().replaceAll('-', '_'), setting.slice(at + 1)] as const;
  });
  return new Map(named.filter(([name]) => DECISIVE.includes(name)));
}
