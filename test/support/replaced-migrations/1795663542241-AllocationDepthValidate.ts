import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** Adds ck_resource_allocations_depth and ck_resource_allocations_worker_count. */
export class AllocationDepthValidate1795663542241 extends Revision {
  static override readonly description = 'Adds ck_resource_allocations_depth and ck_resource_allocations_worker_count.';

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
