import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createDataSource } from '../../src/data-source.js';
import type { KnownTarget, PostgresTarget, SqliteTarget } from '../../src/database-url.js';
import { LineLogger } from '../../src/logger.js';
import { migrations } from '../../src/migrations/index.js';
import { parseSettings } from '../../src/settings.js';
import { createDatabase } from './server-databases.js';
import { runFolder } from './run-folder.js';
import { isServerOurs } from './servers.js';

let file: Promise<string> | undefined;
let database: Promise<string> | undefined;

/** Puts a copy of an SQLite database with all revisions of the project where there is no file yet. */
export async function copyFileAtHead({ path }: SqliteTarget): Promise<void> {
  await copyFile(await (file ??= migratedFile()), path);
}

/**
 * Creates a PostgreSQL database with all revisions of the project, as a copy where the server is ours to leave one on.
 */
export async function createDatabaseAtHead(prefix: string): Promise<PostgresTarget> {
  if (!isServerOurs()) return migratedDatabase(prefix);
  database ??= migratedDatabase('head').then((target) => target.database);
  return createDatabase(prefix, await database);
}

/** Each process migrates one of its own. */
async function migratedFile(): Promise<string> {
  const folder = join(runFolder(), `head-${process.pid}`);
  if (!existsSync(folder)) await mkdir(folder);
  const path = join(folder, 'head.db');
  await migrate({ dialect: 'sqlite', path, shown: `sqlite:${path}` });
  return path;
}

async function migratedDatabase(prefix: string): Promise<PostgresTarget> {
  const target = await createDatabase(prefix);
  await migrate(target);
  return target;
}

async function migrate(target: KnownTarget): Promise<void> {
  const logger = new LineLogger('error', () => undefined);
  const contents = { entities: [], migrations, logger };
  const dataSource = createDataSource({ ...parseSettings({}), database: target }, contents);
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}
