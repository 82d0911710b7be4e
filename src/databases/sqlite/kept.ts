/** Databases in memory that are kept as files of the cache folder. One of the drivers can copy in both directions. */

import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { today } from '../../clock.js';
import type { SqliteTarget } from '../../database-url.js';
import { toolName } from '../../package-version.js';
import { unlessAborted } from '../abort.js';
import type { KeptDatabases } from '../scratch-place.js';
import { blocks, type NativeConnection } from './native.js';

/** How many stay. */
const STAY = 3;
/** How old something unfinished is that no process completes any more, milliseconds. */
const LEFT_MS = 3_600_000;

/** https://github.com/TryGhost/node-sqlite3/blob/master/lib/sqlite3.js: `Database.prototype.backup` */
interface Copying {
  backup(
    path: string,
    main: string,
    other: string,
    isPathTarget: boolean,
    begun: (error: Error | null) => void,
  ): { step(pages: number, done: (error: Error | null) => void): void; finish(): void };
}

/** Where files are kept. */
interface FilesAt {
  readonly folder: string;
  /** Of SQLite: another one may write a schema in other words. */
  readonly version: string;
  /** The database that is lent. */
  readonly empty: SqliteTarget;
}

/** Keeps databases as files. */
export function keptFiles({ folder, version, empty }: FilesAt): KeptDatabases {
  const nameFor = (key: string) => nameOf(`${version} ${key}`);
  const pathOf = (key: string) => join(folder, nameFor(key));
  return {
    async lend(key, use, signal) {
      const path = pathOf(key);
      if (!isThere(path)) return undefined;
      const file = { isGone: false };
      const load = async (dataSource: DataSource) => {
        const connection = await copyingIn(dataSource);
        if (connection) await copied(connection, path, false).catch(() => (file.isGone = true));
        else file.isGone = true;
        if (file.isGone) throw new GoneMeanwhile();
        await utimes(path, new Date(today()), new Date(today())).catch(() => undefined);
      };
      try {
        const value = await unlessAborted(
          use(empty, () => undefined, load),
          signal,
        );
        return { value };
      } catch (error) {
        if (file.isGone) return undefined;
        throw error;
      }
    },
    forget: (key) => rm(pathOf(key), { force: true }),
    async make(key, fill, signal) {
      const save = (dataSource: DataSource) => keep(dataSource, folder, nameFor(key));
      await unlessAborted(
        fill(empty, () => undefined, save),
        signal,
      );
    },
  };
}

/** SQLite takes an empty file for a database without tables. */
function isThere(path: string): boolean {
  return existsSync(path) && (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Not an error: another process has removed the file. */
class GoneMeanwhile extends Error {}

/** The file has its name when it is complete. */
async function keep(dataSource: DataSource, folder: string, name: string): Promise<void> {
  const connection = await copyingIn(dataSource);
  if (!connection) return;
  const unfinished = join(folder, `${name}.${randomUUID()}`);
  try {
    await copied(connection, unfinished, true);
    await rename(unfinished, join(folder, name));
    await removeOlder(folder);
  } catch {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

async function copyingIn(dataSource: DataSource): Promise<Copying | undefined> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    const connection = (await queryRunner.connect()) as unknown as NativeConnection;
    return blocks(connection) ? undefined : (connection as unknown as Copying);
  } finally {
    await queryRunner.release();
  }
}

function copied(connection: Copying, path: string, isPathTarget: boolean): Promise<void> {
  return new Promise((done, fail) => {
    const copy = connection.backup(path, 'main', 'main', isPathTarget, (error) => {
      if (error) fail(error);
      else
        copy.step(-1, (problem) => {
          copy.finish();
          if (problem) fail(problem);
          else done();
        });
    });
  });
}

async function removeOlder(folder: string): Promise<void> {
  const files = readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => ({
      path: join(folder, name),
      isWhole: WHOLE.test(name),
      at: modifiedAt(join(folder, name)),
    }))
    .sort((a, b) => b.at - a.at);
  const whole = files.filter(({ isWhole }) => isWhole).slice(STAY);
  const left = files.filter(({ isWhole, at }) => !isWhole && at < today() - LEFT_MS);
  for (const { path } of [...whole, ...left]) await rm(path, { force: true });
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

const PREFIX = 'history-';
const WHOLE = /^history-[0-9a-f]{32}\.db$/;

/** By the release of this package too, and by the key. */
function nameOf(key: string): string {
  const digest = createHash('sha256').update(`${toolName()} ${key}`).digest('hex');
  return `${PREFIX}${digest.slice(0, 32)}.db`;
}
