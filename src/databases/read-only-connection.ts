/**
 * Connects the DataSource of any project for reading or for migrating, without the side effects of its options.
 */

import { TypeORMError, type DataSource } from 'typeorm';
import type { Database } from './database.js';
import { databaseOf } from './registry.js';
import { noteWait } from '../awaited.js';
import { ownErrorIn } from './driver-error.js';
import { withUnchangedArguments } from './unchanged-arguments.js';
import { ConnectError, isOwnError, messageOf } from '../errors/base.js';
import { SourceFailedError } from '../errors/start.js';
import { located } from '../broken-script.js';
import { sourceProblem } from '../source-problem.js';

/** Options of a DataSource that write, or run code of the project, while it connects. */
const HARMLESS = { synchronize: false, dropSchema: false, migrationsRun: false, subscribers: [] };

/**
 * Provides a DataSource connected. It connects one that is not connected yet without the side effects of its options,
 * read-only where the driver supports that, and then closes it and restores its options.
 *
 * @throws ConnectError
 */
export async function withReadOnlyConnection<T>(dataSource: DataSource, use: () => Promise<T>): Promise<T> {
  if (dataSource.isInitialized) return use();
  const dialect = databaseOf(dataSource);
  dialect.assertExists(dataSource);
  return lend(dataSource, dialect.readOnlyOptions(dataSource), (connected) =>
    dialect.firstRead(connected).then(use),
  );
}

/**
 * The same for a caller that is going to write: it connects and does nothing else.
 *
 * @throws ConnectError
 */
export async function withWritableConnection<T>(dataSource: DataSource, use: () => Promise<T>): Promise<T> {
  return dataSource.isInitialized ? use() : lend(dataSource, {}, use);
}

/**
 * The same for a caller that reverts: a file that does not exist yet has nothing to revert, and is not created.
 *
 * @throws ConnectError
 */
export async function withExistingConnection<T>(dataSource: DataSource, use: () => Promise<T>): Promise<T> {
  if (!dataSource.isInitialized) databaseOf(dataSource).assertExists(dataSource);
  return withWritableConnection(dataSource, use);
}

async function lend<T>(
  dataSource: DataSource,
  options: Readonly<Record<string, unknown>>,
  use: (connected: DataSource) => Promise<T>,
): Promise<T> {
  const dialect = databaseOf(dataSource);
  const restore = overrideOptions(dataSource.options as unknown as Record<string, unknown>, {
    ...HARMLESS,
    ...dialect.survivingOptions(dataSource),
    ...options,
  });
  try {
    const connected = await connect(dataSource, dialect);
    return await use(connected).finally(() => connected.isInitialized && connected.destroy());
  } catch (error) {
    throw dialect.typedError(dialect.place(dataSource), error);
  } finally {
    restore();
  }
}

/** How often a connection may end while it is being made. */
const TRIES = 3;

async function connect(dataSource: DataSource, dialect: Database, tries = TRIES): Promise<DataSource> {
  const shown = dialect.shownDatabase(dataSource);
  const forget = noteWait(() => `a connection to ${shown}`);
  try {
    return await initialize(dataSource).finally(forget);
  } catch (error) {
    const own = ownErrorIn(error);
    if (own) throw own;
    if (tries > 1 && dialect.hasEndedMeanwhile(error)) return connect(dataSource, dialect, tries - 1);
    if (!isOfDriver(error)) throw error;
    throw new ConnectError(shown, dialect.explainConnectFailure(error), {
      cause: error,
    });
  }
}

/** TypeORM loads the files of entities and migrations in this method, once it is connected. */
interface Loading {
  buildMetadatas: () => Promise<void>;
}

/** @throws SourceFailedError, where a file of the project fails, in place of an error that looks like the driver's */
async function initialize(dataSource: DataSource): Promise<DataSource> {
  const loading = dataSource as unknown as Loading;
  const { buildMetadatas } = loading;
  const isOwn = Object.hasOwn(loading, 'buildMetadatas');
  loading.buildMetadatas = () =>
    withUnchangedArguments(() => buildMetadatas.call(dataSource)).catch((error: unknown) =>
      throwOfSource(located(error, dataSource)),
    );
  try {
    return await dataSource.initialize();
  } finally {
    if (isOwn) loading.buildMetadatas = buildMetadatas;
    else Reflect.deleteProperty(dataSource, 'buildMetadatas');
  }
}

/** What TypeORM has against the entities, and what a compiler reports, names its cause itself. */
function throwOfSource(error: unknown): never {
  if (isOwnError(error) || error instanceof TypeORMError || sourceProblem(error) !== undefined) throw error;
  throw new SourceFailedError(error);
}

/** Drivers give a code, but for two time-outs; what TypeORM has against the entities has none. */
function isOfDriver(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' || /timeout|terminated/i.test(messageOf(error));
}

/** TypeORM's driver holds the same options object, so it is changed in place, and changed back. */
function overrideOptions(
  options: Record<string, unknown>,
  overrides: Readonly<Record<string, unknown>>,
): () => void {
  const before = { ...options };
  Object.assign(options, overrides);
  return () => {
    for (const name of Object.keys(overrides)) {
      if (name in before) options[name] = before[name];
      else Reflect.deleteProperty(options, name);
    }
  };
}
