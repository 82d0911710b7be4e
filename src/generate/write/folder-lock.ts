import { randomUUID } from 'node:crypto';
import { lstat, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { today } from '../../clock.js';
import { GenerateError, messageOf } from '../../errors/base.js';
import { fileRemedy } from '../../errors/file-remedy.js';
import {
  FolderLockedError,
  RevisionNotListedError,
  SnapshotStaleError,
  type LockObstacle,
} from '../../errors/generate.js';
import { textIfThere } from './files.js';
import { assertUnchanged, folderState } from './folder-state.js';

/** The lock of a folder of revisions; a process that was killed leaves it, and the next one removes it. */
export const LOCK_FILE = '.generate-lock';

/** The holder of the lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Distinguishes two holders with the same process number. */
  readonly token: string;
}

const POLL_MS = 50;

/**
 * Runs a body while no other process writes revisions into a folder.
 *
 * @param waitMs how long to wait for another one, milliseconds
 * @param body gets a function that throws unless the lock is still held, and the folder is as it was
 * @throws FolderLockedError, FolderChangedError
 */
export async function withFolderLock<T>(
  folder: string,
  waitMs: number,
  body: (assertHeld: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const path = join(folder, LOCK_FILE);
  const text = JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() } satisfies Holder);
  await acquire(path, text, waitMs);
  try {
    const before = await folderState(folder);
    const held = async () => {
      const now = await lockText(path);
      if (now !== text) throw new FolderLockedError(folder, path, holderIn(now ?? ''));
      await assertUnchanged(folder, before);
    };
    return await body(held).catch(async (error: unknown) => {
      // What arrives meanwhile cannot be in the DataSource, even if an index lists it.
      if (OF_CHANGED.some((kind) => error instanceof kind)) await assertUnchanged(folder, before);
      throw error;
    });
  } finally {
    // Another lock at this path is not ours to remove, and no reason to fail after the work.
    if ((await lockText(path).catch(() => undefined)) === text) await rm(path, { force: true });
  }
}

/** What a folder that has changed in the middle of a comparison leads to. */
const OF_CHANGED = [RevisionNotListedError, SnapshotStaleError];

async function acquire(path: string, text: string, waitMs: number): Promise<void> {
  for (let waited = 0; !(await created(path, text)); waited += POLL_MS) {
    const found = (await lockText(path)) ?? '';
    if (waited >= limitOf(found, waitMs)) throw lockedBy(path, found);
    if (isStale(found)) await takeAway(path, found);
    else await pause(POLL_MS);
  }
}

/** The text of the lock; undefined where it no longer exists, or may not be read. */
async function lockText(path: string): Promise<string | undefined> {
  await assertPlainFile(path);
  return textIfThere(path).catch(() => undefined);
}

/** Follows no link, and waits for no pipe. */
async function assertPlainFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found && !found.isFile()) throw new FolderLockedError(join(path, '..'), path, obstacleOf(found));
}

function obstacleOf(found: { isDirectory(): boolean; isSymbolicLink(): boolean }): LockObstacle {
  if (found.isDirectory()) return 'directory';
  return found.isSymbolicLink() ? 'symbolic link' : 'special file';
}

/** A file exists before its text does: the holder of the lock can be read a moment later. */
const WRITTEN_WITHIN_MS = 1000;

/** A guard exists for a moment, unless its process was killed in just that one. */
const GUARD_LIMIT_MS = 10_000;

function limitOf(found: string, waitMs: number): number {
  if (isStale(found)) return Math.max(waitMs, 2 * GUARD_LIMIT_MS);
  return holderIn(found) ? waitMs : Math.max(waitMs, WRITTEN_WITHIN_MS);
}

function lockedBy(path: string, found: string): FolderLockedError {
  return new FolderLockedError(join(path, '..'), path, holderIn(found));
}

async function created(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    await removeOwn(path, text);
    throw new GenerateError(
      `${join(path, '..')}: ${messageOf(error)}. Nothing was written. ${fileRemedy(error)}`,
      {
        cause: error,
      },
    );
  }
}

/** On a full disk, a part of the text may be there. */
async function removeOwn(path: string, text: string): Promise<void> {
  const now = await textIfThere(path).catch(() => undefined);
  if (now !== undefined && text.startsWith(now)) await rm(path, { force: true });
}

/** One process at a time removes it, and only if it is still the lock that was found: others find the next holder's. */
async function takeAway(path: string, stale: string): Promise<void> {
  const guard = `${path}.taking-away`;
  if (!(await created(guard, ''))) return removeOldGuard(guard);
  try {
    if ((await textIfThere(path)) === stale) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function removeOldGuard(guard: string): Promise<void> {
  await assertPlainFile(guard);
  const found = await lstat(guard).catch(() => undefined);
  if (found && today() - found.mtimeMs > GUARD_LIMIT_MS) await rm(guard, { force: true });
  else await pause(POLL_MS);
}

/** A process of another machine cannot be checked. */
function isStale(text: string): boolean {
  const holder = holderIn(text);
  return holder?.host === hostname() && !isAlive(holder.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const { pid, host, token } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' && typeof host === 'string' && typeof token === 'string'
      ? { pid, host, token }
      : undefined;
  } catch {
    return undefined;
  }
}
