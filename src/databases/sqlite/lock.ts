import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { messageOf } from '../../errors.js';
import { LockUnavailableError } from '../../errors/migration.js';
import { SqliteHardLinksError } from '../../errors/server.js';
import type { HeldLock, MigrationLock } from '../lock.js';

/** A connection of whichever driver TypeORM has loaded, busy time-out 0. */
interface Connection {
  exec(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** What `sqlite3` exports. */
interface CallbackModule {
  readonly Database: new (path: string, opened: (error: Error | null) => void) => CallbackDatabase;
}

interface CallbackDatabase {
  configure(option: 'busyTimeout', value: number): void;
  exec(sql: string, done: (error: Error | null) => void): void;
  close(done: (error: Error | null) => void): void;
}

/** What `better-sqlite3` exports. */
type BlockingModule = new (
  path: string,
  options: { readonly timeout: number },
) => {
  exec(sql: string): unknown;
  close(): unknown;
};

const HELD: Pick<HeldLock, 'lost' | 'fence' | 'isAlive' | 'serverUpSince'> = {
  lost: new AbortController().signal,
  fence: undefined,
  isAlive: () => Promise.resolve(true),
  serverUpSince: () => Promise.resolve(undefined),
};

/**
 * `BEGIN EXCLUSIVE` on a file beside the database, which the operating system frees with its process, whatever becomes
 * of it. The file is never deleted: whoever still had it open would hold a lock that nobody else can see.
 */
export class SqliteLock implements MigrationLock {
  readonly remedy: string;
  readonly #dataSource: DataSource;
  readonly #path: string;
  readonly #describe: () => Promise<string | undefined>;
  #connection: Connection | undefined;

  /** @param describe says from the log who is running */
  constructor(dataSource: DataSource, describe: () => Promise<string | undefined>) {
    this.#dataSource = dataSource;
    this.#path = lockFile(String(dataSource.options.database));
    this.#describe = describe;
    this.remedy = `To look further: fuser -v '${this.#path}'.`;
  }

  async tryAcquire(): Promise<HeldLock | undefined> {
    const connection = (this.#connection ??= await this.#open());
    try {
      await connection.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      if (isBusy(error)) return undefined;
      throw unavailable(this.#path, error);
    }
    return { ...HELD, release: () => connection.exec('ROLLBACK').catch(() => undefined) };
  }

  async describeHolder(): Promise<string> {
    return (await this.#describe()) ?? 'it has not said who it is yet';
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close().catch(() => undefined);
  }

  async #open(): Promise<Connection> {
    const { sqlite } = this.#dataSource.driver as unknown as {
      readonly sqlite: CallbackModule | BlockingModule;
    };
    try {
      return 'Database' in sqlite ? await openCallback(sqlite, this.#path) : openBlocking(sqlite, this.#path);
    } catch (error) {
      throw unavailable(this.#path, error);
    }
  }
}

/** Whether another process holds the lock. A lock file that is not there yet is not made. */
export async function isFileHeld(dataSource: DataSource): Promise<boolean> {
  if (isInMemory(dataSource) || !existsSync(lockFile(String(dataSource.options.database)))) return false;
  const lock = new SqliteLock(dataSource, () => Promise.resolve(undefined));
  try {
    const held = await lock.tryAcquire();
    await held?.release();
    return held === undefined;
  } finally {
    await lock.close();
  }
}

/** Whether a database is of one process only. */
export function isInMemory(dataSource: DataSource): boolean {
  const database = String(dataSource.options.database);
  return database === '' || database.includes(':memory:') || database.includes('mode=memory');
}

/** A database in memory is of one process only. */
export const noLock: MigrationLock = Object.freeze<MigrationLock>({
  remedy: '',
  tryAcquire: () => Promise.resolve({ ...HELD, release: () => Promise.resolve() }),
  describeHolder: () => Promise.resolve('nobody'),
  close: () => Promise.resolve(),
});

/** The file beside a database, the same by whichever symbolic link the database is called. */
function lockFile(database: string): string {
  return `${databaseFile(database)}.migrate-lock`;
}

function databaseFile(database: string): string {
  return realPath(resolve(database.replace(/^file:/, '').replace(/\?.*$/, '')));
}

/**
 * Makes sure that the file that is locked is the only one that matters. The lock file stands beside one name, and names that are hard links may be in any folder. SQLite does not support them
 * either: https://www.sqlite.org/howtocorrupt.html#_multiple_links_to_the_same_file
 *
 * @throws SqliteHardLinksError
 */
export function assertOneName(dataSource: DataSource): void {
  const path = databaseFile(String(dataSource.options.database));
  const names = statSync(path, { throwIfNoEntry: false })?.nlink ?? 1;
  if (names > 1) throw new SqliteHardLinksError(path, names);
}

/** Whether it is one try too early, and not a failure. Either driver tells it another way. */
export function isBusy(error: unknown): boolean {
  return String((error as { readonly code?: unknown } | null | undefined)?.code).startsWith('SQLITE_BUSY');
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not created yet: its folder is what can be a link.
    return join(realpathSync(dirname(path)), basename(path));
  }
}

async function openCallback({ Database }: CallbackModule, path: string): Promise<Connection> {
  const database = await new Promise<CallbackDatabase>((done, fail) => {
    const opened = new Database(path, (error) => (error ? fail(error) : done(opened)));
  });
  database.configure('busyTimeout', 0);
  const settle = (run: (callback: (error: Error | null) => void) => void) =>
    new Promise<void>((done, fail) => run((error) => (error ? fail(error) : done())));
  return {
    exec: (sql) => settle((callback) => database.exec(sql, callback)),
    close: () => settle((callback) => database.close(callback)),
  };
}

function openBlocking(Database: BlockingModule, path: string): Connection {
  const database = new Database(path, { timeout: 0 });
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is to reject, as with the other driver
  const settle = async (run: () => unknown) => void run();
  return { exec: (sql) => settle(() => database.exec(sql)), close: () => settle(() => database.close()) };
}

function unavailable(path: string, error: unknown): LockUnavailableError {
  return new LockUnavailableError(
    `The file of the migration lock, ${path}, cannot be used: ${messageOf(error)}. Nothing was changed. This user must be able to write to it and to its folder.`,
    { cause: error },
  );
}
