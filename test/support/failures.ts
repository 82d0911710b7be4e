import { expect } from 'chai';
import pg from 'pg';
import { systemClock, type Clock } from '../../src/clock.js';
import { createDataSource, type DataSourceContents, type GuardedDataSource } from '../../src/data-source.js';
import type { KnownTarget, PostgresTarget } from '../../src/database-url.js';
import { OrchestratorDbError } from '../../src/errors/base.js';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { LineLogger } from '../../src/logger.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { lockKey, lockKeySql } from '../../src/databases/postgres/lock/lock.js';
import { parseSettings, type Settings } from '../../src/settings.js';
import { dumpOf, onRawConnection, rowsOf, type Row } from './cli-database.js';
import type { TestDatabase } from './databases.js';

/** How long a second connection may be in coming; the only pause that is a limit, and kept. */
export const PATIENCE_MS = 10_000;

/** Hardly waits between two tries. */
export const impatientClock: Clock = Object.freeze({
  now: systemClock.now,
  pause: (ms: number, signal?: AbortSignal) =>
    systemClock.pause(ms === PATIENCE_MS ? ms : Math.min(ms, 20), signal),
});

/** Contents of a DataSource: these migrations and no entity. */
export function only(...migrations: DataSourceContents['migrations']): Partial<DataSourceContents> {
  return { entities: [], migrations };
}

/** The error of ours with which something fails. */
export async function failureOf(work: Promise<unknown>): Promise<OrchestratorDbError> {
  const outcome: unknown = await work.then(
    (value: unknown) => new Error(`It succeeded: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (!(outcome instanceof OrchestratorDbError)) throw outcome;
  return outcome;
}

/** The same, a class and its words. */
export async function expectFailure(
  work: Promise<unknown>,
  type: abstract new (...args: never[]) => OrchestratorDbError,
  words: string | RegExp,
): Promise<void> {
  const failure = await failureOf(work);
  expect(failure.message)[typeof words === 'string' ? 'equal' : 'match'](words as string & RegExp);
  expect(failure).to.be.instanceOf(type);
}

/** A DataSource on any target, for the length of `use`. */
export async function onTarget<T>(
  target: KnownTarget,
  {
    contents,
    settings = {},
  }: { readonly contents: Partial<DataSourceContents>; readonly settings?: Partial<Settings> },
  use: (dataSource: GuardedDataSource) => Promise<T>,
): Promise<T> {
  const logger = new LineLogger('error', () => undefined);
  const dataSource = createDataSource(
    { ...parseSettings({}), database: target, ...settings },
    { entities: [], migrations: [], logger, heartbeat: false, ...contents },
  );
  await dataSource.initialize();
  try {
    return await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** A database that raw connections of tests can read. */
export function readable(target: KnownTarget): TestDatabase {
  return { dialect: target.dialect, target } as TestDatabase;
}

const OURS = /^migrations_(run|attempt)/;

/**
 * Everything in the database but the log, whose purpose is to report what happened, and the counter that numbers
 * records, which no rollback takes back.
 */
export async function formerState(database: TestDatabase): Promise<Readonly<Record<string, readonly Row[]>>> {
  const dump = await dumpOf(database);
  const isOurs = (name: unknown) =>
    OURS.test(String(name)) || name === 'migrations' || name === 'migrations_id_seq';
  const counters = (rows: readonly Row[] | undefined) =>
    (rows ?? []).filter(({ name, sequencename }) => !isOurs(name ?? sequencename));
  return {
    ...Object.fromEntries(Object.entries(dump).filter(([name]) => !OURS.test(name))),
    counters: counters(dump['counters']),
    sqlite_sequence: counters(dump['sqlite_sequence']),
  };
}

/** The outcomes of runs in the log, oldest first. */
export function runsIn(database: TestDatabase): Promise<readonly Row[]> {
  return rowsOf(database, 'SELECT direction, outcome, error FROM migrations_run ORDER BY id');
}

/** The attempts in the log, oldest first. */
export function attemptsIn(database: TestDatabase): Promise<readonly Row[]> {
  return rowsOf(
    database,
    'SELECT revision, direction, kind, outcome, tries, error FROM migrations_attempt ORDER BY id',
  );
}

/** Names in the list of applied revisions. */
export async function recordsIn(database: TestDatabase): Promise<readonly string[]> {
  const rows = await rowsOf(database, 'SELECT name FROM migrations ORDER BY id');
  return rows.map(({ name }) => String(name));
}

/** Provides a session of PostgreSQL beside all others. */
export async function withClient<T>(target: KnownTarget, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(clientConfig(target as PostgresTarget));
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Holds the migration lock as another process would, while `use` runs. */
export function holdingLock<T>(database: Pick<TestDatabase, 'target'>, use: () => Promise<T>): Promise<T> {
  if (database.target.dialect === 'sqlite') {
    const side = { ...database.target, path: `${database.target.path}.migrate-lock` };
    return onRawConnection(readable(side), async (query) => {
      await query('BEGIN EXCLUSIVE');
      return use().finally(() => query('ROLLBACK'));
    });
  }
  return withClient(database.target, async (client) => {
    await client.query("BEGIN; SET application_name = 'somebody else'");
    await client.query(`SELECT pg_advisory_xact_lock(${lockKeySql(lockKey('public.migrations'))})`);
    return use().finally(() => client.query('ROLLBACK'));
  });
}

/** The events of one kind. */
export function ofKind<K extends MigrationEvent['kind']>(
  events: readonly MigrationEvent[],
  kind: K,
): readonly Extract<MigrationEvent, { readonly kind: K }>[] {
  return events.filter(
    (event): event is Extract<MigrationEvent, { readonly kind: K }> => event.kind === kind,
  );
}
