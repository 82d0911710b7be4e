import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { dialectOf, type InstantType } from './dialect.js';

/**
 * Gives the dialect-neutral types of entities their meaning in the DataSource's dialect, after TypeORM has built the
 * metadata and before anything uses it. Entities say only types that both drivers accept, and nothing of this is
 * stored in the decorators, so the metadata of both dialects can live in one process.
 */
export function applyEntityTypes(dataSource: DataSource): void {
  const { instant } = dialectOf(dataSource).entityTypes;
  for (const column of dataSource.entityMetadatas.flatMap(ownColumns)) {
    if (column.type === Date) applyInstant(column, instant);
  }
}

function ownColumns(metadata: EntityMetadata): readonly ColumnMetadata[] {
  return metadata.tableType === 'view' ? [] : metadata.ownColumns;
}

function applyInstant(column: ColumnMetadata, instant: InstantType): void {
  column.type = instant.type;
  if (instant.precision === undefined) delete column.precision;
  else column.precision = instant.precision;
  if (column.isCreateDate || column.isUpdateDate) column.default = () => instant.now;
}
