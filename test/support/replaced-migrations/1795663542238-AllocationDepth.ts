import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** Changes resource_allocations. */
export class AllocationDepth1795663542238 extends Revision {
  static override readonly description = 'Changes resource_allocations.';

  override readonly postgres: DialectStatements = {
    up: [
      // resource_allocations.depth: new column, integer, not null, default '0'
      `ALTER TABLE "resource_allocations" ADD COLUMN "depth" integer DEFAULT '0' NOT NULL`,
      // resource_allocations.worker_count: new column, integer, not null, default '1'
      `ALTER TABLE "resource_allocations" ADD COLUMN "worker_count" integer DEFAULT '1' NOT NULL`,
      // ck_resource_allocations_depth: new check of resource_allocations, "depth" >= 0 AND "depth" <= 5
      `ALTER TABLE "resource_allocations" ADD CONSTRAINT "ck_resource_allocations_depth" CHECK ("depth" >= 0 AND "depth" <= 5) NOT VALID`,
      // ck_resource_allocations_worker_count: new check of resource_allocations, "worker_count" >= 1
      `ALTER TABLE "resource_allocations" ADD CONSTRAINT "ck_resource_allocations_worker_count" CHECK ("worker_count" >= 1) NOT VALID`,
    ],
    down: [
      // ck_resource_allocations_worker_count: check of resource_allocations dropped
      `ALTER TABLE "resource_allocations" DROP CONSTRAINT "ck_resource_allocations_worker_count"`,
      // ck_resource_allocations_depth: check of resource_allocations dropped
      `ALTER TABLE "resource_allocations" DROP CONSTRAINT "ck_resource_allocations_depth"`,
      // resource_allocations.worker_count: column dropped
      `ALTER TABLE "resource_allocations" DROP COLUMN "worker_count"`,
      // resource_allocations.depth: column dropped
      `ALTER TABLE "resource_allocations" DROP COLUMN "depth"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [
      // resource_allocations: built anew for depth (new column, new check ck_resource_allocations_depth) and
      // worker_count (new column, new check ck_resource_allocations_worker_count)
      `CREATE TABLE "temporary_resource_allocations" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "job_id" varchar(100) NOT NULL,
        "worker_id" varchar(100) NOT NULL,
        "allocated_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        "released_at" datetime,
        "depth" integer NOT NULL DEFAULT (0),
        "worker_count" integer NOT NULL DEFAULT (1),
        CONSTRAINT "ck_resource_allocations_worker_count" CHECK ("worker_count" >= 1),
        CONSTRAINT "ck_resource_allocations_depth" CHECK ("depth" >= 0 AND "depth" <= 5),
        CONSTRAINT "ck_resource_allocations_released_after_allocated" CHECK ("released_at" IS NULL OR "released_at" >= "allocated_at"),
        CONSTRAINT "fk_resource_allocations_job_id" FOREIGN KEY ("job_id") REFERENCES "jobs" ("job_id") ON DELETE CASCADE ON UPDATE NO ACTION,
        CONSTRAINT "fk_resource_allocations_worker_id" FOREIGN KEY ("worker_id") REFERENCES "workers" ("worker_id") ON DELETE CASCADE ON UPDATE NO ACTION)`,
      `INSERT INTO "temporary_resource_allocations" ("id", "job_id", "worker_id", "allocated_at", "released_at") SELECT "id", "job_id", "worker_id", "allocated_at", "released_at" FROM "resource_allocations"`,
      `DELETE FROM sqlite_sequence WHERE name = 'temporary_resource_allocations'`,
      `INSERT INTO sqlite_sequence (name, seq) SELECT 'temporary_resource_allocations', seq FROM sqlite_sequence WHERE name = 'resource_allocations'`,
      `DROP TABLE "resource_allocations"`,
      `ALTER TABLE "temporary_resource_allocations" RENAME TO "resource_allocations"`,
      `CREATE INDEX "ix_resource_allocations_job_id" ON "resource_allocations" ("job_id")`,
      // ix_resource_allocations_depth_released: new index of resource_allocations (depth, released_at)
      `CREATE INDEX "ix_resource_allocations_depth_released" ON "resource_allocations" ("depth", "released_at")`,
      // ix_resource_allocations_worker_id: new index of resource_allocations (worker_id)
      `CREATE INDEX "ix_resource_allocations_worker_id" ON "resource_allocations" ("worker_id")`,
    ],
    down: [
      // ix_resource_allocations_depth_released: index of resource_allocations dropped
      `DROP INDEX "ix_resource_allocations_depth_released"`,
      // ix_resource_allocations_worker_id: index of resource_allocations dropped
      `DROP INDEX "ix_resource_allocations_worker_id"`,
      // resource_allocations: built anew for depth (dropped, no more check ck_resource_allocations_depth) and
      // worker_count (dropped, no more check ck_resource_allocations_worker_count)
      `CREATE TABLE "temporary_resource_allocations" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "job_id" varchar(100) NOT NULL,
        "worker_id" varchar(100) NOT NULL,
        "allocated_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        "released_at" datetime,
        CONSTRAINT "ck_resource_allocations_released_after_allocated" CHECK ("released_at" IS NULL OR "released_at" >= "allocated_at"),
        CONSTRAINT "fk_resource_allocations_job_id" FOREIGN KEY ("job_id") REFERENCES "jobs" ("job_id") ON DELETE CASCADE ON UPDATE NO ACTION,
        CONSTRAINT "fk_resource_allocations_worker_id" FOREIGN KEY ("worker_id") REFERENCES "workers" ("worker_id") ON DELETE CASCADE ON UPDATE NO ACTION)`,
      `INSERT INTO "temporary_resource_allocations" ("id", "job_id", "worker_id", "allocated_at", "released_at") SELECT "id", "job_id", "worker_id", "allocated_at", "released_at" FROM "resource_allocations"`,
      `DELETE FROM sqlite_sequence WHERE name = 'temporary_resource_allocations'`,
      `INSERT INTO sqlite_sequence (name, seq) SELECT 'temporary_resource_allocations', seq FROM sqlite_sequence WHERE name = 'resource_allocations'`,
      `DROP TABLE "resource_allocations"`,
      `ALTER TABLE "temporary_resource_allocations" RENAME TO "resource_allocations"`,
      `CREATE INDEX "ix_resource_allocations_job_id" ON "resource_allocations" ("job_id")`,
    ],
  };
}
