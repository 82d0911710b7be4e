import { Revision, type DialectStatements, type SchemaChanges } from '../migrator/revision.js';

/** worker_state_transitions: primary key (id) becomes (id, timestamp); its index is built without blocking writes. */
export class MonthlyTransitionsBuildPkWorkerState1796083246501 extends Revision {
  static override readonly description = 'worker_state_transitions: primary key (id) becomes (id, timestamp); its index is built without blocking writes.';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    '3702b65efbef0cec0a92a54a4a4eb895c5976d468d9e889679d8ceec6d1498f3';

  /** What it changes in the schema. A release without it compares the database with that. */
  static override readonly changes: SchemaChanges = {
    postgres: [
      {
        kind: 'add-index',
        table: 'worker_state_transitions',
        object: 'pk_worker_state_transitions',
        desired: {
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

  override readonly transaction = false;

  override readonly postgres: DialectStatements = {
    up: [
      // worker_state_transitions: primary key (id) becomes (id, timestamp); its index is built without
      // blocking writes
      `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "pk_worker_state_transitions" ON "worker_state_transitions" ("id", "timestamp")`,
    ],
    down: [
      // worker_state_transitions: primary key (id, timestamp) becomes (id); its index is built without
      // blocking writes
      `DROP INDEX CONCURRENTLY IF EXISTS "pk_worker_state_transitions"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
