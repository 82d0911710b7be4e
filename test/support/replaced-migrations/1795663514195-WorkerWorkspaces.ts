import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** Adds workers.metadata, workers.workspace_id, ix_workers_created_at and ix_workers_workspace_status, changes the values of workerstatus. */
export class WorkerWorkspaces1795663514195 extends Revision {
  static override readonly description = 'Adds workers.metadata, workers.workspace_id, ix_workers_created_at and ix_workers_workspace_status, changes the values of workerstatus.';

  override readonly postgres: DialectStatements = {
    up: [
      // workerstatus: new value PAUSED
      `ALTER TYPE "workerstatus" ADD VALUE 'PAUSED' BEFORE 'FAILED'`,
      // workers.workspace_id: new column, character varying(36), not null, default 'default'
      `ALTER TABLE "workers" ADD COLUMN "workspace_id" character varying(36) DEFAULT 'default' NOT NULL`,
      // workers.metadata: new column, jsonb, nullable
      `ALTER TABLE "workers" ADD COLUMN "metadata" jsonb`,
    ],
    down: [
      // workers.metadata: column dropped
      `ALTER TABLE "workers" DROP COLUMN "metadata"`,
      // workers.workspace_id: column dropped
      `ALTER TABLE "workers" DROP COLUMN "workspace_id"`,
      // workerstatus: value PAUSED dropped
      `DO $rows$
        BEGIN
          IF EXISTS (SELECT FROM "workers" WHERE "status"::text IN ('PAUSED')) THEN
            RAISE EXCEPTION USING MESSAGE = 'workers.status: rows hold PAUSED, which workerstatus is not going to have; give them another value first', ERRCODE = 'check_violation';
          END IF;
        END
        $rows$`,
      `ALTER TYPE "workerstatus" RENAME TO "workerstatus_replaced"`,
      `CREATE TYPE "workerstatus" AS ENUM ('IDLE', 'BUSY', 'FAILED', 'TERMINATED')`,
      `-- lint-allow change-type-rewrite: a value cannot be taken out of a type in place
        ALTER TABLE "workers" ALTER COLUMN "status" DROP DEFAULT, ALTER COLUMN "status" TYPE "workerstatus" USING "status"::text::"workerstatus", ALTER COLUMN "status" SET DEFAULT 'IDLE'`,
      `DROP TYPE "workerstatus_replaced"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [
      // workers: built anew for metadata (new column, new check ck_workers_metadata_json), workspace_id (new
      // column) and status (values)
      `CREATE TABLE "temporary_workers" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "worker_id" varchar(100) NOT NULL,
        "worker_type" varchar CHECK( "worker_type" IN ('CLAUDE','CODEX') ) NOT NULL DEFAULT ('CLAUDE'),
        "status" varchar CHECK( "status" IN ('IDLE','BUSY','PAUSED','FAILED','TERMINATED') ) NOT NULL DEFAULT ('IDLE'),
        "current_job_id" varchar(100),
        "created_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        "updated_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        "workspace_id" varchar(36) NOT NULL DEFAULT ('default'),
        "metadata" text,
        CONSTRAINT "uq_workers_worker_id" UNIQUE ("worker_id"),
        CONSTRAINT "ck_workers_metadata_json" CHECK (json_valid("metadata")))`,
      `INSERT INTO "temporary_workers" ("id", "worker_id", "worker_type", "status", "current_job_id", "created_at", "updated_at") SELECT "id", "worker_id", "worker_type", "status", "current_job_id", "created_at", "updated_at" FROM "workers"`,
      `DELETE FROM sqlite_sequence WHERE name = 'temporary_workers'`,
      `INSERT INTO sqlite_sequence (name, seq) SELECT 'temporary_workers', seq FROM sqlite_sequence WHERE name = 'workers'`,
      `DROP TABLE "workers"`,
      `ALTER TABLE "temporary_workers" RENAME TO "workers"`,
      `CREATE INDEX "ix_workers_status" ON "workers" ("status")`,
      `CREATE UNIQUE INDEX "ix_workers_worker_id" ON "workers" ("worker_id")`,
      // ix_workers_created_at: new index of workers (created_at)
      `CREATE INDEX "ix_workers_created_at" ON "workers" ("created_at")`,
      // ix_workers_workspace_status: new index of workers (workspace_id, status)
      `CREATE INDEX "ix_workers_workspace_status" ON "workers" ("workspace_id", "status")`,
    ],
    down: [
      // ix_workers_created_at: index of workers dropped
      `DROP INDEX "ix_workers_created_at"`,
      // ix_workers_workspace_status: index of workers dropped
      `DROP INDEX "ix_workers_workspace_status"`,
      // workers: built anew for metadata (dropped, no more check ck_workers_metadata_json), workspace_id
      // (dropped) and status (values)
      `CREATE TABLE "temporary_workers" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "worker_id" varchar(100) NOT NULL,
        "worker_type" varchar CHECK( "worker_type" IN ('CLAUDE','CODEX') ) NOT NULL DEFAULT ('CLAUDE'),
        "status" varchar CHECK( "status" IN ('IDLE','BUSY','FAILED','TERMINATED') ) NOT NULL DEFAULT ('IDLE'),
        "current_job_id" varchar(100),
        "created_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        "updated_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        CONSTRAINT "uq_workers_worker_id" UNIQUE ("worker_id"))`,
      `INSERT INTO "temporary_workers" ("id", "worker_id", "worker_type", "status", "current_job_id", "created_at", "updated_at") SELECT "id", "worker_id", "worker_type", "status", "current_job_id", "created_at", "updated_at" FROM "workers"`,
      `DELETE FROM sqlite_sequence WHERE name = 'temporary_workers'`,
      `INSERT INTO sqlite_sequence (name, seq) SELECT 'temporary_workers', seq FROM sqlite_sequence WHERE name = 'workers'`,
      `DROP TABLE "workers"`,
      `ALTER TABLE "temporary_workers" RENAME TO "workers"`,
      `CREATE INDEX "ix_workers_status" ON "workers" ("status")`,
      `CREATE UNIQUE INDEX "ix_workers_worker_id" ON "workers" ("worker_id")`,
    ],
  };
}
