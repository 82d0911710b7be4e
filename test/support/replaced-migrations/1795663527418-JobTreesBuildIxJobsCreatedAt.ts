import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** ix_jobs_created_at: new index of jobs (created_at). */
export class JobTreesBuildIxJobsCreatedAt1795663527418 extends Revision {
  static override readonly description = 'ix_jobs_created_at: new index of jobs (created_at).';

  override readonly transaction = false;

  override readonly postgres: DialectStatements = {
    up: [
      // ix_jobs_created_at: new index of jobs (created_at)
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_jobs_created_at" ON "jobs" ("created_at")`,
    ],
    down: [
      // ix_jobs_created_at: index of jobs dropped
      `DROP INDEX CONCURRENTLY IF EXISTS "ix_jobs_created_at"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
