import type { DataSource } from 'typeorm';
import type { DatabaseTarget } from '../database-url.js';
import { dialectOf, type DialectName } from '../databases/registry.js';
import { GenerateError, isOwnError, messageOf } from '../errors.js';
import type { MigrationInterface } from 'typeorm';
import type { Settings } from '../settings.js';
import { unlessAborted } from '../generate/abort.js';
import type { ScratchSources } from './scratch-sources.js';
import {
  leftBehind,
  scratchServer,
  withScratchDatabase,
  type GuardScratch,
  type PostgresServer,
} from './scratch.js';
import { quoteIdentifier } from '../sql/quote.js';

const IN_MEMORY: DatabaseTarget = { dialect: 'sqlite', path: ':memory:', shown: 'sqlite::memory:' };

/** Lends DataSources on empty databases of their own. */
export interface ScratchDatabases {
  readonly dialects: readonly DialectName[];
  /** Databases on a server of somebody's that processes before, which were killed, could not drop. */
  readonly leftBehind: readonly string[];
  /** @param more revisions behind those of the project */
  lend<T>(
    dialect: DialectName,
    more: readonly (new () => MigrationInterface)[],
    use: (dataSource: DataSource) => Promise<T>,
  ): Promise<T>;
}

/** What scratch databases are needed for. */
interface ScratchNeeds {
  readonly settings: Pick<Settings, 'scratch'>;
  readonly sources: ScratchSources;
  /** Ends it: databases that are lent are taken away. */
  readonly signal?: AbortSignal | undefined;
}

/** What people call them. */
export const DIALECT_TITLES: Readonly<Record<DialectName, string>> = {
  postgres: 'PostgreSQL',
  sqlite: 'SQLite',
};

/**
 * Starts or finds the server for scratch databases, where one is needed, and lends databases on it: each of a random
 * name, dropped behind. Nothing else is connected to.
 *
 * @throws ScratchDatabaseError, WrongScratchDatabaseError
 */
export async function withScratchDatabases<T>(
  { settings, sources, signal }: ScratchNeeds,
  use: (databases: ScratchDatabases) => Promise<T>,
): Promise<T> {
  const dialects = (['postgres', 'sqlite'] as const).filter((name) => sources[name] !== undefined);
  const server = dialects.includes('postgres') ? await scratchServer(settings) : undefined;
  try {
    const onTarget = targetsOf(server, signal);
    return await use({
      dialects,
      leftBehind: server && settings.scratch ? await leftBehind(server.target) : [],
      lend: (dialect, more, body) =>
        onTarget(dialect, (target, guard) => {
          const dataSource = sources[dialect]?.(target, more);
          if (!dataSource) throw new TypeError(`No DataSource for ${dialect}.`);
          guard(dataSource);
          return connected(dataSource, DIALECT_TITLES[dialect], () => body(dataSource));
        }),
    });
  } finally {
    await server?.stop();
  }
}

type OnTarget = <T>(
  dialect: DialectName,
  use: (target: DatabaseTarget, guard: GuardScratch) => Promise<T>,
) => Promise<T>;

function targetsOf(server: PostgresServer | undefined, signal: AbortSignal | undefined): OnTarget {
  return (dialect, use) => {
    signal?.throwIfAborted();
    return dialect === 'postgres' && server
      ? withScratchDatabase(server.target, use, signal)
      : unlessAborted(
          use(IN_MEMORY, () => undefined),
          signal,
        );
  };
}

async function connected<T>(dataSource: DataSource, title: string, use: () => Promise<T>): Promise<T> {
  await initialized(dataSource, title);
  try {
    const schema = dialectOf(dataSource).defaultSchema(dataSource);
    // The list of applied revisions lives there, so nobody else can have made it.
    if (schema !== '' && schema !== 'public')
      await dataSource.query(`CREATE SCHEMA ${quoteIdentifier(schema)}`);
    return await use();
  } finally {
    await dataSource.destroy();
  }
}

/** TypeORM looks at the entities when it connects. */
async function initialized(dataSource: DataSource, title: string): Promise<void> {
  try {
    await dataSource.initialize();
  } catch (error) {
    if (isOwnError(error)) throw error;
    throw new GenerateError(
      `The DataSource cannot be initialized on a scratch database (${title}): ${messageOf(error)}`,
      { cause: error },
    );
  }
}
