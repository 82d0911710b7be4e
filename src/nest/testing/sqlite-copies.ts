import { createHash, randomUUID } from 'node:crypto';
import { constants, existsSync, statSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { MigrationInterface } from 'typeorm';
import type { GuardedDataSource } from '../../data-source.js';
import { today } from '../../clock.js';
import type { SqliteTarget } from '../../database-url.js';
import { checksumsOf, orderRevisions, type KnownRevision } from '../../migrator/revision.js';
import { toolName } from '../../package-version.js';
import type { Disposable } from './disposable.js';
import { removeFolder, temporaryFolder } from './temporary.js';

/**
 * Lends a copy of a file that has all revisions applied. That file is made once for a list of revisions, and kept in
 * `node_modules/.cache/orchestrator-db`, where other processes find it.
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
  const folder = revisions.every(isWhollyKnown) ? await cacheFolder() : folderOfProcess();
  const path = join(folder, headName(revisions));
  if (!existsSync(path)) {
    await prune(folder);
    await makeAtHead(dataSource, path);
  }
  return path;
}

/** Under its name only once it is whole; of two processes that make it at once, either's will do. */
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

/** Each change of a revision leaves another file, which another process may remove at the same time. */
async function prune(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (HEAD_NAME.test(name) && modified < today() - WEEK_MS) await rm(path, { force: true });
  }
}

/** Where tools keep what they can make again. */
async function cacheFolder(): Promise<string> {
  const modules = modulesFolder(resolve('.'));
  if (modules === undefined) return folderOfProcess();
  const folder = join(modules, '.cache/orchestrator-db');
  await mkdir(folder, { recursive: true });
  return folder;
}

/** That of a folder or, in a workspace, of one above it. */
function modulesFolder(folder: string): string | undefined {
  const modules = join(folder, 'node_modules');
  if (existsSync(modules)) return modules;
  return dirname(folder) === folder ? undefined : modulesFolder(dirname(folder));
}

/** What this process alone finds, and no later one. */
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

/** A class written by hand may do what stands in other modules, which no checksum covers. */
function isWhollyKnown(revision: KnownRevision): boolean {
  return checksumsOf(revision, 'sqlite') !== null;
}

const HEAD_NAME = /^head-[0-9a-f]{32}\.db$/;

/** After what the revisions do, and which release keeps its records beside them. */
function headName(revisions: readonly KnownRevision[]): string {
  const known = revisions.map((revision) => [revision.id, checksumsOf(revision, 'sqlite')?.up]);
  const digest = createHash('sha256')
    .update(JSON.stringify([toolName(), known]))
    .digest('hex');
  return `head-${digest.slice(0, 32)}.db`;
}
