import { Revision, type DialectStatements, type SchemaChanges } from '../migrator/revision.js';

/** worker_state_transitions: becomes partitioned by RANGE (timestamp); existing rows are checked without blocking queries. */
export class MonthlyTransitionsValidateWorkerState1796083246509 extends Revision {
  static override readonly description = 'worker_state_transitions: becomes partitioned by RANGE (timestamp); existing rows are checked without blocking queries.';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    'a518b39ff6e682e65fae782fb1c87b179b0a79bd1024f4990c35544bb7eb0389';

  /** What it changes in the schema. A release without it compares the database with that. */
  static override readonly changes: SchemaChanges = {
    postgres: [
      {
        kind: 'alter-check',
        table: 'worker_state_transitions',
        object: 'zz_odb_first_partition',
        aspects: ['validated'],
        live: {
          name: 'zz_odb_first_partition',
          expression: {
            sql: '("timestamp" < \'2027-01-01 00:00:00+00\'::timestamp with time zone)',
            canonical: '("timestamp" < \'2027-01-01 00:00:00+00\'::timestamp with time zone)',
          },
          validated: false,
        },
        desired: {
          name: 'zz_odb_first_partition',
          expression: {
            sql: '("timestamp" < \'2027-01-01 00:00:00+00\'::timestamp with time zone)',
            canonical: '("timestamp" < \'2027-01-01 00:00:00+00\'::timestamp with time zone)',
          },
          validated: true,
        },
      },
    ],
  };

  override readonly postgres: DialectStatements = {
    up: [
      // worker_state_transitions: becomes partitioned by RANGE (timestamp); existing rows are checked without
      // blocking queries
      `ALTER TABLE "worker_state_transitions" VALIDATE CONSTRAINT "zz_odb_first_partition"`,
    ],
    down: [],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
