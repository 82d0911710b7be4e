import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** ix_resource_allocations_depth_released: new index of resource_allocations (depth, released_at). */
export class AllocationDepthBuildIxResourceAllocationsDepthReleased1795663542239 extends Revision {
  static override readonly description = 'ix_resource_allocations_depth_released: new index of resource_allocations (depth, released_at).';

  override readonly transaction = false;

  override readonly postgres: DialectStatements = {
    up: [
      // ix_resource_allocations_depth_released: new index of resource_allocations (depth, released_at)
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_resource_allocations_depth_released" ON "resource_allocations" ("depth", "released_at")`,
    ],
    down: [
      // ix_resource_allocations_depth_released: index of resource_allocations dropped
      `DROP INDEX CONCURRENTLY IF EXISTS "ix_resource_allocations_depth_released"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
