import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** ix_jobs_depth_status: new index of jobs (depth, status). */
export class JobTreesBuildIxJobsDepthStatus1795663527419 extends Revision {
  static override readonly description = 'ix_jobs_depth_status: new index of jobs (depth, status).';

  override readonly transaction = false;

  override readonly postgres: DialectStatements = {
    up: [
      // ix_jobs_depth_status: new index of jobs (depth, status)
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_jobs_depth_status" ON "jobs" ("depth", "status")`,
    ],
    down: [
      // ix_jobs_depth_status: index of jobs dropped
      `DROP INDEX CONCURRENTLY IF EXISTS "ix_jobs_depth_status"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
