import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** Adds fk_jobs_parent_job_id, ck_jobs_depth and ck_jobs_worker_count. */
export class JobTreesValidate1795663527421 extends Revision {
  static override readonly description = 'Adds fk_jobs_parent_job_id, ck_jobs_depth and ck_jobs_worker_count.';

  override readonly postgres: DialectStatements = {
    up: [
      // fk_jobs_parent_job_id: new foreign key of jobs (parent_job_id) to jobs (job_id), on delete set null;
      // the rows that exist are looked at, which blocks nobody
      `ALTER TABLE "jobs" VALIDATE CONSTRAINT "fk_jobs_parent_job_id"`,
      // ck_jobs_depth: new check of jobs, "depth" >= 0 AND "depth" <= 5; the rows that exist are looked at,
      // which blocks nobody
      `ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck_jobs_depth"`,
      // ck_jobs_worker_count: new check of jobs, "worker_count" >= 1; the rows that exist are looked at,
      // which blocks nobody
      `ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck_jobs_worker_count"`,
    ],
    down: [],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
