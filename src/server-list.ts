/** A server of a list, as a client reaches it. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** A value of `target_session_attrs`, as libpq has them. */
export type SessionAttributes = 'any' | 'read-write' | 'read-only' | 'primary' | 'standby' | 'prefer-standby';

/** All of them. */
export const SESSION_ATTRIBUTES: readonly SessionAttributes[] = [
  'any',
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
];

/**
 * Several servers with one database, or one with a condition on its role.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS
 */
export interface ServerList {
  /** In the order in which they are tried. */
  readonly servers: readonly ServerAddress[];
  /** Which of them may be connected to; default `any`. */
  readonly sessionAttributes: SessionAttributes;
  /** Whether each new connection tries them in another, random order. */
  readonly isBalanced: boolean;
}

const LISTED = ['host', 'port'] as const;

/** In their place, since a URL that has a user or a port needs a host; the one of the query replaces it. */
const NO_HOST = 'localhost';

/**
 * One URL for each server of a URL: `postgres://a:1,b:2/db` as of `?host=a,b&port=1,2`. A port that is specified once
 * is that of each server. Hosts of the query replace those before the path.
 *
 * @param fail called with what is wrong
 */
export function urlOfEach(url: string, fail: (problem: string) => never): readonly string[] {
  const [, before = '', authority = '', path = '', query = ''] =
    /^([^:]+:\/\/(?:[^/?#]*@)?)([^/?#@]*)([^?]*)(.*)$/s.exec(url) ?? [];
  const lists = LISTED.map((name) => listOf(query, name));
  const [named = []] = lists;
  const isNamed = named.some((host) => host !== '');
  if (!isNamed && before.endsWith('@') && authority === '')
    fail('has a user and no host; write the host after the @, or in the parameter "host"');
  const hosts = authority.split(',').map((host) => (isNamed ? host.replace(/^(?=:|$)/, NO_HOST) : host));
  const count = isNamed ? named.length : hosts.length;
  for (const list of [hosts, ...lists])
    if (list.length !== 1 && list.length !== count)
      fail(
        'the lists of hosts and ports have different lengths; write one port for each host, or one for all',
      );
  return Array.from({ length: count }, (_each, index) => {
    const own = (list: readonly string[]) => list[index] ?? list[0] ?? '';
    const queryOf = LISTED.reduce((text, name, at) => withValue(text, name, own(lists[at] ?? [])), query);
    return `${before}${own(hosts)}${path}${queryOf}`;
  });
}

function listOf(query: string, name: string): readonly string[] {
  const value = new RegExp(`[?&]${name}=([^&]*)`).exec(query)?.[1] ?? '';
  return value.split(/,|%2c/i);
}

function withValue(query: string, name: string, value: string): string {
  return query.replace(new RegExp(`([?&]${name}=)[^&]*`), (_all, before: string) => `${before}${value}`);
}

/** A URL as people read it, in three parts: the account with its password masked, the servers, the database. */
interface ShownParts {
  readonly before: string;
  readonly servers: string;
  readonly after: string;
}

/** The parts of a URL that is shown. */
export function shownParts(shown: string): ShownParts {
  const [, before = '', servers = '', after = ''] =
    /^(postgres:\/\/(?:.*@)?)([^/]*)(\/.*)$/.exec(shown) ?? [];
  return { before, servers, after };
}

/** A server as such a URL has it. */
export function shownServer(host: string, port: number | string | null | undefined): string {
  return `${host.includes(':') ? `[${host}]` : encodeURIComponent(host)}${port ? `:${port}` : ''}`;
}
