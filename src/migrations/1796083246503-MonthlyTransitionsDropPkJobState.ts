import { Revision, type DialectStatements } from '../migrator/revision.js';

/** job_state_transitions: primary key (id) becomes (id, timestamp); its index is built without blocking writes. */
export class MonthlyTransitionsDropPkJobState1796083246503 extends Revision {
  static override readonly description = 'job_state_transitions: primary key (id) becomes (id, timestamp); its index is built without blocking writes.';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    'a518b39ff6e682e65fae782fb1c87b179b0a79bd1024f4990c35544bb7eb0389';

  override readonly transaction = false;

  override readonly postgres: DialectStatements = {
    up: [
      // job_state_transitions: primary key (id) becomes (id, timestamp); its index is built without blocking
      // writes
      `DROP INDEX CONCURRENTLY IF EXISTS "pk_job_state_transitions_replaced"`,
    ],
    down: [
      // job_state_transitions: primary key (id, timestamp) becomes (id); its index is built without blocking
      // writes
      `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "pk_job_state_transitions_replaced" ON "job_state_transitions" ("id")`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
