import { Revision, type DialectStatements } from '../migrator/revision.js';

/** Replaces 15 revisions, WorkerWorkspaces1795663514195 to StateTransitions1795663574228. */
export class WorkersAndJobs1795663574228 extends Revision {
  static override readonly description = 'Replaces 15 revisions, WorkerWorkspaces1795663514195 to StateTransitions1795663574228.';

  /** A database that records all of these counts as having it. Keep the list while one does. */
  static override readonly replaces = [
    'WorkerWorkspaces1795663514195',
    'WorkerWorkspacesBuildIxWorkersCreatedAt1795663514196',
    'WorkerWorkspacesBuildIxWorkersWorkspaceStatus1795663514197',
    'JobTrees1795663527417',
    'JobTreesBuildIxJobsCreatedAt1795663527418',
    'JobTreesBuildIxJobsDepthStatus1795663527419',
    'JobTreesBuildIxJobsParentJobId1795663527420',
    'JobTreesValidate1795663527421',
    'AllocationDepth1795663542238',
    'AllocationDepthBuildIxResourceAllocationsDepthReleased1795663542239',
    'AllocationDepthBuildIxResourceAllocationsWorkerId1795663542240',
    'AllocationDepthValidate1795663542241',
    'IdempotentResponses1795663558071',
    'IdempotentResponsesBuildIxIdempotencyKeysExpiresAt1795663558072',
    'StateTransitions1795663574228',
  ];

  override readonly postgres: DialectStatements = {
    up: [
      // WorkerWorkspaces1795663514195: Adds workers.metadata, workers.workspace_id, ix_workers_created_at and
      // ix_workers_workspace_status, changes the values of workerstatus.
      `ALTER TYPE "workerstatus" ADD VALUE 'PAUSED' BEFORE 'FAILED'`,
      `ALTER TABLE "workers" ADD COLUMN "workspace_id" character varying(36) DEFAULT 'default' NOT NULL`,
      `ALTER TABLE "workers" ADD COLUMN "metadata" jsonb`,
      // WorkerWorkspacesBuildIxWorkersCreatedAt1795663514196: ix_workers_created_at: new index of workers
      // (created_at).
      `-- lint-allow create-index-blocking: WorkerWorkspacesBuildIxWorkersCreatedAt1795663514196 ran it apart; here nothing of the range is applied yet
        CREATE INDEX IF NOT EXISTS "ix_workers_created_at" ON "workers" ("created_at")`,
      // WorkerWorkspacesBuildIxWorkersWorkspaceStatus1795663514197: ix_workers_workspace_status: new index of
      // workers (workspace_id, status).
      `-- lint-allow create-index-blocking: WorkerWorkspacesBuildIxWorkersWorkspaceStatus1795663514197 ran it apart; here nothing of the range is applied yet
        CREATE INDEX IF NOT EXISTS "ix_workers_workspace_status" ON "workers" ("workspace_id", "status")`,
      // JobTrees1795663527417: Changes jobstatus and jobs.
      `ALTER TYPE "jobstatus" ADD VALUE 'SUBMITTED' BEFORE 'PENDING'`,
      `ALTER TABLE "jobs" ADD COLUMN "parent_job_id" character varying(100)`,
      `ALTER TABLE "jobs" ADD COLUMN "depth" integer DEFAULT '0' NOT NULL`,
      `ALTER TABLE "jobs" ADD COLUMN "worker_count" integer DEFAULT '1' NOT NULL`,
      `ALTER TABLE "jobs" ADD COLUMN "result" jsonb`,
      `ALTER TABLE "jobs" ADD COLUMN "error" jsonb`,
      `ALTER TABLE "jobs" ADD COLUMN "started_at" timestamp(3) with time zone`,
      `ALTER TABLE "jobs" ADD CONSTRAINT "fk_jobs_parent_job_id" FOREIGN KEY ("parent_job_id") REFERENCES "jobs" ("job_id") ON DELETE SET NULL ON UPDATE NO ACTION NOT VALID`,
      `ALTER TABLE "jobs" ADD CONSTRAINT "ck_jobs_depth" CHECK ("depth" >= 0 AND "depth" <= 5) NOT VALID`,
      `ALTER TABLE "jobs" ADD CONSTRAINT "ck_jobs_worker_count" CHECK ("worker_count" >= 1) NOT VALID`,
      // JobTreesBuildIxJobsCreatedAt1795663527418: ix_jobs_created_at: new index of jobs (created_at).
      `-- lint-allow create-index-blocking: JobTreesBuildIxJobsCreatedAt1795663527418 ran it apart; here nothing of the range is applied yet
        CREATE INDEX IF NOT EXISTS "ix_jobs_created_at" ON "jobs" ("created_at")`,
      // JobTreesBuildIxJobsDepthStatus1795663527419: ix_jobs_depth_status: new index of jobs (depth, status).
      `-- lint-allow create-index-blocking: JobTreesBuildIxJobsDepthStatus1795663527419 ran it apart; here nothing of the range is applied yet
        CREATE INDEX IF NOT EXISTS "ix_jobs_depth_status" ON "jobs" ("depth", "status")`,
      // JobTreesBuildIxJobsParentJobId1795663527420: ix_jobs_parent_job_id: new index of jobs
      // (parent_job_id).
      `-- lint-allow create-index-blocking: JobTreesBuildIxJobsParentJobId1795663527420 ran it apart; here nothing of the range is applied yet
        CREATE INDEX IF NOT EXISTS "ix_jobs_parent_job_id" ON "jobs" ("parent_job_id")`,
      // JobTreesValidate1795663527421: Adds fk_jobs_parent_job_id, ck_jobs_depth and ck_jobs_worker_count.
      `-- lint-allow validate-in-same-transaction: JobTreesValidate1795663527421 ran it apart; here nothing of the range is applied yet
        ALTER TABLE "jobs" VALIDATE CONSTRAINT "fk_jobs_parent_job_id"`,
      `-- lint-allow validate-in-same-transaction: JobTreesValidate1795663527421 ran it apart; here nothing of the range is applied yet
        ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck_jobs_depth"`,
      `-- lint-allow validate-in-same-transaction: JobTreesValidate1795663527421 ran it apart; here nothing of the range is applied yet
        ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck_jobs_worker_count"`,
      // AllocationDepth1795663542238: Changes resource_allocations.
      `ALTER TABLE "resource_allocations" ADD COLUMN "depth" integer DEFAULT '0' NOT NULL`,
      `ALTER TABLE "resource_allocations" ADD COLUMN "worker_count" integer DEFAULT '1' NOT NULL`,
      `ALTER TABLE "resource_allocations" ADD CONSTRAINT "ck_resource_allocations_depth" CHECK ("depth" >= 0 AND "depth" <= 5) NOT VALID`,
      `ALTER TABLE "resource_allocations" ADD CONSTRAINT "ck_resource_allocations_worker_count" CHECK ("worker_count" >= 1) NOT VALID`,
      // AllocationDepthBuildIxResourceAllocationsDepthReleased1795663542239:
      // ix_resource_allocations_depth_released: new index of resource_allocations (depth, released_at).
      `-- lint-allow create-index-blocking: AllocationDepthBuildIxResourceAllocationsDepthReleased1795663542239 ran it apart; here nothing of the range is applied yet
        CREATE INDEX IF NOT EXISTS "ix_resource_allocations_depth_released" ON "resource_allocations" ("depth", "released_at")`,
      // AllocationDepthBuildIxResourceAllocationsWorkerId1795663542240: ix_resource_allocations_worker_id:
      // new index of resource_allocations (worker_id).
      `-- lint-allow create-index-blocking: AllocationDepthBuildIxResourceAllocationsWorkerId1795663542240 ran it apart; here nothing of the range is applied yet
        CREATE INDEX IF NOT EXISTS "ix_resource_allocations_worker_id" ON "resource_allocations" ("worker_id")`,
      // AllocationDepthValidate1795663542241: Adds ck_resource_allocations_depth and
      // ck_resource_allocations_worker_count.
      `-- lint-allow validate-in-same-transaction: AllocationDepthValidate1795663542241 ran it apart; here nothing of the range is applied yet
        ALTER TABLE "resource_allocations" VALIDATE CONSTRAINT "ck_resource_allocations_depth"`,
      `-- lint-allow validate-in-same-transaction: AllocationDepthValidate1795663542241 ran it apart; here nothing of the range is applied yet
        ALTER TABLE "resource_allocations" VALIDATE CONSTRAINT "ck_resource_allocations_worker_count"`,
      // IdempotentResponses1795663558071: Changes idempotency_keys.
      `ALTER TABLE "idempotency_keys" ADD COLUMN "endpoint" character varying(255)`,
      `ALTER TABLE "idempotency_keys" ADD COLUMN "response_status" integer`,
      `ALTER TABLE "idempotency_keys" ADD COLUMN "response_body" text`,
      `ALTER TABLE "idempotency_keys" ADD COLUMN "expires_at" timestamp(3) with time zone`,
      // IdempotentResponsesBuildIxIdempotencyKeysExpiresAt1795663558072: ix_idempotency_keys_expires_at: new
      // index of idempotency_keys (expires_at).
      `-- lint-allow create-index-blocking: IdempotentResponsesBuildIxIdempotencyKeysExpiresAt1795663558072 ran it apart; here nothing of the range is applied yet
        CREATE INDEX IF NOT EXISTS "ix_idempotency_keys_expires_at" ON "idempotency_keys" ("expires_at")`,
      // StateTransitions1795663574228: Creates job_state_transitions and worker_state_transitions.
      `-- Keeps vacuum away from these tables, and nobody else.
        LOCK TABLE "jobs", "workers" IN SHARE UPDATE EXCLUSIVE MODE`,
      `CREATE TABLE "job_state_transitions" ("id" bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
        "job_id" character varying(100) NOT NULL,
        "from_state" character varying(20),
        "to_state" character varying(20) NOT NULL,
        "reason" text,
        "timestamp" timestamp(3) with time zone DEFAULT date_trunc('milliseconds', now()) NOT NULL,
        CONSTRAINT "pk_job_state_transitions" PRIMARY KEY ("id"))`,
      `CREATE INDEX "ix_job_state_transitions_job_id_timestamp" ON "job_state_transitions" ("job_id", "timestamp")`,
      `CREATE INDEX "ix_job_state_transitions_timestamp" ON "job_state_transitions" ("timestamp")`,
      `CREATE TABLE "worker_state_transitions" ("id" bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
        "worker_id" character varying(100) NOT NULL,
        "from_state" character varying(20),
        "to_state" character varying(20) NOT NULL,
        "reason" text,
        "timestamp" timestamp(3) with time zone DEFAULT date_trunc('milliseconds', now()) NOT NULL,
        CONSTRAINT "pk_worker_state_transitions" PRIMARY KEY ("id"))`,
      `CREATE INDEX "ix_worker_state_transitions_worker_id_timestamp" ON "worker_state_transitions" ("worker_id", "timestamp")`,
      `CREATE INDEX "ix_worker_state_transitions_timestamp" ON "worker_state_transitions" ("timestamp")`,
      `ALTER TABLE "job_state_transitions" ADD CONSTRAINT "fk_job_state_transitions_job_id" FOREIGN KEY ("job_id") REFERENCES "jobs" ("job_id") ON DELETE CASCADE ON UPDATE NO ACTION`,
      `-- One table is locked: a long wait for the next one could end others' transactions as deadlocks.
        SET LOCAL lock_timeout = '300ms'`,
      `ALTER TABLE "worker_state_transitions" ADD CONSTRAINT "fk_worker_state_transitions_worker_id" FOREIGN KEY ("worker_id") REFERENCES "workers" ("worker_id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    ],
    down: [
      // StateTransitions1795663574228: Creates job_state_transitions and worker_state_transitions.
      `-- Keeps vacuum away from these tables, and nobody else.
        LOCK TABLE "worker_state_transitions", "workers", "job_state_transitions", "jobs" IN SHARE UPDATE EXCLUSIVE MODE`,
      `LOCK TABLE "worker_state_transitions" IN ACCESS EXCLUSIVE MODE`,
      `-- One table is locked: a long wait for the next one could end others' transactions as deadlocks.
        SET LOCAL lock_timeout = '300ms'`,
      `LOCK TABLE "workers" IN ACCESS EXCLUSIVE MODE`,
      `ALTER TABLE "worker_state_transitions" DROP CONSTRAINT "fk_worker_state_transitions_worker_id"`,
      `LOCK TABLE "job_state_transitions" IN ACCESS EXCLUSIVE MODE`,
      `LOCK TABLE "jobs" IN ACCESS EXCLUSIVE MODE`,
      `ALTER TABLE "job_state_transitions" DROP CONSTRAINT "fk_job_state_transitions_job_id"`,
      `DROP TABLE "worker_state_transitions"`,
      `DROP TABLE "job_state_transitions"`,
      // IdempotentResponsesBuildIxIdempotencyKeysExpiresAt1795663558072: ix_idempotency_keys_expires_at: new
      // index of idempotency_keys (expires_at).
      `-- lint-allow drop-index-blocking: IdempotentResponsesBuildIxIdempotencyKeysExpiresAt1795663558072 ran it apart; here nothing of the range is applied yet
        DROP INDEX IF EXISTS "ix_idempotency_keys_expires_at"`,
      // IdempotentResponses1795663558071: Changes idempotency_keys.
      `ALTER TABLE "idempotency_keys" DROP COLUMN "expires_at"`,
      `ALTER TABLE "idempotency_keys" DROP COLUMN "response_body"`,
      `ALTER TABLE "idempotency_keys" DROP COLUMN "response_status"`,
      `ALTER TABLE "idempotency_keys" DROP COLUMN "endpoint"`,
      // AllocationDepthBuildIxResourceAllocationsWorkerId1795663542240: ix_resource_allocations_worker_id:
      // new index of resource_allocations (worker_id).
      `-- lint-allow drop-index-blocking: AllocationDepthBuildIxResourceAllocationsWorkerId1795663542240 ran it apart; here nothing of the range is applied yet
        DROP INDEX IF EXISTS "ix_resource_allocations_worker_id"`,
      // AllocationDepthBuildIxResourceAllocationsDepthReleased1795663542239:
      // ix_resource_allocations_depth_released: new index of resource_allocations (depth, released_at).
      `-- lint-allow drop-index-blocking: AllocationDepthBuildIxResourceAllocationsDepthReleased1795663542239 ran it apart; here nothing of the range is applied yet
        DROP INDEX IF EXISTS "ix_resource_allocations_depth_released"`,
      // AllocationDepth1795663542238: Changes resource_allocations.
      `ALTER TABLE "resource_allocations" DROP CONSTRAINT "ck_resource_allocations_worker_count"`,
      `ALTER TABLE "resource_allocations" DROP CONSTRAINT "ck_resource_allocations_depth"`,
      `ALTER TABLE "resource_allocations" DROP COLUMN "worker_count"`,
      `ALTER TABLE "resource_allocations" DROP COLUMN "depth"`,
      // JobTreesBuildIxJobsParentJobId1795663527420: ix_jobs_parent_job_id: new index of jobs
      // (parent_job_id).
      `-- lint-allow drop-index-blocking: JobTreesBuildIxJobsParentJobId1795663527420 ran it apart; here nothing of the range is applied yet
        DROP INDEX IF EXISTS "ix_jobs_parent_job_id"`,
      // JobTreesBuildIxJobsDepthStatus1795663527419: ix_jobs_depth_status: new index of jobs (depth, status).
      `-- lint-allow drop-index-blocking: JobTreesBuildIxJobsDepthStatus1795663527419 ran it apart; here nothing of the range is applied yet
        DROP INDEX IF EXISTS "ix_jobs_depth_status"`,
      // JobTreesBuildIxJobsCreatedAt1795663527418: ix_jobs_created_at: new index of jobs (created_at).
      `-- lint-allow drop-index-blocking: JobTreesBuildIxJobsCreatedAt1795663527418 ran it apart; here nothing of the range is applied yet
        DROP INDEX IF EXISTS "ix_jobs_created_at"`,
      // JobTrees1795663527417: Changes jobstatus and jobs.
      `ALTER TABLE "jobs" DROP CONSTRAINT "ck_jobs_worker_count"`,
      `ALTER TABLE "jobs" DROP CONSTRAINT "ck_jobs_depth"`,
      `ALTER TABLE "jobs" DROP CONSTRAINT "fk_jobs_parent_job_id"`,
      `ALTER TABLE "jobs" DROP COLUMN "started_at"`,
      `ALTER TABLE "jobs" DROP COLUMN "error"`,
      `ALTER TABLE "jobs" DROP COLUMN "result"`,
      `ALTER TABLE "jobs" DROP COLUMN "worker_count"`,
      `ALTER TABLE "jobs" DROP COLUMN "depth"`,
      `ALTER TABLE "jobs" DROP COLUMN "parent_job_id"`,
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
      // WorkerWorkspacesBuildIxWorkersWorkspaceStatus1795663514197: ix_workers_workspace_status: new index of
      // workers (workspace_id, status).
      `-- lint-allow drop-index-blocking: WorkerWorkspacesBuildIxWorkersWorkspaceStatus1795663514197 ran it apart; here nothing of the range is applied yet
        DROP INDEX IF EXISTS "ix_workers_workspace_status"`,
      // WorkerWorkspacesBuildIxWorkersCreatedAt1795663514196: ix_workers_created_at: new index of workers
      // (created_at).
      `-- lint-allow drop-index-blocking: WorkerWorkspacesBuildIxWorkersCreatedAt1795663514196 ran it apart; here nothing of the range is applied yet
        DROP INDEX IF EXISTS "ix_workers_created_at"`,
      // WorkerWorkspaces1795663514195: Adds workers.metadata, workers.workspace_id, ix_workers_created_at and
      // ix_workers_workspace_status, changes the values of workerstatus.
      `ALTER TABLE "workers" DROP COLUMN "metadata"`,
      `ALTER TABLE "workers" DROP COLUMN "workspace_id"`,
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
      // WorkerWorkspaces1795663514195: Adds workers.metadata, workers.workspace_id, ix_workers_created_at and
      // ix_workers_workspace_status, changes the values of workerstatus.
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
      `CREATE INDEX "ix_workers_created_at" ON "workers" ("created_at")`,
      `CREATE INDEX "ix_workers_workspace_status" ON "workers" ("workspace_id", "status")`,
      // JobTrees1795663527417: Changes jobstatus and jobs.
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
      `CREATE INDEX "ix_jobs_created_at" ON "jobs" ("created_at")`,
      `CREATE INDEX "ix_jobs_depth_status" ON "jobs" ("depth", "status")`,
      `CREATE INDEX "ix_jobs_parent_job_id" ON "jobs" ("parent_job_id")`,
      // AllocationDepth1795663542238: Changes resource_allocations.
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
      `CREATE INDEX "ix_resource_allocations_depth_released" ON "resource_allocations" ("depth", "released_at")`,
      `CREATE INDEX "ix_resource_allocations_worker_id" ON "resource_allocations" ("worker_id")`,
      // IdempotentResponses1795663558071: Changes idempotency_keys.
      `ALTER TABLE "idempotency_keys" ADD COLUMN "endpoint" varchar(255)`,
      `ALTER TABLE "idempotency_keys" ADD COLUMN "response_status" integer`,
      `ALTER TABLE "idempotency_keys" ADD COLUMN "response_body" text`,
      `ALTER TABLE "idempotency_keys" ADD COLUMN "expires_at" datetime`,
      `CREATE INDEX "ix_idempotency_keys_expires_at" ON "idempotency_keys" ("expires_at")`,
      // StateTransitions1795663574228: Creates job_state_transitions and worker_state_transitions.
      `CREATE TABLE "job_state_transitions" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "job_id" varchar(100) NOT NULL,
        "from_state" varchar(20),
        "to_state" varchar(20) NOT NULL,
        "reason" text,
        "timestamp" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        CONSTRAINT "fk_job_state_transitions_job_id" FOREIGN KEY ("job_id") REFERENCES "jobs" ("job_id") ON DELETE CASCADE ON UPDATE NO ACTION)`,
      `CREATE INDEX "ix_job_state_transitions_job_id_timestamp" ON "job_state_transitions" ("job_id", "timestamp")`,
      `CREATE INDEX "ix_job_state_transitions_timestamp" ON "job_state_transitions" ("timestamp")`,
      `CREATE TABLE "worker_state_transitions" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "worker_id" varchar(100) NOT NULL,
        "from_state" varchar(20),
        "to_state" varchar(20) NOT NULL,
        "reason" text,
        "timestamp" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        CONSTRAINT "fk_worker_state_transitions_worker_id" FOREIGN KEY ("worker_id") REFERENCES "workers" ("worker_id") ON DELETE CASCADE ON UPDATE NO ACTION)`,
      `CREATE INDEX "ix_worker_state_transitions_worker_id_timestamp" ON "worker_state_transitions" ("worker_id", "timestamp")`,
      `CREATE INDEX "ix_worker_state_transitions_timestamp" ON "worker_state_transitions" ("timestamp")`,
    ],
    down: [
      // StateTransitions1795663574228: Creates job_state_transitions and worker_state_transitions.
      `DROP TABLE "worker_state_transitions"`,
      `DROP TABLE "job_state_transitions"`,
      // IdempotentResponses1795663558071: Changes idempotency_keys.
      `DROP INDEX "ix_idempotency_keys_expires_at"`,
      `ALTER TABLE "idempotency_keys" DROP COLUMN "endpoint"`,
      `ALTER TABLE "idempotency_keys" DROP COLUMN "expires_at"`,
      `ALTER TABLE "idempotency_keys" DROP COLUMN "response_body"`,
      `ALTER TABLE "idempotency_keys" DROP COLUMN "response_status"`,
      // AllocationDepth1795663542238: Changes resource_allocations.
      `DROP INDEX "ix_resource_allocations_depth_released"`,
      `DROP INDEX "ix_resource_allocations_worker_id"`,
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
      // JobTrees1795663527417: Changes jobstatus and jobs.
      `DROP INDEX "ix_jobs_created_at"`,
      `DROP INDEX "ix_jobs_depth_status"`,
      `DROP INDEX "ix_jobs_parent_job_id"`,
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
      // WorkerWorkspaces1795663514195: Adds workers.metadata, workers.workspace_id, ix_workers_created_at and
      // ix_workers_workspace_status, changes the values of workerstatus.
      `DROP INDEX "ix_workers_created_at"`,
      `DROP INDEX "ix_workers_workspace_status"`,
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
