import type { DataSource } from 'typeorm';
import type { NamedPath } from '../databases/partitioning.js';
import { databaseOf } from '../databases/registry.js';
import { describeTables } from '../metadata/describe.js';
import { managedEntities } from '../metadata/managed.js';
import { partitionOptions } from '../partitioned.js';
import type { PartitionModel } from '../schema/partition.js';
import { quotePath } from '../sql/quote.js';

/** A table whose entity declares partitions. */
export interface DeclaredTable extends NamedPath {
  readonly partition: PartitionModel;
}

/** The tables whose entities declare partitions, by name; none for a database that has no partitions. */
export function declaredTables(dataSource: DataSource): readonly DeclaredTable[] {
  const schema = databaseOf(dataSource).defaultSchema(dataSource);
  const entities = managedEntities(dataSource).filter(({ target }) => partitionOptions(target));
  return describeTables(dataSource, entities)
    .flatMap(({ name, partition }) => {
      const path = quotePath(name.includes('.') ? name : `${schema}.${name}`);
      return partition ? [{ name, path, partition }] : [];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
