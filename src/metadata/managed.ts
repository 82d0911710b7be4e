import type { DataSource, EntityMetadata } from 'typeorm';
import { databaseOf } from '../databases/registry.js';
import { EntityNamesError } from '../errors/entities.js';
import { recordTableNames } from '../schema/record-tables.js';

/**
 * The entities that have a table of their own, which TypeORM's schema builder would create: no views, no children of a
 * single table, nothing excluded with `synchronize: false`. An application may read the table of records as an entity;
 * that table is no entity's.
 *
 * @param defaultSchema the schema of names without one
 */
export function managedEntities(
  dataSource: DataSource,
  defaultSchema = databaseOf(dataSource).defaultSchema(dataSource),
): readonly EntityMetadata[] {
  const isRecord = recordEntities(dataSource, defaultSchema);
  const isElsewhere = databaseOf(dataSource).capabilities.schemas ? () => false : isOfAttachedTree;
  return dataSource.entityMetadatas.filter(
    (metadata) => hasTable(metadata) && !isRecord(metadata) && !isElsewhere(metadata),
  );
}

/** The entities that have a table which they exclude with `synchronize: false`: something else creates that. */
export function externalEntities(dataSource: DataSource): readonly EntityMetadata[] {
  const isRecord = recordEntities(dataSource, databaseOf(dataSource).defaultSchema(dataSource));
  return dataSource.entityMetadatas.filter((metadata) => isExternal(metadata) && !isRecord(metadata));
}

/** Tells which entities are those of the tables of the records. */
function recordEntities(
  dataSource: DataSource,
  defaultSchema: string,
): (metadata: EntityMetadata) => boolean {
  const { schemas } = databaseOf(dataSource).capabilities;
  const records = new Set<string>(
    Object.values(recordTableNames(dataSource.options.migrationsTableName, schemas)),
  );
  return ({ schema, tableName }) =>
    records.has(schema === undefined || schema === defaultSchema ? tableName : `${schema}.${tableName}`);
}

function hasTable({ synchronize, tableType }: EntityMetadata): boolean {
  return synchronize && tableType !== 'entity-child' && tableType !== 'view';
}

/** No decorator excludes the closure table of a tree: in an attached file, it goes with the entity. */
function isOfAttachedTree(metadata: EntityMetadata): boolean {
  if (metadata.tableType !== 'closure-junction') return false;
  const { parentClosureEntityMetadata: tree, connection } = metadata;
  return !tree.synchronize && tree.database !== undefined && tree.database !== connection.options.database;
}

function isExternal({ synchronize, tableType }: EntityMetadata): boolean {
  return !synchronize && tableType !== 'entity-child' && tableType !== 'view';
}

/** @throws EntityNamesError for a view with the name of a table of the records, which is in the database before it */
export function assertViewsBeside(
  dataSource: DataSource,
  views: readonly EntityMetadata[],
  defaultSchema: string,
): void {
  const found = views.find(recordEntities(dataSource, defaultSchema));
  if (!found) return;
  const names = {
    first: found.name,
    second: 'the table of the records of migrations',
    stored: found.tableName,
  };
  throw new EntityNamesError('view', names, 'Specify another name for the view.');
}

/** Whether an entity is a view that TypeORM's schema builder would create. */
export function isManagedView({ synchronize, tableType }: EntityMetadata): boolean {
  return synchronize && tableType === 'view';
}
