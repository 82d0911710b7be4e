import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataSource, type DataSourceContents, type GuardedDataSource } from '../../src/data-source.js';
import type { KnownTarget, PostgresTarget } from '../../src/database-url.js';
import type { DialectName } from '../../src/databases/registry.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { CHAIN, CHAIN_ENTITIES } from './chain.js';
import { createDatabase, dropDatabase } from './server-databases.js';
import { urlOf } from './servers.js';

/** A database for processes of ours; unlike those of databases.ts there can be many at a time. */
export interface ChainDatabase {
  readonly target: KnownTarget;
  /** For DATABASE_URL. */
  readonly url: string;
  /** Another one that holds the same; no session may be connected meanwhile. */
  copy(): Promise<ChainDatabase>;
  remove(): Promise<void>;
}

/** An empty one. */
export function newDatabase(dialect: DialectName): Promise<ChainDatabase> {
  return dialect === 'sqlite' ? newFile() : newPostgres('template0');
}

/** The target of a PostgreSQL one. */
export function postgresTargetOf({ target }: ChainDatabase): PostgresTarget {
  if (target.dialect !== 'postgres') throw new Error('This is no PostgreSQL database.');
  return target;
}

/** Provides a DataSource on it, with the chain of chain.ts unless specified otherwise. */
export async function onChain<T>(
  { target }: Pick<ChainDatabase, 'target'>,
  use: (dataSource: GuardedDataSource) => Promise<T>,
  contents: Partial<DataSourceContents> = {},
): Promise<T> {
  const dataSource = createDataSource(
    { ...parseSettings({}), database: target },
    {
      entities: CHAIN_ENTITIES,
      migrations: CHAIN,
      logger: new LineLogger('error', () => undefined),
      heartbeat: false,
      ...contents,
    },
  );
  await dataSource.initialize();
  try {
    return await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function newFile(original?: string): Promise<ChainDatabase> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'orchestrator-db-chain-')));
  const path = join(folder, 'chain.db');
  if (original !== undefined && existsSync(original)) await copyFile(original, path);
  return {
    target: { dialect: 'sqlite', path, shown: `sqlite:${path}` },
    url: `sqlite:${path}`,
    copy: () => newFile(path),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function newPostgres(template: string): Promise<ChainDatabase> {
  const target = await createDatabase('chain', template);
  return {
    target,
    url: urlOf(target),
    copy: () => newPostgres(target.database),
    remove: () => dropDatabase(target),
  };
}
