import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** ix_workers_workspace_status: new index of workers (workspace_id, status). */
export class WorkerWorkspacesBuildIxWorkersWorkspaceStatus1795663514197 extends Revision {
  static override readonly description = 'ix_workers_workspace_status: new index of workers (workspace_id, status).';

  override readonly transaction = false;

  override readonly postgres: DialectStatements = {
    up: [
      // ix_workers_workspace_status: new index of workers (workspace_id, status)
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_workers_workspace_status" ON "workers" ("workspace_id", "status")`,
    ],
    down: [
      // ix_workers_workspace_status: index of workers dropped
      `DROP INDEX CONCURRENTLY IF EXISTS "ix_workers_workspace_status"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
