import { Revision, type DialectStatements } from '../migrator/revision.js';

/** worker_state_transitions: primary key (id) becomes (id, timestamp); its index is built without blocking writes. */
export class MonthlyTransitionsDropPkWorkerState1796083246504 extends Revision {
  static override readonly description = 'worker_state_transitions: primary key (id) becomes (id, timestamp); its index is built without blocking writes.';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    'a518b39ff6e682e65fae782fb1c87b179b0a79bd1024f4990c35544bb7eb0389';

  override readonly transaction = false;

  override readonly postgres: DialectStatements = {
    up: [
      // worker_state_transitions: primary key (id) becomes (id, timestamp); its index is built without
      // blocking writes
      `DROP INDEX CONCURRENTLY IF EXISTS "pk_worker_state_transitions_replaced"`,
    ],
    down: [
      // worker_state_transitions: primary key (id, timestamp) becomes (id); its index is built without
      // blocking writes
      `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "pk_worker_state_transitions_replaced" ON "worker_state_transitions" ("id")`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
