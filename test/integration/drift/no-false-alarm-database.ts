import { DataSource, EntitySchema, EntitySchemaOptions, type DataSourceOptions } from 'typeorm';
import type { KnownTarget } from '../../../src/database-url.js';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { describeChange } from '../../../src/schema/describe-change.js';
import type { TestDatabase } from '../../support/databases.js';

/** Columns of an entity without a class. */
export type Columns = EntitySchemaOptions<Record<string, unknown>>['columns'];

/** Everything that an entity without a class may declare besides its columns. */
export type Rest = Partial<Omit<EntitySchemaOptions<Record<string, unknown>>, 'columns' | 'name'>>;

/** What a plain TypeORM project declares besides where its database is. */
export type PlainOptions = Partial<Omit<DataSourceOptions, 'type' | 'database' | 'driver' | 'poolSize'>> & {
  readonly schema?: string;
  readonly uuidExtension?: 'pgcrypto' | 'uuid-ossp';
};

/** What a check found, as short texts. */
export interface Findings {
  readonly status: string;
  readonly changes: readonly string[];
  readonly uncomparable: readonly string[];
  readonly unmanaged: readonly string[];
}

/** Nothing at all. */
export const IN_SYNC: Findings = { status: 'in-sync', changes: [], uncomparable: [], unmanaged: [] };

/** An entity without a class, with a number for its key unless the columns have one. */
export function entity(name: string, columns: Columns, rest: Rest = {}): EntitySchema {
  const keyed = Object.values(columns).some((column) => column?.primary);
  const key: Columns = keyed ? {} : { id: { type: 'integer', primary: true } };
  const tableOptions = { name, ...rest, columns: { ...key, ...columns } };
  return new EntitySchema(Object.assign(new EntitySchemaOptions<Record<string, unknown>>(), tableOptions));
}

/** A DataSource as any TypeORM project makes it, nothing of ours in it; not connected. */
export function plainDataSource({ target }: Pick<TestDatabase, 'target'>, options: PlainOptions): DataSource {
  return new DataSource({ ...connection(target), ...options } as DataSourceOptions);
}

/** Provides a plain DataSource whose entities TypeORM itself has created in the database. */
export async function synchronized<T>(
  database: Pick<TestDatabase, 'target'>,
  options: PlainOptions,
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = await plainDataSource(database, options).initialize();
  try {
    await dataSource.synchronize();
    return await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** What the check reports about a database in which TypeORM has just created these entities. */
export function findingsAfterSynchronize(database: TestDatabase, options: PlainOptions): Promise<Findings> {
  return synchronized(database, options, findings);
}

/** What the check reports about a connected DataSource. */
export async function findings(dataSource: DataSource): Promise<Findings> {
  const { status, changes, uncomparable, unmanaged } = await checkDrift(dataSource);
  return {
    status,
    changes: changes.map((change) => `${change.kind}: ${describeChange(change)}`),
    uncomparable: uncomparable.map(
      ({ kind, table, object, desired, live, reason }) =>
        `${kind} ${table}.${object}: ${String(desired)} / ${String(live)}: ${reason}`,
    ),
    unmanaged: unmanaged.map(({ kind, object }) => `${kind} ${object}`),
  };
}

function connection(target: KnownTarget): object {
  if (target.dialect === 'sqlite') {
    const { type, module } = chooseSqliteDriver();
    return { type, driver: module, database: target.path };
  }
  const { host, port, user, password, database } = target;
  return { type: 'postgres', host, port, username: user, password, database, poolSize: 2 };
}
