import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import type { GuardedDataSource } from '../data-source.js';
import type { DatabaseTarget } from '../database-url.js';
import { recordTables } from '../databases/records/tables.js';
import { byDialect, databaseOf, type DialectName } from '../databases/registry.js';

/**
 * Makes a DataSource like the project's own on a scratch database.
 *
 * @param more revisions after those of the project
 */
export type ScratchSource = (
  target: DatabaseTarget,
  more: readonly (new () => MigrationInterface)[],
) => DataSource;

/** One for each dialect that revisions are generated for. */
export type ScratchSources = Readonly<Partial<Record<DialectName, ScratchSource>>>;

/**
 * The dialects for which revisions can be generated: both where createDataSource made the DataSource, whose entities
 * are neutral. Otherwise its own alone, since the meaning of its entities in the other one is unknown.
 *
 * @param given whether they have the revisions of the project; default true
 * @throws DialectUnsupportedError
 */
export function scratchSourcesOf(
  dataSource: DataSource,
  { revisions = true }: { readonly revisions?: boolean } = {},
): ScratchSources {
  if (isNeutral(dataSource)) {
    const elsewhere: ScratchSource = (target, more) => dataSource.elsewhere(target, more, { revisions });
    return byDialect(() => elsewhere);
  }
  const database = databaseOf(dataSource);
  const listed = revisions ? Object.values(dataSource.options.migrations ?? {}) : [];
  const source: ScratchSource = (target, more) =>
    alike(dataSource, database.targetOptions(target), [...listed, ...more]);
  return { [database.name]: source };
}

/** The dialects for which they are. */
export function dialectsOf(sources: ScratchSources): readonly DialectName[] {
  return Object.keys(sources) as DialectName[];
}

/** Whether createDataSource made it. Not by its class: it may be from another copy of this package. */
export function isNeutral(dataSource: DataSource): dataSource is GuardedDataSource {
  return 'elsewhere' in dataSource && typeof dataSource.elsewhere === 'function';
}

/** The same options, except where the database is, and what connecting would do besides. */
function alike(
  dataSource: DataSource,
  target: Readonly<Record<string, unknown>>,
  migrations: readonly unknown[],
): DataSource {
  const { options } = dataSource;
  const given = options as unknown as Readonly<Record<string, unknown>>;
  const made = new DataSource({
    ...given,
    url: undefined,
    replication: undefined,
    ...target,
    // Its schema is not there, and a scratch database has no other list.
    migrationsTableName: recordTables(dataSource, databaseOf(dataSource).capabilities.schemas).migrations
      .name,
    migrations,
    subscribers: [],
    synchronize: false,
    dropSchema: false,
    migrationsRun: false,
    logging: false,
    cache: false,
  } as unknown as DataSourceOptions);
  addTypes(made, dataSource);
  return made;
}

/** A project adds the types that its database has besides those of TypeORM, its domains for example, to the driver. */
function addTypes(made: DataSource, { driver }: DataSource): void {
  const added = driver.supportedDataTypes.filter((type) => !made.driver.supportedDataTypes.includes(type));
  made.driver.supportedDataTypes.push(...added);
}
