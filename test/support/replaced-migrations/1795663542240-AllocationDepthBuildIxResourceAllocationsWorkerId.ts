import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** ix_resource_allocations_worker_id: new index of resource_allocations (worker_id). */
export class AllocationDepthBuildIxResourceAllocationsWorkerId1795663542240 extends Revision {
  static override readonly description = 'ix_resource_allocations_worker_id: new index of resource_allocations (worker_id).';

  override readonly transaction = false;

  override readonly postgres: DialectStatements = {
    up: [
      // ix_resource_allocations_worker_id: new index of resource_allocations (worker_id)
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_resource_allocations_worker_id" ON "resource_allocations" ("worker_id")`,
    ],
    down: [
      // ix_resource_allocations_worker_id: index of resource_allocations dropped
      `DROP INDEX CONCURRENTLY IF EXISTS "ix_resource_allocations_worker_id"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
