import { Revision, type DialectStatements, type SchemaChanges } from '../migrator/revision.js';

/** Changes job_state_transitions, pk_job_state_transitions, worker_state_transitions and pk_worker_state_transitions. */
export class MonthlyTransitions1796083246499 extends Revision {
  static override readonly description = 'Changes job_state_transitions, pk_job_state_transitions, worker_state_transitions and pk_worker_state_transitions.';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    '3702b65efbef0cec0a92a54a4a4eb895c5976d468d9e889679d8ceec6d1498f3';

  /** What it changes in the schema. A release without it compares the database with that. */
  static override readonly changes: SchemaChanges = {
    postgres: [
      {
        kind: 'alter-primary-key',
        table: 'job_state_transitions',
        object: 'pk_job_state_transitions_replaced',
        aspects: ['name'],
        live: {
          name: 'pk_job_state_transitions',
          columns: ['id'],
          include: [],
          deferrable: null,
          nulls: 'distinct',
        },
        desired: {
          name: 'pk_job_state_transitions_replaced',
          columns: ['id'],
          include: [],
          deferrable: null,
          nulls: 'distinct',
        },
      },
      {
        kind: 'alter-primary-key',
        table: 'worker_state_transitions',
        object: 'pk_worker_state_transitions_replaced',
        aspects: ['name'],
        live: {
          name: 'pk_worker_state_transitions',
          columns: ['id'],
          include: [],
          deferrable: null,
          nulls: 'distinct',
        },
        desired: {
          name: 'pk_worker_state_transitions_replaced',
          columns: ['id'],
          include: [],
          deferrable: null,
          nulls: 'distinct',
        },
      },
    ],
  };

  override readonly postgres: DialectStatements = {
    up: [
      // job_state_transitions: primary key (id) becomes (id, timestamp)
      `-- Keeps vacuum away from these tables; blocks no reads or writes.
        LOCK TABLE "job_state_transitions", "worker_state_transitions" IN SHARE UPDATE EXCLUSIVE MODE`,
      `ALTER TABLE "job_state_transitions" RENAME CONSTRAINT "pk_job_state_transitions" TO "pk_job_state_transitions_replaced"`,
      // worker_state_transitions: primary key (id) becomes (id, timestamp)
      `-- One table is locked: a long wait for the next one could end others' transactions as deadlocks.
        SET LOCAL lock_timeout = '300ms'`,
      `ALTER TABLE "worker_state_transitions" RENAME CONSTRAINT "pk_worker_state_transitions" TO "pk_worker_state_transitions_replaced"`,
    ],
    down: [
      // worker_state_transitions: primary key (id, timestamp) becomes (id)
      `-- Keeps vacuum away from these tables; blocks no reads or writes.
        LOCK TABLE "worker_state_transitions", "job_state_transitions" IN SHARE UPDATE EXCLUSIVE MODE`,
      `ALTER TABLE "worker_state_transitions" RENAME CONSTRAINT "pk_worker_state_transitions_replaced" TO "pk_worker_state_transitions"`,
      // job_state_transitions: primary key (id, timestamp) becomes (id)
      `-- One table is locked: a long wait for the next one could end others' transactions as deadlocks.
        SET LOCAL lock_timeout = '300ms'`,
      `ALTER TABLE "job_state_transitions" RENAME CONSTRAINT "pk_job_state_transitions_replaced" TO "pk_job_state_transitions"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
