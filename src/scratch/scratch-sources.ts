import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import type { GuardedDataSource } from '../data-source.js';
import type { DatabaseTarget } from '../database-url.js';
import { byDialect, databaseOf, type DialectName } from '../databases/registry.js';

/**
 * Makes a DataSource like the project's own on a scratch database.
 *
 * @param more revisions behind those of the project
 */
export type ScratchSource = (
  target: DatabaseTarget,
  more: readonly (new () => MigrationInterface)[],
) => DataSource;

/** One for each dialect that revisions are generated for. */
export type ScratchSources = Readonly<Partial<Record<DialectName, ScratchSource>>>;

/**
 * For which dialects a DataSource can be generated for: both where it was made by createDataSource, whose entities are
 * neutral; otherwise its own alone, since nobody knows what its entities mean in the other one.
 *
 * @throws DialectUnsupportedError
 */
export function scratchSourcesOf(dataSource: DataSource): ScratchSources {
  if (isNeutral(dataSource)) {
    const elsewhere: ScratchSource = (target, more) => dataSource.elsewhere(target, more);
    return byDialect(() => elsewhere);
  }
  const database = databaseOf(dataSource);
  const source: ScratchSource = (target, more) => alike(dataSource, database.targetOptions(target), more);
  return { [database.name]: source };
}

/** Not by its class: it may be of another copy of this package. */
function isNeutral(dataSource: DataSource): dataSource is GuardedDataSource {
  return 'elsewhere' in dataSource && typeof dataSource.elsewhere === 'function';
}

/** The same options, but for where the database is, and for what connecting would do besides. */
function alike(
  dataSource: DataSource,
  target: Readonly<Record<string, unknown>>,
  more: Parameters<ScratchSource>[1],
): DataSource {
  const { options } = dataSource;
  const given = options as unknown as Readonly<Record<string, unknown>>;
  return new DataSource({
    ...given,
    url: undefined,
    replication: undefined,
    ...target,
    migrations: [...Object.values(options.migrations ?? {}), ...more],
    subscribers: [],
    synchronize: false,
    dropSchema: false,
    migrationsRun: false,
    logging: false,
    cache: false,
  } as unknown as DataSourceOptions);
}
