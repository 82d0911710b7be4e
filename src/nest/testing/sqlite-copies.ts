import { createHash, randomUUID } from 'node:crypto';
import { constants, existsSync, statSync } from 'node:fs';
import { copyFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MigrationInterface } from 'typeorm';
import type { GuardedDataSource } from '../../data-source.js';
import { cacheFolder } from '../../cache-folder.js';
import { today } from '../../clock.js';
import type { SqliteTarget } from '../../database-url.js';
import { checksumsOf, orderRevisions, type KnownRevision } from '../../migrator/revision.js';
import { toolName } from '../../package-version.js';
import type { Disposable } from './disposable.js';
import { removeFolder, temporaryFolder } from './temporary.js';

/**
 * Creates a copy of a file that has all revisions applied. That file is created once for a list of revisions and kept
 * in `node_modules/.cache/orchestrator-db`, where other processes find it.
 */
export async function lendSqliteCopy(dataSource: GuardedDataSource): Promise<Disposable<SqliteTarget>> {
  const head = await fileAtHead(dataSource);
  const folder = temporaryFolder('orchestrator-db-test-');
  const path = join(folder, 'test.db');
  await copyFile(head, path, constants.COPYFILE_FICLONE);
  return { value: targetAt(path), dispose: () => removeFolder(folder) };
}

function targetAt(path: string): SqliteTarget {
  return { dialect: 'sqlite', path, shown: `sqlite:${path}` };
}

async function fileAtHead(dataSource: GuardedDataSource): Promise<string> {
  const revisions = revisionsOf(dataSource);
  const folder = revisions.every(isWhollyKnown) ? (cacheFolder() ?? folderOfProcess()) : folderOfProcess();
  const path = join(folder, headName(revisions));
  if (!existsSync(path)) {
    await prune(folder);
    await makeAtHead(dataSource, path);
  }
  return path;
}

/** Creates the file under a temporary name and renames it when it is complete. Two processes may do so at once. */
async function makeAtHead(dataSource: GuardedDataSource, path: string): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  const migrated = dataSource.elsewhere(targetAt(unfinished));
  try {
    await migrated.initialize();
    await migrated.runMigrations();
    await migrated.destroy();
    await rename(unfinished, path);
  } finally {
    if (migrated.isInitialized) await migrated.destroy();
    for (const left of ['', '.migrate-lock']) await rm(`${unfinished}${left}`, { force: true });
  }
}

const WEEK_MS = 7 * 86_400_000;

/** Removes old files: each change of a revision leaves one. Another process may remove them at the same time. */
async function prune(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (HEAD_NAME.test(name) && modified < today() - WEEK_MS) await rm(path, { force: true });
  }
}

/** A folder that only this process uses. */
function folderOfProcess(): string {
  return (ownFolder ??= temporaryFolder('orchestrator-db-head-'));
}

let ownFolder: string | undefined;

function revisionsOf({ options }: GuardedDataSource): readonly KnownRevision[] {
  const classes = Object.values(
    options.migrations ?? {},
  ) as unknown as readonly (new () => MigrationInterface)[];
  return orderRevisions(classes.map((migration) => new migration()));
}

/** Whether checksums cover the revision. A class written by hand may use other modules, which no checksum covers. */
function isWhollyKnown(revision: KnownRevision): boolean {
  return checksumsOf(revision, 'sqlite') !== null;
}

const HEAD_NAME = /^head-[0-9a-f]{32}\.db$/;

/** A name from the statements of the revisions and the release of this package. */
function headName(revisions: readonly KnownRevision[]): string {
  const known = revisions.map((revision) => [revision.id, checksumsOf(revision, 'sqlite')?.up]);
  const digest = createHash('sha256')
    .update(JSON.stringify([toolName(), known]))
    .digest('hex');
  return `head-${digest.slice(0, 32)}.db`;
}
