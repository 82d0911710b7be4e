import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** ix_jobs_parent_job_id: new index of jobs (parent_job_id). */
export class JobTreesBuildIxJobsParentJobId1795663527420 extends Revision {
  static override readonly description = 'ix_jobs_parent_job_id: new index of jobs (parent_job_id).';

  override readonly transaction = false;

  override readonly postgres: DialectStatements = {
    up: [
      // ix_jobs_parent_job_id: new index of jobs (parent_job_id)
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_jobs_parent_job_id" ON "jobs" ("parent_job_id")`,
    ],
    down: [
      // ix_jobs_parent_job_id: index of jobs dropped
      `DROP INDEX CONCURRENTLY IF EXISTS "ix_jobs_parent_job_id"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
