/** Revisions of a DataSource that may not be connected, for lint and offline scripts. A run uses revision.ts. */

import type { DataSource } from 'typeorm';
import { ConnectionMetadataBuilder } from 'typeorm/connection/ConnectionMetadataBuilder.js';
import { orderRevisions, type KnownRevision } from './revision.js';

/** Classes, or files with classes, as TypeORM's option `migrations` has them; nothing is connected for that. */
export async function loadRevisions(dataSource: DataSource): Promise<readonly KnownRevision[]> {
  if (dataSource.isInitialized) return orderRevisions(dataSource.migrations);
  const listed = Object.values<Function | string>(dataSource.options.migrations ?? {});
  return orderRevisions(await new ConnectionMetadataBuilder(dataSource).buildMigrations(listed));
}
