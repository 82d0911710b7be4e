import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf } from '../../errors/base.js';
import { LockUnavailableError } from '../../errors/migration.js';
import { DatabaseReplacedError, SqliteHardLinksError } from '../../errors/server.js';
import { codeOf } from '../driver-error.js';
import type { HeldLock, MigrationLock } from '../lock.js';
import type { Place, Session } from '../session.js';
import { closeNative, execNative, openNative, type NativeConnection, type SqliteModule } from './native.js';

const HELD: Pick<HeldLock, 'lost' | 'fence' | 'isAlive' | 'serverUpSince'> = {
  lost: new AbortController().signal,
  fence: undefined,
  isAlive: () => Promise.resolve(true),
  serverUpSince: () => Promise.resolve(undefined),
};

/**
 * `BEGIN EXCLUSIVE` on a file beside the database, which the operating system frees with its process, whatever becomes
 * of it. The file is never deleted: a process that still had it open would hold a lock that no other process sees.
 */
export class SqliteLock implements MigrationLock {
  readonly remedy: string;
  readonly #place: Place;
  readonly #path: string;
  readonly #describe: () => Promise<string | undefined>;
  readonly #file: string;
  readonly #opened: string | undefined;
  #connection: NativeConnection | undefined;

  /**
   * @param file the path of the database, without symbolic links
   * @param describe describes from the log who is running
   */
  constructor(file: string, place: Place, describe: () => Promise<string | undefined>) {
    this.#place = place;
    this.#path = lockFile(file);
    this.#file = file;
    this.#opened = identityOf(file);
    this.#describe = describe;
    this.remedy = `To look further: fuser -v '${this.#path}'.`;
  }

  async tryAcquire(): Promise<HeldLock | undefined> {
    const connection = (this.#connection ??= await this.#open());
    this.#assertWritable();
    if (!(await this.#begin(connection))) return undefined;
    const free = () => execNative(connection, ['ROLLBACK']).catch(() => undefined);
    const release = async () => {
      await free();
      this.#assertSameFile('ran');
    };
    try {
      this.#assertSameFile('waited');
    } catch (error) {
      await free();
      throw error;
    }
    return { ...HELD, release };
  }

  /** Whether another process holds the lock. A user who may only read the file learns it too. */
  async isHeld(): Promise<boolean> {
    const connection = (this.#connection ??= await this.#open());
    if (!(await this.#begin(connection))) return true;
    await execNative(connection, ['ROLLBACK']);
    return false;
  }

  async #begin(connection: NativeConnection): Promise<boolean> {
    try {
      await execNative(connection, ['BEGIN EXCLUSIVE']);
      return true;
    } catch (error) {
      if (isBusy(error)) return false;
      throw unavailable(this.#path, error);
    }
  }

  /** On a file that it may only read, SQLite begins a transaction of readers, which excludes nobody. */
  #assertWritable(): void {
    try {
      accessSync(this.#path, constants.W_OK);
    } catch (error) {
      throw unavailable(this.#path, error);
    }
  }

  /** Whoever moves a copy to the path leaves the open connection with the former file, which has no name any more. */
  #assertSameFile(meanwhile: 'waited' | 'ran'): void {
    if (this.#opened !== undefined && identityOf(this.#file) !== this.#opened)
      throw new DatabaseReplacedError(this.#file, meanwhile);
  }

  async describeHolder(): Promise<string> {
    return (await this.#describe()) ?? 'its name is not known yet';
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection) await closeNative(connection).catch(() => undefined);
  }

  async #open(): Promise<NativeConnection> {
    try {
      return await openNative(this.#place.driver as SqliteModule, this.#path, { busyTimeoutMs: 0 });
    } catch (error) {
      throw unavailable(this.#path, error);
    }
  }
}

/** Whether another process holds the lock. It does not create a missing lock file. */
export async function isFileHeld(session: Session): Promise<boolean> {
  const file = await databaseFile(session);
  if (file === '' || !existsSync(lockFile(file))) return false;
  const lock = new SqliteLock(file, session.place, () => Promise.resolve(undefined));
  try {
    return await lock.isHeld();
  } finally {
    await lock.close();
  }
}

/** A database in memory is of one process only. */
export const noLock: MigrationLock = Object.freeze<MigrationLock>({
  remedy: '',
  tryAcquire: () => Promise.resolve({ ...HELD, release: () => Promise.resolve() }),
  describeHolder: () => Promise.resolve('no process'),
  close: () => Promise.resolve(),
});

function lockFile(file: string): string {
  return `${file}.migrate-lock`;
}

/**
 * The path of the database, the same by whichever symbolic link or URI it is opened; empty in memory. SQLite itself
 * is asked, because a name that begins with `file:` is a URI on some connections and a path on others.
 */
export async function databaseFile(session: Session): Promise<string> {
  const [row] = (await session.query(
    "SELECT file FROM pragma_database_list WHERE name = 'main'",
  )) as readonly { readonly file: string | null }[];
  return row?.file ? realPath(row.file) : '';
}

/**
 * Makes sure that the file that is locked is the only one that matters. The lock file stands beside one name, and names
 * that are hard links may be in any folder. SQLite does not support them either:
 * https://www.sqlite.org/howtocorrupt.html#_multiple_links_to_the_same_file
 *
 * @throws SqliteHardLinksError
 */
export function assertOneName(path: string): void {
  const names = statSync(path, { throwIfNoEntry: false })?.nlink ?? 1;
  if (names > 1) throw new SqliteHardLinksError(path, names);
}

/** The device and the number of a file, whatever its name; undefined where there is none. */
function identityOf(path: string): string | undefined {
  const file = statSync(path, { throwIfNoEntry: false, bigint: true });
  return file && `${file.dev}:${file.ino}`;
}

/** Whether it is one try too early, and not a failure. Either driver tells it another way. */
export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY');
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not created yet: its folder is what can be a link.
    return join(realpathSync(dirname(path)), basename(path));
  }
}

function unavailable(path: string, error: unknown): LockUnavailableError {
  return new LockUnavailableError(
    `The file of the migration lock, ${path}, cannot be used: ${messageOf(error)}. Nothing was changed. This user must be able to write to it and to its folder.`,
    { cause: error },
  );
}
