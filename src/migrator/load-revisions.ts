/** What a DataSource has that may not be connected, for lint and offline scripts. A run uses revision.ts. */

import type { DataSource, EntitySchema } from 'typeorm';
import { ConnectionMetadataBuilder } from 'typeorm/connection/ConnectionMetadataBuilder.js';
import { located } from '../broken-script.js';
import { orderRevisions, type KnownRevision } from './revision.js';

/** Classes, or files with classes, as TypeORM's option `migrations` has them; nothing is connected for that. */
export async function loadRevisions(dataSource: DataSource): Promise<readonly KnownRevision[]> {
  if (dataSource.isInitialized) return orderRevisions(dataSource.migrations);
  const listed = Object.values<Function | string>(dataSource.options.migrations ?? {});
  const builder = new ConnectionMetadataBuilder(dataSource);
  return orderRevisions(await builder.buildMigrations(listed).catch(rethrow(dataSource)));
}

/** Gives a DataSource that is not connected the metadata of its entities, by which TypeORM decides what they need. */
export async function loadEntities(dataSource: DataSource): Promise<void> {
  if (dataSource.entityMetadatas.length > 0) return;
  const listed = Object.values<Function | string | EntitySchema>(dataSource.options.entities ?? {});
  const builder = new ConnectionMetadataBuilder(dataSource);
  const entityMetadatas = await builder.buildEntityMetadatas(listed).catch(rethrow(dataSource));
  Object.assign(dataSource, { entityMetadatas });
}

function rethrow(dataSource: DataSource): (error: unknown) => never {
  return (error) => {
    throw located(error, dataSource);
  };
}
