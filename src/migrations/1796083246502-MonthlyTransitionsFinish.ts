import { Revision, type DialectStatements, type SchemaChanges } from '../migrator/revision.js';

/** job_state_transitions: primary key (id) becomes (id, timestamp); worker_state_transitions: primary key (id) becomes (id, timestamp). */
export class MonthlyTransitionsFinish1796083246502 extends Revision {
  static override readonly description = 'job_state_transitions: primary key (id) becomes (id, timestamp); worker_state_transitions: primary key (id) becomes (id, timestamp).';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    '3702b65efbef0cec0a92a54a4a4eb895c5976d468d9e889679d8ceec6d1498f3';

  /** What it changes in the schema. A release without it compares the database with that. */
  static override readonly changes: SchemaChanges = {
    postgres: [
      {
        kind: 'alter-primary-key',
        table: 'job_state_transitions',
        object: 'pk_job_state_transitions',
        aspects: ['name', 'columns'],
        live: {
          name: 'pk_job_state_transitions_replaced',
          columns: ['id'],
          include: [],
          deferrable: null,
          nulls: 'distinct',
        },
        desired: {
          name: 'pk_job_state_transitions',
          columns: ['id', 'timestamp'],
          include: [],
          deferrable: null,
          nulls: 'distinct',
        },
      },
      {
        kind: 'drop-index',
        table: 'job_state_transitions',
        object: 'pk_job_state_transitions',
        live: {
          name: 'pk_job_state_transitions',
          keys: [
            { column: 'id', expression: null, order: 'ASC', nulls: 'LAST', opclass: null, collation: null },
            {
              column: 'timestamp',
              expression: null,
              order: 'ASC',
              nulls: 'LAST',
              opclass: null,
              collation: null,
            },
          ],
          include: [],
          unique: true,
          nulls: 'distinct',
          method: 'btree',
          where: null,
          valid: true,
        },
      },
      {
        kind: 'alter-primary-key',
        table: 'worker_state_transitions',
        object: 'pk_worker_state_transitions',
        aspects: ['name', 'columns'],
        live: {
          name: 'pk_worker_state_transitions_replaced',
          columns: ['id'],
          include: [],
          deferrable: null,
          nulls: 'distinct',
        },
        desired: {
          name: 'pk_worker_state_transitions',
          columns: ['id', 'timestamp'],
          include: [],
          deferrable: null,
          nulls: 'distinct',
        },
      },
      {
        kind: 'drop-index',
        table: 'worker_state_transitions',
        object: 'pk_worker_state_transitions',
        live: {
          name: 'pk_worker_state_transitions',
          keys: [
            { column: 'id', expression: null, order: 'ASC', nulls: 'LAST', opclass: null, collation: null },
            {
              column: 'timestamp',
              expression: null,
              order: 'ASC',
              nulls: 'LAST',
              opclass: null,
              collation: null,
            },
          ],
          include: [],
          unique: true,
          nulls: 'distinct',
          method: 'btree',
          where: null,
          valid: true,
        },
      },
    ],
  };

  override readonly postgres: DialectStatements = {
    up: [
      // job_state_transitions: primary key (id) becomes (id, timestamp)
      `-- Keeps vacuum away from these tables; blocks no reads or writes.
        LOCK TABLE "job_state_transitions", "worker_state_transitions" IN SHARE UPDATE EXCLUSIVE MODE`,
      `ALTER TABLE "job_state_transitions" DROP CONSTRAINT "pk_job_state_transitions_replaced"`,
      `-- One table is locked: a long wait for the next one could end others' transactions as deadlocks.
        SET LOCAL lock_timeout = '300ms'`,
      `-- lint-allow create-index-blocking: it is built here only if this revision alone was reverted
        DO $index$ BEGIN IF pg_catalog.to_regclass('"pk_job_state_transitions"') IS NULL THEN CREATE UNIQUE INDEX "pk_job_state_transitions" ON "job_state_transitions" ("id", "timestamp"); END IF; END $index$`,
      `ALTER TABLE "job_state_transitions" ADD CONSTRAINT "pk_job_state_transitions" PRIMARY KEY USING INDEX "pk_job_state_transitions"`,
      // worker_state_transitions: primary key (id) becomes (id, timestamp)
      `ALTER TABLE "worker_state_transitions" DROP CONSTRAINT "pk_worker_state_transitions_replaced"`,
      `-- lint-allow create-index-blocking: it is built here only if this revision alone was reverted
        DO $index$ BEGIN IF pg_catalog.to_regclass('"pk_worker_state_transitions"') IS NULL THEN CREATE UNIQUE INDEX "pk_worker_state_transitions" ON "worker_state_transitions" ("id", "timestamp"); END IF; END $index$`,
      `ALTER TABLE "worker_state_transitions" ADD CONSTRAINT "pk_worker_state_transitions" PRIMARY KEY USING INDEX "pk_worker_state_transitions"`,
    ],
    down: [
      // worker_state_transitions: primary key (id, timestamp) becomes (id)
      `-- Keeps vacuum away from these tables; blocks no reads or writes.
        LOCK TABLE "worker_state_transitions", "job_state_transitions" IN SHARE UPDATE EXCLUSIVE MODE`,
      `ALTER TABLE "worker_state_transitions" DROP CONSTRAINT "pk_worker_state_transitions"`,
      `-- One table is locked: a long wait for the next one could end others' transactions as deadlocks.
        SET LOCAL lock_timeout = '300ms'`,
      `-- lint-allow create-index-blocking: it is built here only if this revision alone was reverted
        DO $index$ BEGIN IF pg_catalog.to_regclass('"pk_worker_state_transitions_replaced"') IS NULL THEN CREATE UNIQUE INDEX "pk_worker_state_transitions_replaced" ON "worker_state_transitions" ("id"); END IF; END $index$`,
      `ALTER TABLE "worker_state_transitions" ADD CONSTRAINT "pk_worker_state_transitions_replaced" PRIMARY KEY USING INDEX "pk_worker_state_transitions_replaced"`,
      // job_state_transitions: primary key (id, timestamp) becomes (id)
      `ALTER TABLE "job_state_transitions" DROP CONSTRAINT "pk_job_state_transitions"`,
      `-- lint-allow create-index-blocking: it is built here only if this revision alone was reverted
        DO $index$ BEGIN IF pg_catalog.to_regclass('"pk_job_state_transitions_replaced"') IS NULL THEN CREATE UNIQUE INDEX "pk_job_state_transitions_replaced" ON "job_state_transitions" ("id"); END IF; END $index$`,
      `ALTER TABLE "job_state_transitions" ADD CONSTRAINT "pk_job_state_transitions_replaced" PRIMARY KEY USING INDEX "pk_job_state_transitions_replaced"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
