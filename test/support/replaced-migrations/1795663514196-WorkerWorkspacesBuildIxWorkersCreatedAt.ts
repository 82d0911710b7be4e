import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** ix_workers_created_at: new index of workers (created_at). */
export class WorkerWorkspacesBuildIxWorkersCreatedAt1795663514196 extends Revision {
  static override readonly description = 'ix_workers_created_at: new index of workers (created_at).';

  override readonly transaction = false;

  override readonly postgres: DialectStatements = {
    up: [
      // ix_workers_created_at: new index of workers (created_at)
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_workers_created_at" ON "workers" ("created_at")`,
    ],
    down: [
      // ix_workers_created_at: index of workers dropped
      `DROP INDEX CONCURRENTLY IF EXISTS "ix_workers_created_at"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
