/** Scratch databases of all kinds: creates them for a generation, and drops them when it ends. */

import type { DataSource } from 'typeorm';
import type { Database } from '../databases/database.js';
import { databaseNamed, DATABASES, type DialectName } from '../databases/registry.js';
import { GenerateError, isOwnError, messageOf } from '../errors/base.js';
import type { MigrationInterface } from 'typeorm';
import type { ScratchSettings } from '../settings.js';
import { withUnchangedArguments } from '../databases/unchanged-arguments.js';
import { unlessAborted } from '../databases/abort.js';
import { located } from '../broken-script.js';
import { sourceProblem } from '../source-problem.js';
import type { ScratchPlace } from '../databases/scratch-place.js';
import type { ScratchSources } from './scratch-sources.js';
import { quoteIdentifier } from '../sql/quote.js';
import { confined } from './confined.js';
import { createExternalTables } from './external-tables.js';
import { leaveOutSubscriptions } from './subscriptions.js';
import { noteSetUp } from './set-up-objects.js';

/** Provides DataSources on databases of their own: empty, but for the set-up and the external tables of the project. */
export interface ScratchDatabases {
  readonly dialects: readonly DialectName[];
  /** Databases on an external server that earlier processes could not drop because they were killed. */
  readonly leftBehind: readonly string[];
  /** @param more revisions after those of the project */
  lend<T>(
    dialect: DialectName,
    more: readonly (new () => MigrationInterface)[],
    use: (dataSource: DataSource) => Promise<T>,
  ): Promise<T>;
}

/** What scratch databases are needed for. */
interface ScratchNeeds {
  readonly settings: ScratchSettings;
  readonly sources: ScratchSources;
  /** Aborts it: databases in use are dropped. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts or finds the server for scratch databases, where one is needed, and provides databases on it. Each has a
 * random name and is dropped after use. It connects to nothing else.
 *
 * @throws ScratchDatabaseError, WrongScratchDatabaseError, ScratchSetupError
 */
export async function withScratchDatabases<T>(
  { settings, sources, signal }: ScratchNeeds,
  use: (databases: ScratchDatabases) => Promise<T>,
): Promise<T> {
  const databases = DATABASES.filter(({ name }) => sources[name] !== undefined);
  const places = new Map<DialectName, ScratchPlace>();
  try {
    for (const { name, scratch } of databases) {
      signal?.throwIfAborted();
      places.set(name, await unlessAborted(scratch(settings), signal, START_MS));
    }
    return await use({
      dialects: databases.map(({ name }) => name),
      leftBehind: [...places.values()].flatMap((place) => place.leftBehind),
      lend: (dialect, more, body) => useScratchDatabase({ places, sources, signal }, { dialect, more }, body),
    });
  } finally {
    for (const place of places.values()) await place.stop();
  }
}

/** How long starting or asking a server may still take when a signal is aborted meanwhile, milliseconds. */
const START_MS = 5000;

interface Lending extends Pick<ScratchNeeds, 'sources' | 'signal'> {
  readonly places: ReadonlyMap<DialectName, ScratchPlace>;
}

function useScratchDatabase<T>(
  { places, sources, signal }: Lending,
  {
    dialect,
    more,
  }: { readonly dialect: DialectName; readonly more: readonly (new () => MigrationInterface)[] },
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const [place, source] = [places.get(dialect), sources[dialect]];
  if (!place || !source) throw new TypeError(`No DataSource for ${dialect}.`);
  return place.lend((target, guard) => {
    const dataSource = source(target, more);
    guard(dataSource);
    return connected(dataSource, databaseNamed(dialect), async () => {
      if (place.isSetUp) await noteSetUp(dataSource);
      await createExternalTables(dataSource);
      leaveOutSubscriptions(dataSource);
      return confined(dataSource, () => use(dataSource));
    });
  }, signal);
}

async function connected<T>(dataSource: DataSource, database: Database, use: () => Promise<T>): Promise<T> {
  await initialized(dataSource, database.title);
  try {
    const schema = database.defaultSchema(dataSource);
    // The list of applied revisions is in this schema, so no revision can create it.
    if (schema !== '' && schema !== 'public')
      await dataSource.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
    return await use();
  } finally {
    await dataSource.destroy();
  }
}

/** TypeORM looks at the entities when it connects. */
async function initialized(dataSource: DataSource, title: string): Promise<void> {
  try {
    await withUnchangedArguments(() => dataSource.initialize());
  } catch (error) {
    if (isOwnError(error)) throw error;
    throw new GenerateError(
      `The DataSource cannot be initialized on a scratch database (${title}): ${(sourceProblem(located(error, dataSource)) ?? messageOf(error)).replace(/\.$/, '')}. Correct the entity or the option that it names, then run the command again.`,
      { cause: error },
    );
  }
}
