import { Revision, type DialectStatements } from '../migrator/revision.js';

/** worker_state_transitions: primary key (id) becomes (id, timestamp); its index is built without blocking writes. */
export class MonthlyTransitionsDropPkWorkerState1796083246504 extends Revision {
  static override readonly description = 'worker_state_transitions: primary key (id) becomes (id, timestamp); its index is built without blocking writes.';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    '3702b65efbef0cec0a92a54a4a4eb895c5976d468d9e889679d8ceec6d1498f3';

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
