import { createHash, randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { MigrationInterface } from 'typeorm';
import type { GuardedDataSource } from '../../data-source.js';
import type { SqliteTarget } from '../../database-url.js';
import { checksumsOf, orderRevisions, type KnownRevision } from '../../migrator/revision.js';
import { toolName } from '../../tool.js';
import type { Lent } from './lent.js';

/**
 * Lends a copy of a file that has all revisions applied. That file is made once for a list of revisions, and kept in
 * `node_modules/.cache/orchestrator-db`, where other processes find it.
 */
export async function lendSqliteCopy(dataSource: GuardedDataSource): Promise<Lent<SqliteTarget>> {
  const head = await fileAtHead(dataSource);
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-test-'));
  const path = join(folder, 'test.db');
  const giveBack = () => rm(folder, { recursive: true, force: true });
  try {
    await copyFile(head, path, constants.COPYFILE_FICLONE);
  } catch (error) {
    await giveBack();
    throw error;
  }
  return { value: targetAt(path), giveBack };
}

function targetAt(path: string): SqliteTarget {
  return { dialect: 'sqlite', path, shown: `sqlite:${path}` };
}

async function fileAtHead(dataSource: GuardedDataSource): Promise<string> {
  const path = join(await cacheFolder(), `head-${keyOf(dataSource)}.db`);
  if (!existsSync(path)) await makeAtHead(dataSource, path);
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

/** Where tools keep what they can make again; without node_modules, where this process alone finds it. */
async function cacheFolder(): Promise<string> {
  if (!existsSync('node_modules')) return (ownFolder ??= mkdtemp(join(tmpdir(), 'orchestrator-db-head-')));
  const folder = resolve('node_modules/.cache/orchestrator-db');
  await mkdir(folder, { recursive: true });
  return folder;
}

let ownFolder: Promise<string> | undefined;

/** What the revisions do, and which release keeps its records beside them. */
function keyOf({ options }: GuardedDataSource): string {
  const classes = Object.values(
    options.migrations ?? {},
  ) as unknown as readonly (new () => MigrationInterface)[];
  const revisions = orderRevisions(classes.map((migration) => new migration()));
  const known = revisions.map((revision) => [revision.id, whatItDoes(revision)]);
  return createHash('sha256')
    .update(JSON.stringify([toolName(), known]))
    .digest('hex')
    .slice(0, 32);
}

/** Of a class written by hand nothing is known but its code. */
function whatItDoes(revision: KnownRevision): string {
  return checksumsOf(revision, 'sqlite')?.up ?? String(revision.migration.constructor);
}
