import { NEW, type CasesOf } from './case.js';
import { COLUMNS, DEPTH, NAMES, REBUILD_JOBS } from './depth.js';

/** The rule about what two dialects come to. */
export const DIALECT_CASES: CasesOf = {
  'dialects-differ': {
    good: [
      ['a column, added here and by a rebuild there', ...DEPTH],
      [
        'a rebuild in the other manner',
        {
          up: ['ALTER TABLE "jobs" DROP COLUMN "at"'],
          sqlite: {
            up: [
              'ALTER TABLE "jobs" RENAME TO "temporary_jobs"',
              `CREATE TABLE "jobs" ("id" integer PRIMARY KEY, "note" varchar(50), "cost" numeric, "status" varchar, "worker_id" integer)`,
              'INSERT INTO "jobs" SELECT 1 FROM "temporary_jobs"',
              'DROP TABLE "temporary_jobs"',
              'CREATE INDEX "ix_jobs_status" ON "jobs" ("status")',
            ],
          },
        },
      ],
      [
        'another column type',
        {
          up: [NEW],
          sqlite: {
            up: [
              'CREATE TABLE IF NOT EXISTS main."boxes" (`id` integer, [note] text, job_id integer, PRIMARY KEY ("id"), CHECK ("note" <> \'x, y\'))',
            ],
          },
        },
      ],
      [
        'a constraint here and there',
        {
          up: ['ALTER TABLE "jobs" ADD CONSTRAINT "ck" CHECK ("cost" > 0) NOT VALID'],
          sqlite: { up: REBUILD_JOBS(`${COLUMNS}, CONSTRAINT "ck" CHECK ("cost" > 0)`, NAMES) },
        },
      ],
      [
        'names that change',
        {
          up: ['ALTER TABLE "jobs" RENAME "note" TO "words"'],
          sqlite: { up: ['-- lint-allow x: y\nALTER TABLE "jobs" RENAME COLUMN "note" TO "words"'] },
        },
      ],
      [
        'an index in a revision of its own',
        { up: ['CREATE INDEX CONCURRENTLY "ix" ON "jobs" ("note")'], transaction: false },
        { sqlite: { up: ['CREATE INDEX "ix" ON "jobs" ("note")'] } },
      ],
      [
        'a rebuild of a table that nobody knows',
        {
          up: ['ALTER TABLE "events" ADD "b" text'],
          sqlite: {
            up: [
              'CREATE TABLE "temporary_events" ("a" text, "b" text)',
              'DROP TABLE "events"',
              'ALTER TABLE "temporary_events" RENAME TO "events"',
            ],
          },
        },
      ],
    ],
    bad: [
      {
        title: 'a column that one has',
        group: [{ up: ['ALTER TABLE "jobs" ADD COLUMN "depth" integer'] }],
        message: 'PostgreSQL creates the column "depth" of "jobs", SQLite does not.',
        replacement: null,
      },
      {
        title: 'a column that a rebuild forgets',
        group: [
          {
            up: ['ALTER TABLE "jobs" DROP COLUMN "cost"'],
            sqlite: {
              up: REBUILD_JOBS('"note" varchar(50), "status" varchar, "worker_id" integer', '"note"'),
            },
          },
        ],
        message: 'SQLite drops the column "at" of "jobs", PostgreSQL does not.',
        replacement: null,
        at: { dialect: 'sqlite', statement: 3 },
      },
      {
        title: 'a table that one makes, with its columns, on the way down',
        group: [{ down: [NEW] }],
        message: 'PostgreSQL creates the table "boxes", SQLite does not.',
        replacement: null,
        at: { direction: 'down' },
      },
      {
        title: 'several things in one statement',
        group: [{ up: ['ALTER TABLE "jobs" ADD "x" text; CREATE INDEX "i" ON "jobs" ("x")'] }],
        message: 'PostgreSQL creates the column "x" of "jobs" and creates the index "i", SQLite does not.',
        replacement: null,
      },
      {
        title: 'an index that only one drops',
        group: [{ up: ['SELECT 1'], sqlite: { up: ['DROP INDEX IF EXISTS "ix_jobs_status"'] } }],
        message: 'SQLite drops the index "ix_jobs_status", PostgreSQL does not.',
        replacement: null,
        at: { dialect: 'sqlite' },
      },
    ],
  },
};
