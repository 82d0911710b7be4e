import type { DataSource } from 'typeorm';
import type { DatabaseTarget, PostgresTarget } from '../database-url.js';
import { dialectOf, type DialectName } from '../dialect/dialect.js';
import type { MigrationInterface } from 'typeorm';
import type { Settings } from '../settings.js';
import type { ScratchSources } from './scratch-sources.js';
import { scratchServer, withScratchDatabase } from './scratch.js';

const IN_MEMORY: DatabaseTarget = { dialect: 'sqlite', path: ':memory:', shown: 'sqlite::memory:' };

/** Lends DataSources on empty databases of their own. */
export interface ScratchDatabases {
  readonly dialects: readonly DialectName[];
  /** @param more revisions behind those of the project */
  lend<T>(
    dialect: DialectName,
    more: readonly (new () => MigrationInterface)[],
    use: (dataSource: DataSource) => Promise<T>,
  ): Promise<T>;
}

/**
 * Starts or finds the server for scratch databases, where one is needed, and lends databases on it: each of a random
 * name, dropped behind. Nothing else is connected to.
 *
 * @throws ScratchDatabaseError
 */
export async function withScratchDatabases<T>(
  settings: Pick<Settings, 'scratch'>,
  sources: ScratchSources,
  use: (databases: ScratchDatabases) => Promise<T>,
): Promise<T> {
  const dialects = (['postgres', 'sqlite'] as const).filter((name) => sources[name] !== undefined);
  const server = dialects.includes('postgres') ? await scratchServer(settings) : undefined;
  try {
    return await use({
      dialects,
      lend: (dialect, more, body) =>
        onTarget(dialect, server?.target, (target) => {
          const dataSource = sources[dialect]?.(target, more);
          if (!dataSource) throw new TypeError(`No DataSource for ${dialect}.`);
          return connected(dataSource, () => body(dataSource));
        }),
    });
  } finally {
    await server?.stop();
  }
}

function onTarget<T>(
  dialect: DialectName,
  server: PostgresTarget | undefined,
  use: (target: DatabaseTarget) => Promise<T>,
): Promise<T> {
  return dialect === 'postgres' && server ? withScratchDatabase(server, use) : use(IN_MEMORY);
}

async function connected<T>(dataSource: DataSource, use: () => Promise<T>): Promise<T> {
  await dataSource.initialize();
  try {
    const schema = dialectOf(dataSource).defaultSchema(dataSource);
    // The list of applied revisions lives there, so nobody else can have made it.
    if (schema !== '' && schema !== 'public')
      await dataSource.query(`CREATE SCHEMA "${schema.replaceAll('"', '""')}"`);
    return await use();
  } finally {
    await dataSource.destroy();
  }
}
