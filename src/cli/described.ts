import type { DataSource } from 'typeorm';
import { loadEntities } from '../migrator/load-revisions.js';
import { isNeutral } from '../scratch/scratch-sources.js';

/** Gives a DataSource that is not connected the metadata of its entities, with the types of its database. */
export async function loadDescribed(dataSource: DataSource): Promise<void> {
  await loadEntities(dataSource);
  if (dataSource.isInitialized || !isNeutral(dataSource)) return;
  // Modules of TypeORM need each other: one that is imported before its index, as an import above would, is incomplete.
  const { applyEntityTypes } = await import('../metadata/entity-types.js');
  applyEntityTypes(dataSource);
}
