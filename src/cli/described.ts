import type { DataSource } from 'typeorm';
import { applyEntityTypes } from '../metadata/entity-types.js';
import { loadEntities } from '../migrator/load-revisions.js';
import { isNeutral } from '../scratch/scratch-sources.js';

/** Gives a DataSource that is not connected the metadata of its entities, with the types of its database. */
export async function loadDescribed(dataSource: DataSource): Promise<void> {
  await loadEntities(dataSource);
  // On connecting, a DataSource of createDataSource does this itself.
  if (!dataSource.isInitialized && isNeutral(dataSource)) applyEntityTypes(dataSource);
}
