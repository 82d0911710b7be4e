import { Revision, type DialectStatements } from '../migrator/revision.js';

/** job_state_transitions: primary key (id) becomes (id, timestamp); its index is built without blocking writes. */
export class MonthlyTransitionsDropPkJobState1796083246503 extends Revision {
  static override readonly description = 'job_state_transitions: primary key (id) becomes (id, timestamp); its index is built without blocking writes.';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    '3702b65efbef0cec0a92a54a4a4eb895c5976d468d9e889679d8ceec6d1498f3';

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
