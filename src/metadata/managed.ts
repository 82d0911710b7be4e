import type { EntityMetadata } from 'typeorm';

/**
 * Whether an entity has a table of its own that TypeORM's schema builder would create: no views, no children of a single
 * table, nothing excluded with `synchronize: false`.
 */
export function isManaged({ synchronize, tableType }: EntityMetadata): boolean {
  return synchronize && tableType !== 'entity-child' && tableType !== 'view';
}

/** Whether an entity has a table that it excludes with `synchronize: false`: something else creates that. */
export function isExternal({ synchronize, tableType }: EntityMetadata): boolean {
  return !synchronize && tableType !== 'entity-child' && tableType !== 'view';
}

/** Whether an entity is a view that TypeORM's schema builder would create. */
export function isManagedView({ synchronize, tableType }: EntityMetadata): boolean {
  return synchronize && tableType === 'view';
}
