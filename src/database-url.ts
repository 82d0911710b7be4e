import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as ConnectionString from 'pg-connection-string';
import { SettingsError, messageOf } from './errors/base.js';
import {
  SESSION_ATTRIBUTES,
  shownParts,
  shownServer,
  urlOfEach,
  type ServerAddress,
  type ServerList,
} from './server-list.js';

/**
 * When it is needed, and by `require`, as pg loads it: where pg is required while Node links modules, the exports that `import` finds of this
 * CommonJS package are undefined (seen with Node 20 in a bundle with several chunks).
 */
function connectionStrings(): typeof ConnectionString {
  return createRequire(import.meta.url)('pg-connection-string') as typeof ConnectionString;
}

/** The location of a database: the fields of every dialect. Each dialect adds its own fields. */
export interface DatabaseTarget {
  /** Name of the dialect. */
  readonly dialect: string;
  /** For people to read, without a password. */
  readonly shown: string;
}

/** A PostgreSQL server and database, parsed from a URL. */
export interface PostgresTarget extends DatabaseTarget {
  readonly dialect: 'postgres';
  /** Of several servers, the first. */
  readonly host: string;
  readonly port: number;
  /** Where the URL has several servers, or a condition on the role of one. */
  readonly list?: ServerList;
  readonly user?: string;
  readonly password?: string;
  readonly database: string;
  /** TLS as node-postgres takes it; `false` is none. */
  readonly ssl: false | TlsOptions;
  /** As specified in the URL (`application_name`, `options`). */
  readonly applicationName?: string;
  readonly options?: string;
  /** The URL with `***` for the password, for people to read. */
  readonly shown: string;
}

/** An SQLite file, or `:memory:`. */
export interface SqliteTarget extends DatabaseTarget {
  readonly dialect: 'sqlite';
  readonly path: string;
}

/** The target of a URL of the settings. */
export type KnownTarget = PostgresTarget | SqliteTarget;

/** The TLS options that a libpq-style URL can specify. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
  readonly checkServerIdentity?: () => undefined;
}

const POSTGRES_EXAMPLE = 'postgres://user:password@localhost:5432/orchestrator';
const PARAMETERS = [
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'application_name',
  'options',
  'host',
  'port',
  'target_session_attrs',
  'load_balance_hosts',
];
const BALANCED = ['disable', 'random'];
const NOT_ENCODED =
  'not a valid URL; check the port, and percent-encode the characters @ : / ? # % and spaces in user name and password (%40 %3A %2F %3F %23 %25 %20)';
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'];

/**
 * Parses `postgres://`, `postgresql://`, `sqlite:./file.db`, `sqlite:///./file.db`, `sqlite:////abs/file.db` and
 * `sqlite::memory:`. TLS follows libpq: https://www.postgresql.org/docs/current/libpq-ssl.html
 *
 * @param variable the environment variable with the URL, for messages
 * @throws SettingsError naming the variable, without a password
 */
export function parseDatabaseUrl(variable: string, url: string): KnownTarget {
  if (url.startsWith('sqlite:')) return parseSqliteUrl(variable, url);
  if (/^postgres(ql)?:\/\//.test(url)) return parsePostgresUrl(variable, url);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1];
  const problem = scheme ? `unknown scheme "${scheme}"` : 'not a URL with a scheme';
  throw new SettingsError(
    variable,
    `${problem}; supported are postgres:, postgresql: and sqlite:`,
    POSTGRES_EXAMPLE,
  );
}

/**
 * The same for scratch databases, which are created on one server.
 *
 * @throws SettingsError for several servers too
 */
export function parseScratchUrl(variable: string, url: string): KnownTarget {
  const target = parseDatabaseUrl(variable, url);
  if (!('list' in target)) return target;
  const problem = 'has several servers or target_session_attrs; scratch databases are created on one server';
  throw new SettingsError(variable, problem, POSTGRES_EXAMPLE);
}

/** Also accepts SQLAlchemy's form: three slashes before a relative path, four before an absolute one. */
function parseSqliteUrl(variable: string, url: string): SqliteTarget {
  const rest = url.slice('sqlite:'.length);
  const path = rest.startsWith('///') ? rest.slice(3) : rest;
  if (path === '' || path.startsWith('//') || path.includes('?'))
    throw new SettingsError(variable, problemOfSqlite(path), 'sqlite:./orchestrator.db');
  return Object.freeze({ dialect: 'sqlite', path, shown: `sqlite:${path}` });
}

function problemOfSqlite(path: string): string {
  if (path.includes('?')) return 'an SQLite URL takes no parameters';
  return path === ''
    ? 'an SQLite URL requires the path of a file'
    : 'an SQLite URL has no host: write sqlite:./file.db for a path from here, sqlite:////folder/file.db for an absolute one';
}

function parsePostgresUrl(variable: string, url: string): PostgresTarget {
  const fail = (problem: string): never => {
    throw new SettingsError(variable, problem, POSTGRES_EXAMPLE);
  };
  const urls = urlOfEach(url, fail);
  const each = urls.map((one) => parseServer(variable, one, fail));
  const [first] = each as [PostgresTarget, ...PostgresTarget[]];
  const list = listOf(each, new URL(urls[0] ?? url).searchParams);
  return Object.freeze({ ...first, ...list, shown: shownList(each) });
}

function parseServer(variable: string, url: string, fail: (problem: string) => never): PostgresTarget {
  const parsed = parseUrl(url, fail);
  const problem = problemOf(parsed);
  if (problem !== undefined) fail(problem);
  const config = parseWithTls(variable, url);
  const host = config.host || 'localhost';
  const database = decodeURIComponent(parsed.pathname.slice(1));
  const { searchParams } = parsed;
  return {
    dialect: 'postgres',
    host,
    port: Number(config.port || 5432),
    ...(config.user ? { user: config.user } : {}),
    ...(config.password ? { password: config.password } : {}),
    database,
    ssl: tlsOf(config.ssl),
    ...(searchParams.has('application_name')
      ? { applicationName: searchParams.get('application_name') as string }
      : {}),
    ...(searchParams.has('options') ? { options: searchParams.get('options') as string } : {}),
    shown: shownUrl({ ...config, host, database }),
  };
}

/** One server without a condition is no list. */
function listOf(
  servers: readonly ServerAddress[],
  parameters: URLSearchParams,
): { readonly list?: ServerList } {
  const named = parameters.get('target_session_attrs') ?? 'any';
  const sessionAttributes = SESSION_ATTRIBUTES.find((known) => known === named) ?? 'any';
  if (servers.length === 1 && sessionAttributes === 'any') return {};
  const addresses = servers.map(({ host, port }) => Object.freeze({ host, port }));
  const isBalanced = parameters.get('load_balance_hosts') === 'random';
  return { list: Object.freeze({ servers: addresses, sessionAttributes, isBalanced }) };
}

/** Messages never repeat the part after the authority: a raw / ? or # may have cut a password there. */
function parseUrl(url: string, fail: (problem: string) => never): URL {
  const [, authority = '', rest = ''] = /^[^:]+:\/\/([^/?#]*)(.*)$/s.exec(url) ?? [];
  if (/[@#]/.test(rest) || /\s|%(?![0-9a-f]{2})/i.test(url)) fail(NOT_ENCODED);
  const port = /:(\d+)$/.exec(authority.slice(authority.lastIndexOf('@') + 1))?.[1];
  if (port !== undefined && !isPort(port))
    fail(`bad port${authority.includes('@') ? ` "${port}"` : ''}, a port is a number from 1 to 65535`);
  try {
    decodeURIComponent(url);
    return new URL(url);
  } catch {
    return fail(NOT_ENCODED);
  }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}

function problemOf(url: URL): string | undefined {
  const database = url.pathname.slice(1);
  if (database === '') return 'the name of the database is missing at the end';
  if (/[/@:]/.test(database))
    return 'the name of the database contains one of / @ :, percent-encode them (also in user name and password)';
  const parameters = [...url.searchParams.keys()];
  for (const [index, parameter] of parameters.entries()) {
    if (parameters.indexOf(parameter) < index) return `parameter "${parameter}" is specified twice`;
    if (!PARAMETERS.includes(parameter))
      return `unknown parameter "${parameter}"; supported are ${PARAMETERS.join(', ')}`;
  }
  const port = url.searchParams.get('port');
  if (port !== null && !isPort(port))
    return 'bad port in the parameter "port", a port is a number from 1 to 65535';
  return (
    choiceProblemOf(url, 'target_session_attrs', SESSION_ATTRIBUTES) ??
    choiceProblemOf(url, 'load_balance_hosts', BALANCED) ??
    tlsProblemOf(url)
  );
}

function choiceProblemOf({ searchParams }: URL, name: string, known: readonly string[]): string | undefined {
  const value = searchParams.get(name);
  if (value === null || known.includes(value)) return undefined;
  return `${name} "${value}" is not supported; choose one of ${known.join(', ')}`;
}

/** `allow` and `prefer` fall back to plain text when the server has no TLS, which node-postgres cannot do. */
function tlsProblemOf(url: URL): string | undefined {
  const mode = url.searchParams.get('sslmode');
  const unknown = choiceProblemOf(url, 'sslmode', SSL_MODES);
  if (unknown !== undefined) return unknown;
  if (mode === 'verify-ca' && !url.searchParams.has('sslrootcert'))
    return 'sslmode=verify-ca requires sslrootcert, the file of the authority';
  for (const file of ['sslrootcert', 'sslcert', 'sslkey']) {
    const path = url.searchParams.get(file);
    if (path !== null && !isReadable(path)) return `${file}: cannot read the file "${path}"`;
  }
  if (url.searchParams.has('sslcert') !== url.searchParams.has('sslkey'))
    return 'sslcert and sslkey require each other; one of them is missing';
  return undefined;
}

function isReadable(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

function parseWithTls(variable: string, url: string): ReturnType<typeof ConnectionString.parse> {
  try {
    return connectionStrings().parse(url, { useLibpqCompat: true });
  } catch (error) {
    throw new SettingsError(variable, messageOf(error), POSTGRES_EXAMPLE);
  }
}

function tlsOf(ssl: unknown): false | TlsOptions {
  return typeof ssl === 'object' && ssl !== null ? Object.freeze({ ...ssl }) : false;
}

/** The same URL without its parameters, `***` for the password. */
function shownUrl({
  user,
  password,
  host,
  port,
  database,
}: ReturnType<typeof ConnectionString.parse>): string {
  const credentials = user ? `${encodeURIComponent(user)}${password ? ':***' : ''}@` : '';
  return `postgres://${credentials}${shownServer(host ?? '', port)}/${encodeURIComponent(database ?? '')}`;
}

/** Each server of a list, as of one. */
function shownList(each: readonly PostgresTarget[]): string {
  const parts = each.map(({ shown }) => shownParts(shown));
  const { before = '', after = '' } = parts[0] ?? {};
  return `${before}${parts.map(({ servers }) => servers).join(',')}${after}`;
}
