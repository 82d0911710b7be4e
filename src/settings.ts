import { parseDatabaseUrl, parseScratchUrl, type KnownTarget } from './database-url.js';
import { SettingsError } from './errors/base.js';

/** The least important kind of event to log: `sql` also logs every statement. */
export type LogLevel = 'error' | 'info' | 'sql';

/** The settings from the environment, parsed once and frozen. */
export interface Settings {
  /** `DATABASE_URL`; default `sqlite:./orchestrator.db`. */
  readonly database: KnownTarget;
  /** Whether `DATABASE_URL` is set; production requires it. */
  readonly databaseGiven: boolean;
  /** `DATABASE_DIRECT_URL`: the server itself, for migrations, where DATABASE_URL is that of a connection pooler. */
  readonly direct?: KnownTarget;
  /** `DATABASE_REPLICA_URLS`: where TypeORM reads from; one pool of connections for each. */
  readonly replicas?: readonly KnownTarget[];
  /** `DB_POOL_SIZE`, connections, PostgreSQL only; default 10. */
  readonly poolSize: number;
  /** `DB_CONNECT_TIMEOUT_MS`, PostgreSQL only; default 5000. */
  readonly connectTimeoutMs: number;
  /** `DB_STATEMENT_TIMEOUT_MS`, PostgreSQL only, not for migrations; default 0, the server's own. */
  readonly statementTimeoutMs: number;
  /** `DB_BUSY_TIMEOUT_MS`: how long SQLite waits for another writer; default 5000. */
  readonly busyTimeoutMs: number;
  /** `DB_LOG`; default `info`. */
  readonly logLevel: LogLevel;
  /** `SCRATCH_DATABASE_URL`: a PostgreSQL server on which the generator may create and drop databases of its own. */
  readonly scratch?: KnownTarget;
  /** `SCRATCH_SETUP`: a file of SQL that runs first on each scratch database of PostgreSQL. */
  readonly scratchSetup?: string;
  /** `ADMIN_PASSWORD`, read by `init --admin`. */
  readonly adminPassword?: string;
}

/** The settings of scratch databases. */
export interface ScratchSettings extends Pick<Settings, 'scratch' | 'scratchSetup'> {
  /** Whether databases that are kept from former commands are not used, and made again; default false. */
  readonly isFresh?: boolean | undefined;
}

/** An environment, `process.env` for example. */
export type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS: readonly LogLevel[] = ['error', 'info', 'sql'];

/**
 * Parses the environment.
 *
 * @throws SettingsError naming the first variable whose value cannot be used
 */
export function parseSettings(env: Environment): Settings {
  const databaseUrl = env['DATABASE_URL'] || undefined;
  const directUrl = env['DATABASE_DIRECT_URL'] || undefined;
  const replicaUrls = env['DATABASE_REPLICA_URLS'] || undefined;
  const scratchUrl = env['SCRATCH_DATABASE_URL'] || undefined;
  const settings: Settings = Object.freeze({
    database: parseDatabaseUrl('DATABASE_URL', databaseUrl ?? 'sqlite:./orchestrator.db'),
    databaseGiven: databaseUrl !== undefined,
    poolSize: wholeNumber(env, 'DB_POOL_SIZE', { fallback: 10, least: 1 }),
    connectTimeoutMs: wholeNumber(env, 'DB_CONNECT_TIMEOUT_MS', { fallback: 5000, least: 1 }),
    statementTimeoutMs: wholeNumber(env, 'DB_STATEMENT_TIMEOUT_MS', { fallback: 0, least: 0 }),
    busyTimeoutMs: wholeNumber(env, 'DB_BUSY_TIMEOUT_MS', { fallback: 5000, least: 0 }),
    logLevel: logLevel(env),
    ...(directUrl === undefined ? {} : { direct: directTarget(directUrl) }),
    ...(replicaUrls === undefined ? {} : { replicas: replicaTargets(replicaUrls, databaseUrl ?? '') }),
    ...(scratchUrl === undefined ? {} : { scratch: parseScratchUrl('SCRATCH_DATABASE_URL', scratchUrl) }),
    ...(env['SCRATCH_SETUP'] ? { scratchSetup: env['SCRATCH_SETUP'] } : {}),
    ...(env['ADMIN_PASSWORD'] ? { adminPassword: env['ADMIN_PASSWORD'] } : {}),
  });
  PARSED.set(settings, env);
  return settings;
}

const PARSED = new WeakMap<object, Environment>();

/** Whether settings are exactly what `parseSettings` has made of an environment, and nothing was changed in them. */
export function isParsedFrom(env: Environment, settings: object): boolean {
  return PARSED.get(settings) === env;
}

/** The target of DATABASE_DIRECT_URL. Only PostgreSQL has poolers. */
function directTarget(url: string): KnownTarget {
  const target = parseDatabaseUrl('DATABASE_DIRECT_URL', url);
  if (target.dialect === 'postgres') return target;
  throw new SettingsError(
    'DATABASE_DIRECT_URL',
    'is an SQLite URL; only PostgreSQL has poolers',
    'postgres://user:password@localhost:5432/orchestrator',
  );
}

/** One URL may name several servers, with commas; so a comma separates two URLs only where another URL begins. */
function replicaTargets(urls: string, databaseUrl: string): readonly KnownTarget[] {
  const targets = urls
    .trim()
    .split(/[\s,]+(?=\w+:)/)
    .map((url) => parseDatabaseUrl('DATABASE_REPLICA_URLS', url));
  const isSqlite = targets.some(({ dialect }) => dialect !== 'postgres');
  if (!isSqlite && /^postgres/.test(databaseUrl)) return Object.freeze(targets);
  throw new SettingsError(
    'DATABASE_REPLICA_URLS',
    isSqlite ? 'has an SQLite URL; only PostgreSQL has replicas' : 'requires a DATABASE_URL of PostgreSQL',
    'postgres://user:password@replica:5432/orchestrator',
  );
}

function wholeNumber(
  env: Environment,
  variable: string,
  { fallback, least }: { fallback: number; least: number },
): number {
  const text = env[variable];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= least) return value;
  throw new SettingsError(
    variable,
    `"${text}" is not a whole number from ${least} to 999999999`,
    String(fallback),
  );
}

function logLevel(env: Environment): LogLevel {
  const text = env['DB_LOG'] || 'info';
  const level = LOG_LEVELS.find((known) => known === text);
  if (level) return level;
  throw new SettingsError('DB_LOG', `"${text}" is not one of ${LOG_LEVELS.join(', ')}`, 'info');
}

/** Whether this process is one of production, by NODE_ENV, as Node's ecosystem has it. */
export function isProduction(): boolean {
  return process.env['NODE_ENV'] === 'production';
}
