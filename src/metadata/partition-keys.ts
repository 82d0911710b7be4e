/** Takes the partition key out of a primary key where the database has no partitions. */

import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { databaseOf } from '../databases/registry.js';
import { partitionOptions } from '../partitioned.js';

/**
 * An entity has its partition key in the primary key because PostgreSQL requires it. Another database does not.
 * There, beside a generated column, TypeORM could not save a row whose moment is a default: it reads the new row by the
 * whole key. So the generated column stays the key alone, unless a foreign key refers to the whole.
 */
export function leavePartitionKeys(dataSource: DataSource): void {
  if (databaseOf(dataSource).partitioning) return;
  for (const metadata of dataSource.entityMetadatas) {
    const column = partitionKeyOf(metadata);
    const isGenerated = metadata.primaryColumns.some((one) => one !== column && one.isGenerated);
    // A child entity may share the column, which is no part of the key any more by then.
    const isKey = column !== undefined && metadata.primaryColumns.includes(column);
    if (isKey && isGenerated && !isReferred(dataSource, column)) leave(metadata, column);
  }
}

/** A child entity has the table, and so the partitions, of its parent. */
function partitionKeyOf(metadata: EntityMetadata): ColumnMetadata | undefined {
  const { target } = metadata.tableType === 'entity-child' ? metadata.parentEntityMetadata : metadata;
  const options = partitionOptions(target);
  return options && metadata.findColumnWithPropertyPath(options.by);
}

function isReferred({ entityMetadatas }: DataSource, column: ColumnMetadata): boolean {
  const keys = entityMetadatas.flatMap(({ foreignKeys }) => foreignKeys);
  return keys.some(({ referencedColumns }) => referencedColumns.includes(column));
}

function leave(metadata: EntityMetadata, column: ColumnMetadata): void {
  column.isPrimary = false;
  metadata.primaryColumns = metadata.primaryColumns.filter((one) => one !== column);
  metadata.hasMultiplePrimaryKeys = metadata.primaryColumns.length > 1;
}
