import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** Changes jobstatus and jobs. */
export class JobTrees1795663527417 extends Revision {
  static override readonly description = 'Changes jobstatus and jobs.';

  override readonly postgres: DialectStatements = {
    up: [
      // jobstatus: new value SUBMITTED
      `ALTER TYPE "jobstatus" ADD VALUE 'SUBMITTED' BEFORE 'PENDING'`,
      // jobs.parent_job_id: new column, character varying(100), nullable
      `ALTER TABLE "jobs" ADD COLUMN "parent_job_id" character varying(100)`,
      // jobs.depth: new column, integer, not null, default '0'
      `ALTER TABLE "jobs" ADD COLUMN "depth" integer DEFAULT '0' NOT NULL`,
      // jobs.worker_count: new column, integer, not null, default '1'
      `ALTER TABLE "jobs" ADD COLUMN "worker_count" integer DEFAULT '1' NOT NULL`,
      // jobs.result: new column, jsonb, nullable
      `ALTER TABLE "jobs" ADD COLUMN "result" jsonb`,
      // jobs.error: new column, jsonb, nullable
      `ALTER TABLE "jobs" ADD COLUMN "error" jsonb`,
      // jobs.started_at: new column, timestamp(3) with time zone, nullable
      `ALTER TABLE "jobs" ADD COLUMN "started_at" timestamp(3) with time zone`,
      // fk_jobs_parent_job_id: new foreign key of jobs (parent_job_id) to jobs (job_id), on delete set null
      `ALTER TABLE "jobs" ADD CONSTRAINT "fk_jobs_parent_job_id" FOREIGN KEY ("parent_job_id") REFERENCES "jobs" ("job_id") ON DELETE SET NULL ON UPDATE NO ACTION NOT VALID`,
      // ck_jobs_depth: new check of jobs, "depth" >= 0 AND "depth" <= 5
      `ALTER TABLE "jobs" ADD CONSTRAINT "ck_jobs_depth" CHECK ("depth" >= 0 AND "depth" <= 5) NOT VALID`,
      // ck_jobs_worker_count: new check of jobs, "worker_count" >= 1
      `ALTER TABLE "jobs" ADD CONSTRAINT "ck_jobs_worker_count" CHECK ("worker_count" >= 1) NOT VALID`,
    ],
    down: [
      // ck_jobs_worker_count: check of jobs dropped
      `ALTER TABLE "jobs" DROP CONSTRAINT "ck_jobs_worker_count"`,
      // ck_jobs_depth: check of jobs dropped
      `ALTER TABLE "jobs" DROP CONSTRAINT "ck_jobs_depth"`,
      // fk_jobs_parent_job_id: foreign key of jobs dropped
      `ALTER TABLE "jobs" DROP CONSTRAINT "fk_jobs_parent_job_id"`,
      // jobs.started_at: column dropped
      `ALTER TABLE "jobs" DROP COLUMN "started_at"`,
      // jobs.error: column dropped
      `ALTER TABLE "jobs" DROP COLUMN "error"`,
      // jobs.result: column dropped
      `ALTER TABLE "jobs" DROP COLUMN "result"`,
      // jobs.worker_count: column dropped
      `ALTER TABLE "jobs" DROP COLUMN "worker_count"`,
      // jobs.depth: column dropped
      `ALTER TABLE "jobs" DROP COLUMN "depth"`,
      // jobs.parent_job_id: column dropped
      `ALTER TABLE "jobs" DROP COLUMN "parent_job_id"`,
      // jobstatus: value SUBMITTED dropped
      `DO $rows$
        BEGIN
          IF EXISTS (SELECT FROM "jobs" WHERE "status"::text IN ('SUBMITTED')) THEN
            RAISE EXCEPTION USING MESSAGE = 'jobs.status: rows hold SUBMITTED, which jobstatus is not going to have; give them another value first', ERRCODE = 'check_violation';
          END IF;
        END
        $rows$`,
      `ALTER TYPE "jobstatus" RENAME TO "jobstatus_replaced"`,
      `CREATE TYPE "jobstatus" AS ENUM ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')`,
      `-- lint-allow change-type-rewrite: a value cannot be taken out of a type in place
        ALTER TABLE "jobs" ALTER COLUMN "status" DROP DEFAULT, ALTER COLUMN "status" TYPE "jobstatus" USING "status"::text::"jobstatus", ALTER COLUMN "status" SET DEFAULT 'PENDING'`,
      `DROP TYPE "jobstatus_replaced"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [
      // jobs: built anew for depth (new column, new check ck_jobs_depth), error (new column, new check
      // ck_jobs_error_json), parent_job_id (new column, new foreign key fk_jobs_parent_job_id), result (new
      // column, new check ck_jobs_result_json), started_at (new column), worker_count (new column, new check
      // ck_jobs_worker_count) and status (values)
      `CREATE TABLE "temporary_jobs" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "job_id" varchar(100) NOT NULL,
        "status" varchar CHECK( "status" IN ('SUBMITTED','PENDING','RUNNING','COMPLETED','FAILED','CANCELLED') ) NOT NULL DEFAULT ('PENDING'),
        "task_description" text NOT NULL,
        "assigned_worker_id" varchar(100),
        "created_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        "updated_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        "completed_at" datetime,
        "parent_job_id" varchar(100),
        "depth" integer NOT NULL DEFAULT (0),
        "worker_count" integer NOT NULL DEFAULT (1),
        "result" text,
        "error" text,
        "started_at" datetime,
        CONSTRAINT "uq_jobs_job_id" UNIQUE ("job_id"),
        CONSTRAINT "ck_jobs_worker_count" CHECK ("worker_count" >= 1),
        CONSTRAINT "ck_jobs_depth" CHECK ("depth" >= 0 AND "depth" <= 5),
        CONSTRAINT "ck_jobs_completed_after_created" CHECK ("completed_at" IS NULL OR "completed_at" >= "created_at"),
        CONSTRAINT "ck_jobs_result_json" CHECK (json_valid("result")),
        CONSTRAINT "ck_jobs_error_json" CHECK (json_valid("error")),
        CONSTRAINT "fk_jobs_assigned_worker_id" FOREIGN KEY ("assigned_worker_id") REFERENCES "workers" ("worker_id") ON DELETE SET NULL ON UPDATE NO ACTION,
        CONSTRAINT "fk_jobs_parent_job_id" FOREIGN KEY ("parent_job_id") REFERENCES "jobs" ("job_id") ON DELETE SET NULL ON UPDATE NO ACTION)`,
      `INSERT INTO "temporary_jobs" ("id", "job_id", "status", "task_description", "assigned_worker_id", "created_at", "updated_at", "completed_at") SELECT "id", "job_id", "status", "task_description", "assigned_worker_id", "created_at", "updated_at", "completed_at" FROM "jobs"`,
      `DELETE FROM sqlite_sequence WHERE name = 'temporary_jobs'`,
      `INSERT INTO sqlite_sequence (name, seq) SELECT 'temporary_jobs', seq FROM sqlite_sequence WHERE name = 'jobs'`,
      `DROP TABLE "jobs"`,
      `ALTER TABLE "temporary_jobs" RENAME TO "jobs"`,
      `CREATE INDEX "ix_jobs_status" ON "jobs" ("status")`,
      `CREATE UNIQUE INDEX "ix_jobs_job_id" ON "jobs" ("job_id")`,
      // ix_jobs_created_at: new index of jobs (created_at)
      `CREATE INDEX "ix_jobs_created_at" ON "jobs" ("created_at")`,
      // ix_jobs_depth_status: new index of jobs (depth, status)
      `CREATE INDEX "ix_jobs_depth_status" ON "jobs" ("depth", "status")`,
      // ix_jobs_parent_job_id: new index of jobs (parent_job_id)
      `CREATE INDEX "ix_jobs_parent_job_id" ON "jobs" ("parent_job_id")`,
    ],
    down: [
      // ix_jobs_created_at: index of jobs dropped
      `DROP INDEX "ix_jobs_created_at"`,
      // ix_jobs_depth_status: index of jobs dropped
      `DROP INDEX "ix_jobs_depth_status"`,
      // ix_jobs_parent_job_id: index of jobs dropped
      `DROP INDEX "ix_jobs_parent_job_id"`,
      // jobs: built anew for depth (dropped, no more check ck_jobs_depth), error (dropped, no more check
      // ck_jobs_error_json), parent_job_id (dropped, no more foreign key fk_jobs_parent_job_id), result
      // (dropped, no more check ck_jobs_result_json), started_at (dropped), worker_count (dropped, no more
      // check ck_jobs_worker_count) and status (values)
      `CREATE TABLE "temporary_jobs" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "job_id" varchar(100) NOT NULL,
        "status" varchar CHECK( "status" IN ('PENDING','RUNNING','COMPLETED','FAILED','CANCELLED') ) NOT NULL DEFAULT ('PENDING'),
        "task_description" text NOT NULL,
        "assigned_worker_id" varchar(100),
        "created_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        "updated_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        "completed_at" datetime,
        CONSTRAINT "uq_jobs_job_id" UNIQUE ("job_id"),
        CONSTRAINT "ck_jobs_completed_after_created" CHECK ("completed_at" IS NULL OR "completed_at" >= "created_at"),
        CONSTRAINT "fk_jobs_assigned_worker_id" FOREIGN KEY ("assigned_worker_id") REFERENCES "workers" ("worker_id") ON DELETE SET NULL ON UPDATE NO ACTION)`,
      `INSERT INTO "temporary_jobs" ("id", "job_id", "status", "task_description", "assigned_worker_id", "created_at", "updated_at", "completed_at") SELECT "id", "job_id", "status", "task_description", "assigned_worker_id", "created_at", "updated_at", "completed_at" FROM "jobs"`,
      `DELETE FROM sqlite_sequence WHERE name = 'temporary_jobs'`,
      `INSERT INTO sqlite_sequence (name, seq) SELECT 'temporary_jobs', seq FROM sqlite_sequence WHERE name = 'jobs'`,
      `DROP TABLE "jobs"`,
      `ALTER TABLE "temporary_jobs" RENAME TO "jobs"`,
      `CREATE UNIQUE INDEX "ix_jobs_job_id" ON "jobs" ("job_id")`,
      `CREATE INDEX "ix_jobs_status" ON "jobs" ("status")`,
    ],
  };
}
