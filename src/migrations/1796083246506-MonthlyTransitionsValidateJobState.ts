import { Revision, type DialectStatements, type SchemaChanges } from '../migrator/revision.js';

/** job_state_transitions: becomes partitioned by RANGE (timestamp); existing rows are checked without blocking queries. */
export class MonthlyTransitionsValidateJobState1796083246506 extends Revision {
  static override readonly description = 'job_state_transitions: becomes partitioned by RANGE (timestamp); existing rows are checked without blocking queries.';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    '3702b65efbef0cec0a92a54a4a4eb895c5976d468d9e889679d8ceec6d1498f3';

  /** What it changes in the schema. A release without it compares the database with that. */
  static override readonly changes: SchemaChanges = {
    postgres: [
      {
        kind: 'alter-check',
        table: 'job_state_transitions',
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
      // job_state_transitions: becomes partitioned by RANGE (timestamp); existing rows are checked without
      // blocking queries
      `ALTER TABLE "job_state_transitions" VALIDATE CONSTRAINT "zz_odb_first_partition"`,
    ],
    down: [],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
