import { alone, down, NEW, up, type CasesOf } from './case.js';

const FK = 'FOREIGN KEY ("worker_id") REFERENCES "workers" ("id") ON DELETE SET NULL';

/** Rules about constraints and indexes. */
export const CONSTRAINT_CASES: CasesOf = {
  'add-foreign-key-validated': {
    good: [
      ['one that is not validated yet', up(`ALTER TABLE "jobs" ADD CONSTRAINT "fk" ${FK} NOT VALID`)],
      [
        'one of a table that the group makes',
        up(NEW),
        up('ALTER TABLE "boxes" ADD FOREIGN KEY ("job_id") REFERENCES "jobs"'),
      ],
      [
        'one of a new column without default',
        up('ALTER TABLE "jobs" ADD COLUMN "other" bigint REFERENCES "workers" ("id")'),
      ],
      ['one in CREATE TABLE', up('CREATE TABLE "a" ("job_id" bigint REFERENCES "jobs" ("id"))')],
    ],
    bad: [
      {
        title: 'one that checks every row',
        group: [up(`ALTER TABLE "jobs" ADD CONSTRAINT "fk_jobs_worker_id" ${FK};`)],
        message:
          'Adding the foreign key "fk_jobs_worker_id" checks every row of "jobs" and blocks writes to "jobs" and "workers".',
        replacement:
          `ALTER TABLE "jobs" ADD CONSTRAINT "fk_jobs_worker_id" ${FK} NOT VALID;\n` +
          '-- in the next revision:\nALTER TABLE "jobs" VALIDATE CONSTRAINT "fk_jobs_worker_id";',
      },
      {
        title: 'one without a name, on the way down, behind another command',
        group: [
          down(`ALTER TABLE "jobs" ALTER COLUMN "note" SET DEFAULT 'é, (x', ADD ${FK}, DROP COLUMN "cost"`),
        ],
        message:
          'Adding the foreign key "jobs_worker_id_fkey" checks every row of "jobs" and blocks writes to "jobs" and "workers".',
        replacement:
          `ALTER TABLE "jobs" ADD CONSTRAINT "jobs_worker_id_fkey" ${FK} NOT VALID;\n` +
          '-- in the next revision:\nALTER TABLE "jobs" VALIDATE CONSTRAINT "jobs_worker_id_fkey";',
        at: { direction: 'down' },
      },
      {
        title: 'one of a new column with a default',
        group: [up('ALTER TABLE "jobs" ADD COLUMN "boss" bigint DEFAULT 1 REFERENCES "workers" ("id")')],
        message:
          'Adding the foreign key "jobs_boss_fkey" checks every row of "jobs" and blocks writes to "jobs" and "workers".',
        replacement:
          'ALTER TABLE "jobs" ADD COLUMN "boss" bigint DEFAULT 1;\n' +
          'ALTER TABLE "jobs" ADD CONSTRAINT "jobs_boss_fkey" FOREIGN KEY ("boss") REFERENCES "workers" ("id") NOT VALID;\n' +
          '-- in the next revision:\nALTER TABLE "jobs" VALIDATE CONSTRAINT "jobs_boss_fkey";',
      },
    ],
  },
  'add-check-validated': {
    good: [
      [
        'one that is not validated yet',
        up('ALTER TABLE "jobs" ADD CONSTRAINT "ck" CHECK ("cost" > 0) NOT VALID'),
      ],
      ['one of a new table', up(NEW, `ALTER TABLE "boxes" ADD CHECK ("note" <> '')`)],
      [
        'one of a table that the revision drops',
        up('ALTER TABLE "jobs" ADD CHECK ("cost" > 0)', 'DROP TABLE "jobs"'),
      ],
    ],
    bad: [
      {
        title: 'one that looks at every row',
        group: [up('ALTER TABLE "jobs" ADD CONSTRAINT "ck_jobs_cost" CHECK ("cost" >= 0 AND "cost" <= 5)')],
        message:
          'Adding the constraint "ck_jobs_cost" checks every row of "jobs" and blocks reads and writes of the table.',
        replacement:
          'ALTER TABLE "jobs" ADD CONSTRAINT "ck_jobs_cost" CHECK ("cost" >= 0 AND "cost" <= 5) NOT VALID;\n' +
          '-- in the next revision:\nALTER TABLE "jobs" VALIDATE CONSTRAINT "ck_jobs_cost";',
      },
      {
        title: 'one of a new column',
        group: [up('ALTER TABLE "jobs" ADD COLUMN "depth" integer NOT NULL DEFAULT 0 CHECK ("depth" < 6)')],
        message:
          'Adding the constraint "jobs_depth_check" checks every row of "jobs" and blocks reads and writes of the table.',
        replacement:
          'ALTER TABLE "jobs" ADD COLUMN "depth" integer NOT NULL DEFAULT 0;\n' +
          'ALTER TABLE "jobs" ADD CONSTRAINT "jobs_depth_check" CHECK ("depth" < 6) NOT VALID;\n' +
          '-- in the next revision:\nALTER TABLE "jobs" VALIDATE CONSTRAINT "jobs_depth_check";',
      },
    ],
  },
  'validate-in-same-transaction': {
    good: [
      [
        'one that an earlier revision added',
        up('ALTER TABLE "jobs" ADD CONSTRAINT "ck" CHECK ("cost" > 0) NOT VALID'),
        up('ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck"'),
      ],
      [
        'one of a new table',
        up(
          NEW,
          'ALTER TABLE "boxes" ADD CONSTRAINT "ck" CHECK ("id" > 0) NOT VALID',
          'ALTER TABLE "boxes" VALIDATE CONSTRAINT "ck"',
        ),
      ],
    ],
    bad: [
      {
        title: 'one that the same revision adds',
        group: [
          up(
            'ALTER TABLE "jobs" ADD CONSTRAINT "ck" CHECK ("cost" > 0) NOT VALID',
            'ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck"',
          ),
        ],
        message:
          'One transaction adds and validates "ck": the lock on "jobs" from adding it is held while every row is checked.',
        replacement: '-- in the next revision:\nALTER TABLE "jobs" VALIDATE CONSTRAINT "ck";',
        at: { statement: 2 },
      },
    ],
  },
  'add-unique-constraint': {
    good: [
      [
        'one whose index is there',
        alone('CREATE UNIQUE INDEX CONCURRENTLY "uq_jobs_note" ON "jobs" ("note")'),
        up('ALTER TABLE "jobs" ADD CONSTRAINT "uq_jobs_note" UNIQUE USING INDEX "uq_jobs_note"'),
      ],
      ['a primary key whose index is there', up('ALTER TABLE "jobs" ADD PRIMARY KEY USING INDEX "ix"')],
      ['one of a new table', up(NEW, 'ALTER TABLE "boxes" ADD UNIQUE ("note")')],
    ],
    bad: [
      {
        title: 'one that builds its index',
        group: [up('ALTER TABLE "jobs" ADD CONSTRAINT "uq_jobs_note" UNIQUE ("note", "at")')],
        message:
          'Adding the constraint "uq_jobs_note" builds an index over all rows of "jobs" and blocks reads and writes of the table.',
        replacement:
          '-- alone in a revision with transaction = false:\n' +
          'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "uq_jobs_note" ON "jobs" ("note", "at");\n' +
          '-- in the next revision:\n' +
          'ALTER TABLE "jobs" ADD CONSTRAINT "uq_jobs_note" UNIQUE USING INDEX "uq_jobs_note";',
      },
      {
        title: 'a primary key, on the way down',
        group: [down('ALTER TABLE "audit"."events" ADD PRIMARY KEY ("id")')],
        message:
          'Adding the constraint "events_pkey" builds an index over all rows of "audit"."events" and blocks reads and writes of the table.',
        replacement:
          '-- alone in a revision with transaction = false:\n' +
          'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "events_pkey" ON "audit"."events" ("id");\n' +
          '-- in the next revision:\n' +
          'ALTER TABLE "audit"."events" ADD CONSTRAINT "ck_events_id_not_null" CHECK ("id" IS NOT NULL) NOT VALID;\n' +
          '-- in the next revision:\n' +
          'ALTER TABLE "audit"."events" VALIDATE CONSTRAINT "ck_events_id_not_null";\n' +
          '-- in the next revision:\n' +
          'ALTER TABLE "audit"."events" ALTER COLUMN "id" SET NOT NULL;\n' +
          'ALTER TABLE "audit"."events" DROP CONSTRAINT "ck_events_id_not_null";\n' +
          '-- in the next revision:\n' +
          'ALTER TABLE "audit"."events" ADD CONSTRAINT "events_pkey" PRIMARY KEY USING INDEX "events_pkey";',
        at: { direction: 'down' },
      },
      {
        title: 'one of a new column, with all that belongs to it',
        group: [
          up(
            'ALTER TABLE "jobs" ADD COLUMN "code" text COLLATE "C" UNIQUE DEFERRABLE INITIALLY DEFERRED CHECK ("code" <> \'\')',
          ),
        ],
        message:
          'Adding the constraint "jobs_code_key" builds an index over all rows of "jobs" and blocks reads and writes of the table.',
        replacement:
          'ALTER TABLE "jobs" ADD COLUMN "code" text COLLATE "C" CHECK ("code" <> \'\');\n' +
          '-- alone in a revision with transaction = false:\n' +
          'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "jobs_code_key" ON "jobs" ("code");\n' +
          '-- in the next revision:\n' +
          'ALTER TABLE "jobs" ADD CONSTRAINT "jobs_code_key" UNIQUE USING INDEX "jobs_code_key" DEFERRABLE INITIALLY DEFERRED;',
      },
      {
        title: 'one that carries another column',
        group: [up('ALTER TABLE "jobs" ADD UNIQUE NULLS NOT DISTINCT ("note") INCLUDE ("at")')],
        message:
          'Adding the constraint "jobs_note_key" builds an index over all rows of "jobs" and blocks reads and writes of the table.',
        replacement:
          '-- alone in a revision with transaction = false:\n' +
          'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "jobs_note_key" ON "jobs" ("note") INCLUDE ("at") NULLS NOT DISTINCT;\n' +
          '-- in the next revision:\n' +
          'ALTER TABLE "jobs" ADD CONSTRAINT "jobs_note_key" UNIQUE USING INDEX "jobs_note_key";',
      },
      {
        title: 'an exclusion constraint',
        group: [up('ALTER TABLE "jobs" ADD CONSTRAINT "ex" EXCLUDE USING gist ("note" WITH =)')],
        message:
          'Adding the constraint "ex" builds an index over all rows of "jobs" and blocks reads and writes of the table.',
        replacement: null,
      },
    ],
  },
  'create-index-blocking': {
    good: [
      ['one that is built meanwhile', alone('CREATE INDEX CONCURRENTLY "ix" ON "jobs" ("note")')],
      ['one of a new table', up(NEW), up('CREATE INDEX ON "boxes" ("note")')],
      [
        'one of a new materialized view',
        up('CREATE MATERIALIZED VIEW "boxed" AS SELECT 1 AS n'),
        up('CREATE INDEX "ix_boxed" ON "boxed" ("n")'),
      ],
      [
        'one of a table that the way down makes again',
        { down: [NEW, 'CREATE INDEX "ix" ON "boxes" ("note")'] },
      ],
    ],
    bad: [
      {
        title: 'one that stops writers',
        group: [
          up(
            `-- of the list\nCREATE UNIQUE INDEX IF NOT EXISTS "ix_jobs_note"\n  ON "jobs" (lower("note")) WHERE "cost" > 0;`,
          ),
        ],
        message: 'Building the index "ix_jobs_note" blocks writes to "jobs" until it is done.',
        replacement:
          '-- alone in a revision with transaction = false:\n' +
          'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "ix_jobs_note" ON "jobs" (lower("note")) WHERE "cost" > 0;',
      },
      {
        title: 'one without a name, over two lines, with a text that has blanks',
        group: [up(`CREATE INDEX ON "jobs" ("note") -- why\n  WHERE "note" <> 'a  b'`)],
        message: 'Building the index "jobs_note_idx" blocks writes to "jobs" until it is done.',
        replacement:
          '-- alone in a revision with transaction = false:\n' +
          `CREATE INDEX CONCURRENTLY IF NOT EXISTS "jobs_note_idx" ON "jobs" ("note") WHERE "note" <> 'a  b';`,
      },
      {
        title: 'one of a table that IF NOT EXISTS finds',
        group: [up('CREATE TABLE IF NOT EXISTS "jobs" ("id" bigint)', 'CREATE INDEX "ix" ON "jobs" ("id")')],
        message: 'Building the index "ix" blocks writes to "jobs" until it is done.',
        replacement:
          '-- alone in a revision with transaction = false:\nCREATE INDEX CONCURRENTLY IF NOT EXISTS "ix" ON "jobs" ("id");',
        at: { statement: 2 },
      },
      {
        title: 'one of a table that has been there, under its new name',
        group: [up('ALTER TABLE "jobs" RENAME TO "tasks"', 'CREATE INDEX "ix" ON "tasks" ("note")')],
        message: 'Building the index "ix" blocks writes to "tasks" until it is done.',
        replacement:
          '-- alone in a revision with transaction = false:\nCREATE INDEX CONCURRENTLY IF NOT EXISTS "ix" ON "tasks" ("note");',
        at: { statement: 2 },
      },
    ],
  },
  'drop-index-blocking': {
    good: [
      ['one that waits without stopping others', alone('DROP INDEX CONCURRENTLY IF EXISTS "ix_jobs_status"')],
      [
        'one of a table that the group makes',
        {
          up: [NEW, 'CREATE INDEX "ix" ON "boxes" ("note")'],
          down: ['DROP INDEX "public"."ix"', 'DROP TABLE "boxes"'],
        },
      ],
      ['one of a table that the revision drops', up('DROP INDEX "ix_jobs_status"', 'DROP TABLE "jobs"')],
    ],
    bad: [
      {
        title: 'one of a table in use',
        group: [up('DROP INDEX "public"."ix_jobs_status"')],
        message:
          'Dropping the index "ix_jobs_status" waits for every running query on "jobs", and blocks new reads and writes of the table meanwhile.',
        replacement:
          '-- alone in a revision with transaction = false:\nDROP INDEX CONCURRENTLY IF EXISTS "ix_jobs_status";',
      },
      {
        title: 'one of which nobody knows the table',
        group: [down('DROP INDEX "ix_unknown"')],
        message:
          'Dropping the index "ix_unknown" waits for every running query on its table, and blocks new reads and writes of the table meanwhile.',
        replacement:
          '-- alone in a revision with transaction = false:\nDROP INDEX CONCURRENTLY IF EXISTS "ix_unknown";',
        at: { direction: 'down' },
      },
    ],
  },
};
