import { Revision, type DialectStatements } from '../migrator/revision.js';

/** Changes resource_allocations. */
export class AllocationDepthValidate1795661040757 extends Revision {
  static override readonly description = 'Changes resource_allocations.';

  override readonly postgres: DialectStatements = {
    up: [
      // ck_resource_allocations_depth: new check of resource_allocations, "depth" >= 0 AND "depth" <= 5; the
      // rows that exist are looked at, which blocks nobody
      `ALTER TABLE "resource_allocations" VALIDATE CONSTRAINT "ck_resource_allocations_depth"`,
      // ck_resource_allocations_worker_count: new check of resource_allocations, "worker_count" >= 1; the
      // rows that exist are looked at, which blocks nobody
      `ALTER TABLE "resource_allocations" VALIDATE CONSTRAINT "ck_resource_allocations_worker_count"`,
    ],
    down: [],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
