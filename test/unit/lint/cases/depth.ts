import type { Written } from '../linted.js';

/** A rebuild of jobs in SQLite, in the manner of TypeORM. */
export const REBUILD_JOBS = (columns: string, copied: string): readonly string[] => [
  `CREATE TABLE "temporary_jobs" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, ${columns})`,
  `INSERT INTO "temporary_jobs" ("id", ${copied}) SELECT "id", ${copied} FROM "jobs"`,
  'DROP TABLE "jobs"',
  'ALTER TABLE "temporary_jobs" RENAME TO "jobs"',
  'CREATE INDEX "ix_jobs_status" ON "jobs" ("status")',
];
/** The columns of jobs. */
export const COLUMNS = `"note" varchar(50), "cost" numeric, "status" varchar, "worker_id" integer, "at" datetime`;
/** The same without types. */
export const NAMES = '"note", "cost", "status", "worker_id", "at"';

/** One column and its NOT NULL in four revisions, as the rules want it. */
export const DEPTH: readonly Written[] = [
  {
    up: [
      'ALTER TABLE "jobs" ADD COLUMN "depth" integer',
      'ALTER TABLE "jobs" ALTER COLUMN "depth" SET DEFAULT 0',
      'ALTER TABLE "jobs" ADD CONSTRAINT "ck_jobs_depth" CHECK ("depth" IS NOT NULL) NOT VALID',
    ],
    down: ['ALTER TABLE "jobs" DROP COLUMN "depth"'],
    sqlite: {
      up: REBUILD_JOBS(`${COLUMNS}, "depth" integer NOT NULL DEFAULT (0)`, NAMES),
      down: REBUILD_JOBS(COLUMNS, NAMES),
    },
  },
  {
    up: [
      'DO $$ BEGIN LOOP UPDATE "jobs" SET "depth" = 0 WHERE "id" IN (SELECT "id" FROM "jobs" WHERE "depth" IS NULL LIMIT 9); EXIT WHEN NOT FOUND; COMMIT; END LOOP; END $$',
    ],
    transaction: false,
  },
  { up: ['ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck_jobs_depth"'] },
  {
    up: [
      'ALTER TABLE "jobs" ALTER COLUMN "depth" SET NOT NULL',
      'ALTER TABLE "jobs" DROP CONSTRAINT "ck_jobs_depth"',
    ],
    down: ['ALTER TABLE "jobs" ALTER COLUMN "depth" DROP NOT NULL'],
  },
];
