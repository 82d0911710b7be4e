import type { DataSource, MigrationInterface } from 'typeorm';
import {
  withExistingConnection,
  withReadOnlyConnection,
  withWritableConnection,
} from '../databases/read-only-connection.js';
import { knowSnapshot } from '../drift/known-views.js';
import { snapshotOf } from './snapshot-of.js';
import { LineLogger } from '../logger.js';
import { OrchestratorDbError } from '../errors/base.js';
import { DirectDatabaseDiffersError } from '../errors/server.js';
import { isDirectSource, onDirectConnection } from '../migrator/direct-connection.js';
import { assertSound } from '../migrator/revision-folder.js';
import { assertSameDatabase } from '../migrator/same-database.js';
import { parseSettings, type Settings } from '../settings.js';
import type { Io } from './io.js';
import { loadDataSource } from './load-data-source.js';
import type { Project } from './project.js';

/** The option of every command that works on a database. */
export interface DataSourceOption {
  /** A file that exports a DataSource; undefined for this package's own. */
  readonly dataSource?: string;
}

/** The terminal and the project of a command. */
export interface CommandContext {
  readonly io: Io;
  readonly project: Project;
}

/** Whether the command works on this package's own entities, in this package: its files have places of their own there. */
export function isAtHome({ dataSource }: DataSourceOption, { project }: CommandContext): boolean {
  return dataSource === undefined && project.isHome;
}

/** The named DataSource, or that of this project; not connected. */
export async function dataSourceFor(
  { dataSource }: DataSourceOption,
  { io, project }: CommandContext,
): Promise<DataSource> {
  if (dataSource !== undefined) return withSnapshot(soundOne(await loadDataSource(dataSource, io.env)));
  const settings = directSettings(parseSettings(io.env));
  return withSnapshot(await project.createDataSource(settings, new LineLogger(settings.logLevel, io.err)));
}

/** A check compares views with the snapshot in the folder of the revisions, where there is one. */
function withSnapshot(dataSource: DataSource): DataSource {
  const file = snapshotOf(dataSource);
  if (file !== undefined) knowSnapshot(dataSource, file);
  return dataSource;
}

/** Checks the revisions that are listed as classes before it connects. TypeORM finds files later. */
function soundOne(dataSource: DataSource): DataSource {
  const listed = Object.values<unknown>(dataSource.options.migrations ?? {});
  assertSound(
    listed.filter((one): one is new () => MigrationInterface => typeof one === 'function'),
    undefined,
  );
  return dataSource;
}

/** Runs `use` with the DataSource connected read-only. */
export async function reading<T>(
  option: DataSourceOption,
  context: CommandContext,
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  return opened(withReadOnlyConnection, option, { context, use });
}

/** Runs `use` with the DataSource connected. Connecting changes nothing in the database. */
export async function writing<T>(
  option: DataSourceOption,
  context: CommandContext,
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  return opened(withWritableConnection, option, { context, use });
}

/** The same, for a database that exists. */
export async function reverting<T>(
  option: DataSourceOption,
  context: CommandContext,
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  return opened(withExistingConnection, option, { context, use });
}

async function opened<T>(
  connected: typeof withReadOnlyConnection,
  option: DataSourceOption,
  {
    context,
    use,
  }: { readonly context: CommandContext; readonly use: (dataSource: DataSource) => Promise<T> },
): Promise<T> {
  const dataSource = await dataSourceFor(option, context);
  return connected(dataSource, async () => {
    if (option.dataSource === undefined) await assertDirectFits(dataSource, context);
    return onDirectConnection(dataSource, use);
  }).catch((error: unknown) => {
    noteUnused(dataSource, error, context.io);
    throw error;
  });
}

/** Many errors advise the variable, which a DataSource of another form does not read. */
function noteUnused(dataSource: DataSource, error: unknown, { env, err }: Io): void {
  const isAdvised = error instanceof OrchestratorDbError && error.message.includes(DIRECT);
  if (isAdvised && env[DIRECT] && !isDirectSource(dataSource))
    err(
      `note: ${DIRECT} is set, but this DataSource does not use it: only one of createDataSource() does. Specify its address in the DataSource with which you migrate.`,
    );
}

const DIRECT = 'DATABASE_DIRECT_URL';

/**
 * Checks that DATABASE_URL, where it is another address, leads to the database that the command works on.
 *
 * @param direct connected by DATABASE_DIRECT_URL
 * @throws DirectDatabaseDiffersError, ConnectError
 */
export async function assertDirectFits(direct: DataSource, { io, project }: CommandContext): Promise<void> {
  const settings = parseSettings(io.env);
  const { database, direct: target } = settings;
  if (target === undefined) return;
  if (database.dialect !== target.dialect) throw new DirectDatabaseDiffersError(database.shown, target.shown);
  const application = await project.createDataSource(settings, new LineLogger(settings.logLevel, io.err));
  await withReadOnlyConnection(application, () =>
    assertSameDatabase({ dataSource: application, target: database }, { dataSource: direct, target }),
  );
}

/** The settings with DATABASE_DIRECT_URL as the database: commands bypass a pooler. */
export function directSettings(settings: Settings): Settings {
  return settings.direct === undefined ? settings : { ...settings, database: settings.direct };
}
