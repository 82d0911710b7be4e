import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Column, Entity, PrimaryColumn, type EntityManager } from 'typeorm';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import { isOwnError, messageOf } from '../../src/errors/base.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { withPrimary } from '../../src/with-primary.js';

/** What a client of the application writes down. */
@Entity('notes')
class Note {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('integer')
  lane!: number;
}

/** Its table, which is there before the first revision. */
export const NOTES = 'CREATE TABLE notes (id uuid PRIMARY KEY, lane integer NOT NULL)';

/** What the application saw. */
export interface ApplicationResult {
  /** Ids of the rows whose write was acknowledged. */
  readonly acknowledged: readonly string[];
  /** How many reads were answered by a standby. */
  readonly fromStandby: number;
  /** How many reads a primary answered where no standby could. */
  readonly fromPrimary: number;
  /** How often a request failed, by code. */
  readonly failures: Readonly<Record<string, number>>;
  /** Failures without a code, in words. */
  readonly uncoded: readonly string[];
  /** Own writes that withPrimary missed. */
  readonly wrong: readonly string[];
}

/** An application that runs. */
export interface Application {
  /** Ends it, and gives what it saw. */
  stop(): Promise<ApplicationResult>;
}

const LANES = 2;
const PAUSE_MS = 10;
/** How a server is told from its namesake that comes back at the same address. */
const SERVER = `inet_server_port() || ' since ' || pg_postmaster_start_time()`;

/** One process' memory of it, filled in as it goes on. */
interface Seen {
  readonly acknowledged: string[];
  readonly answeredBy: { standby: number; primary: number };
  readonly failures: Record<string, number>;
  readonly uncoded: string[];
  readonly wrong: string[];
}

/**
 * Starts an application that writes, reads its own writes by withPrimary, and reads on replicas.
 *
 * @param url of all servers
 * @param isSynchronous whether each acknowledged write outlives the primary
 */
export async function startApplication(url: string, isSynchronous: boolean): Promise<Application> {
  const dataSource = await sourceOf(url).initialize();
  const seen: Seen = {
    acknowledged: [],
    answeredBy: { standby: 0, primary: 0 },
    failures: {},
    uncoded: [],
    wrong: [],
  };
  const over = new AbortController();
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    while (!over.signal.aborted) {
      await request(dataSource, lane, { seen, isSynchronous });
      await pause(PAUSE_MS);
    }
  });
  return {
    stop: async () => {
      over.abort();
      await Promise.all(lanes);
      await dataSource.destroy();
      const { answeredBy, ...rest } = seen;
      return { ...rest, fromStandby: answeredBy.standby, fromPrimary: answeredBy.primary };
    },
  };
}

function sourceOf(url: string): GuardedDataSource {
  const env = {
    DATABASE_URL: `${url}?target_session_attrs=read-write`,
    DATABASE_REPLICA_URLS: `${url}?target_session_attrs=prefer-standby`,
    DB_POOL_SIZE: String(LANES),
  };
  const logger = new LineLogger('error', () => undefined);
  return createDataSource(parseSettings(env), { entities: [Note], migrations: [], logger });
}

interface Row {
  readonly id: string;
  readonly lane: number;
}

interface Kept {
  readonly seen: Seen;
  readonly isSynchronous: boolean;
}

async function request(dataSource: GuardedDataSource, lane: number, kept: Kept): Promise<void> {
  const { seen } = kept;
  try {
    const id = randomUUID();
    const writer = await withPrimary(dataSource, (manager) => write(manager, { id, lane }, seen));
    await readBack(dataSource, { id, writer }, kept);
    await dataSource.manager.countBy(Note, { lane });
    const isStandby = await dataSource.manager
      .createQueryBuilder()
      .select('pg_is_in_recovery()', 'standby')
      .from('(SELECT 1)', 'one')
      .getRawOne<{ readonly standby: boolean }>();
    seen.answeredBy[isStandby?.standby ? 'standby' : 'primary'] += 1;
  } catch (error) {
    count(seen, error);
  }
}

/** Writes, and reads it on the connection that has acknowledged it; gives the server's name. */
async function write(
  manager: EntityManager,
  { id, lane }: Row,
  { acknowledged, wrong }: Seen,
): Promise<string> {
  await manager.insert(Note, { id, lane });
  acknowledged.push(id);
  const { count: found, server } = await find(manager, id);
  if (found !== 1) wrong.push(`withPrimary does not find what it has written itself, on ${server}`);
  return server;
}

/** A later withPrimary may be on the next primary, which has it where replication is synchronous. */
async function readBack(
  dataSource: GuardedDataSource,
  { id, writer }: { readonly id: string; readonly writer: string },
  { seen, isSynchronous }: Kept,
): Promise<void> {
  const { count: found, server } = await withPrimary(dataSource, (manager) => find(manager, id));
  if (found === 1 || (server !== writer && !isSynchronous)) return;
  seen.wrong.push(`withPrimary on ${server} misses a write that ${writer} has acknowledged`);
}

async function find(
  manager: EntityManager,
  id: string,
): Promise<{ readonly count: number; readonly server: string }> {
  const [row] = await manager.query<{ count: number; server: string }[]>(
    `SELECT (SELECT count(*) FROM notes WHERE id = $1)::integer AS count, ${SERVER} AS server`,
    [id],
  );
  return row ?? { count: 0, server: 'no server' };
}

/** node-postgres gives no code to a connection that ends under a statement, and none to a pool that has none to give. */
const UNCODED = [
  [/Connection terminated|Client has encountered a connection error/, 'connection lost'],
  [/timeout exceeded when trying to connect/, 'no connection in time'],
] as const;

function count({ failures, uncoded }: Seen, error: unknown): void {
  const { code, driverError } = error as {
    readonly code?: string;
    readonly driverError?: { readonly code?: string };
  };
  const known = isOwnError(error) ? error.code : (driverError?.code ?? code);
  const name = known ?? UNCODED.find(([words]) => words.test(messageOf(error)))?.[1];
  if (name === undefined) uncoded.push(messageOf(error));
  else failures[name] = (failures[name] ?? 0) + 1;
}
