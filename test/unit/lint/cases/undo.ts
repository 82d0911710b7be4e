import { NEW, up, type CasesOf } from './case.js';
import { DEPTH } from './depth.js';

const ENUM_AGAIN = (values: string): readonly string[] => [
  'ALTER TABLE "jobs" ALTER COLUMN "status" DROP DEFAULT',
  'ALTER TYPE "jobstatus" RENAME TO "jobstatus_old"',
  `CREATE TYPE "jobstatus" AS ENUM (${values})`,
  'ALTER TABLE "jobs" ALTER COLUMN "status" TYPE "jobstatus" USING "status"::text::"jobstatus"',
  'DROP TYPE "jobstatus_old"',
  `ALTER TABLE "jobs" ALTER COLUMN "status" SET DEFAULT 'PENDING'::"jobstatus"`,
];

/** The rule about what up and down come to. */
export const UNDO_CASES: CasesOf = {
  'down-does-not-undo': {
    good: [
      [
        'what comes to nothing',
        { up: [NEW, 'CREATE INDEX "ix" ON "boxes" ("note")'], down: ['DROP TABLE "boxes"'] },
      ],
      ['a group of which one revision undoes what others did', ...DEPTH],
      [
        'a default that comes back in another spelling',
        {
          up: ['ALTER TABLE "jobs" ALTER "status" DROP DEFAULT'],
          down: [`ALTER TABLE "jobs" ALTER "status" SET DEFAULT 'PENDING'::jobstatus`],
        },
      ],
      [
        'what IF EXISTS takes away, be it there or not',
        {
          up: ['DROP INDEX CONCURRENTLY IF EXISTS "ix_unknown"'],
          down: ['CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_unknown" ON "jobs" ("note")'],
          transaction: false,
        },
        {
          up: ['ALTER TABLE "jobs" DROP CONSTRAINT IF EXISTS "ck_unknown"'],
          down: ['ALTER TABLE "jobs" ADD CONSTRAINT "ck_unknown" CHECK ("cost" > 0) NOT VALID'],
        },
      ],
      [
        'a constraint that takes over an index, the other way round',
        {
          up: ['ALTER TABLE "workers" DROP CONSTRAINT "uq_unknown"'],
          down: ['ALTER TABLE "workers" ADD CONSTRAINT "uq_unknown" UNIQUE USING INDEX "uq_unknown"'],
        },
        {
          up: ['DROP INDEX CONCURRENTLY IF EXISTS "uq_unknown"'],
          down: ['CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "uq_unknown" ON "workers" ("name")'],
          transaction: false,
        },
      ],
      [
        'a schema and an extension that may have been there',
        up('CREATE SCHEMA IF NOT EXISTS "audit"', 'CREATE EXTENSION IF NOT EXISTS "pg_trgm"'),
      ],
      [
        'a comment that is taken away where there was none',
        {
          up: [`COMMENT ON COLUMN "jobs"."note" IS 'words'`],
          down: ['COMMENT ON COLUMN "jobs"."note" IS NULL'],
        },
      ],
      [
        'a comment that is dropped with its column',
        {
          up: ['ALTER TABLE "jobs" ADD "a" text', `COMMENT ON COLUMN "jobs"."a" IS 'words'`],
          down: ['ALTER TABLE "jobs" DROP "a"'],
        },
        {
          up: ['ALTER TABLE "jobs" ADD "a.b" text', `COMMENT ON COLUMN "jobs"."a.b" IS 'words'`],
          down: ['ALTER TABLE "jobs" DROP "a.b"'],
        },
      ],
      [
        'a comment that follows the name of its column',
        {
          up: [`COMMENT ON COLUMN "jobs"."note" IS 'words'`, 'ALTER TABLE "jobs" RENAME "note" TO "words"'],
          down: ['COMMENT ON COLUMN "jobs"."words" IS NULL', 'ALTER TABLE "jobs" RENAME "words" TO "note"'],
        },
      ],
      [
        'comments and a trigger that follow the name of their table',
        {
          up: [
            `COMMENT ON TABLE "jobs" IS 'words'`,
            `COMMENT ON COLUMN "jobs"."note" IS 'words'`,
            'CREATE TRIGGER "told" AFTER INSERT ON "jobs" EXECUTE FUNCTION "tell"()',
            'ALTER TABLE "jobs" RENAME TO "tasks"',
          ],
          down: [
            'COMMENT ON TABLE "tasks" IS NULL',
            'COMMENT ON COLUMN "tasks"."note" IS NULL',
            'DROP TRIGGER "told" ON "tasks"',
            'ALTER TABLE "tasks" RENAME TO "jobs"',
          ],
        },
      ],
      [
        'nulls that are filled, where none may be from then on',
        {
          up: [
            `UPDATE "jobs" SET "note" = '' WHERE "note" IS NULL`,
            'ALTER TABLE "jobs" ALTER COLUMN "note" SET NOT NULL',
          ],
          down: ['ALTER TABLE "jobs" ALTER COLUMN "note" DROP NOT NULL'],
        },
      ],
      [
        'an index that goes with its column and comes back',
        {
          up: ['ALTER TABLE "jobs" ADD "a" text', 'CREATE INDEX "ix_a" ON "jobs" ("a")'],
          down: ['ALTER TABLE "jobs" DROP "a"'],
        },
      ],
      [
        'an enum that is made anew',
        { up: [`ALTER TYPE "jobstatus" ADD VALUE 'OVER'`], down: ENUM_AGAIN(`'PENDING', 'DONE'`) },
      ],
      [
        'names that change and change back',
        {
          up: ['ALTER TABLE "jobs" RENAME TO "tasks"', 'ALTER TABLE "tasks" RENAME "note" TO "words"'],
          down: ['ALTER TABLE "tasks" RENAME "words" TO "note"', 'ALTER TABLE "tasks" RENAME TO "jobs"'],
        },
      ],
      [
        'a table that nobody knows',
        {
          up: [
            'ALTER TABLE "events" DROP COLUMN "a"',
            'ALTER TABLE "events" ALTER "b" TYPE bigint',
            'DROP INDEX "ix_e"',
          ],
          down: [
            'CREATE INDEX "ix_e" ON "events" ("b")',
            'ALTER TABLE "events" ALTER "b" TYPE integer',
            'ALTER TABLE "events" ADD "a" text',
          ],
        },
      ],
      [
        'a table that comes back with its index',
        {
          up: ['DROP TABLE "jobs"'],
          down: [
            `CREATE TABLE "jobs" ("id" bigint GENERATED BY DEFAULT AS IDENTITY, "note" varchar(50), "cost" numeric(8, 2), "status" "jobstatus" NOT NULL DEFAULT 'PENDING', "worker_id" bigint, "at" timestamp(3) with time zone, CONSTRAINT "pk_jobs" PRIMARY KEY ("id"))`,
            'CREATE INDEX "ix_jobs_status" ON "jobs" ("status")',
          ],
        },
      ],
      [
        'rows that are written and taken away',
        { up: [`INSERT INTO "workers" VALUES (1, 'a')`], down: ['DELETE FROM "workers" WHERE "id" = 1'] },
      ],
      [
        'rows of a new table',
        { up: [NEW, 'INSERT INTO "boxes" ("note") VALUES (NULL)'], down: ['DROP TABLE "boxes"'] },
      ],
      [
        'values of a new column',
        { up: ['ALTER TABLE "jobs" ADD "a" text'], down: ['ALTER TABLE "jobs" DROP "a"'] },
        up(`UPDATE "jobs" SET "a" = 'x' WHERE "a" IS NULL`),
      ],
      [
        'what is there already',
        up(
          'CREATE TABLE IF NOT EXISTS "jobs" ("a" text)',
          'CREATE INDEX IF NOT EXISTS "ix_jobs_status" ON "jobs" ("a")',
          'ALTER TABLE "jobs" ADD COLUMN IF NOT EXISTS "note" text',
        ),
      ],
      [
        'a table like another one',
        {
          up: ['CREATE TABLE "likes" (LIKE "jobs" INCLUDING ALL)', 'ALTER TABLE "likes" DROP COLUMN "note"'],
          down: ['DROP TABLE "likes"'],
        },
      ],
      [
        'a schema that changes and changes back',
        {
          up: ['ALTER TABLE "jobs" SET SCHEMA "app"'],
          down: ['ALTER TABLE "app"."jobs" SET SCHEMA "public"'],
        },
      ],
      [
        'a trigger that goes with its function',
        {
          up: [
            'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
            'CREATE TRIGGER t BEFORE INSERT ON "jobs" FOR EACH ROW EXECUTE FUNCTION f()',
          ],
          down: ['DROP TRIGGER t ON "jobs"', 'DROP FUNCTION f()'],
        },
      ],
      [
        'a unique constraint that takes over an index',
        {
          up: ['CREATE UNIQUE INDEX CONCURRENTLY "uq" ON "jobs" ("note")'],
          down: ['DROP INDEX CONCURRENTLY IF EXISTS "uq"'],
          transaction: false,
        },
        {
          up: ['ALTER TABLE "jobs" ADD CONSTRAINT "uq" UNIQUE USING INDEX "uq"'],
          down: ['ALTER TABLE "jobs" DROP CONSTRAINT "uq"'],
        },
      ],
    ],
    bad: [
      {
        title: 'an empty way down',
        group: [up(NEW, 'ALTER TABLE "jobs" ADD COLUMN "a" text, ADD COLUMN "b" text')].map((one) => ({
          ...one,
          down: ['DROP TABLE "boxes"'],
        })),
        message:
          'After the way down the column "a" of "jobs" is still there; the column "b" of "jobs" is still there.',
        replacement: 'ALTER TABLE "jobs" DROP COLUMN "b";\nALTER TABLE "jobs" DROP COLUMN "a";',
        at: { statement: 2 },
      },
      {
        title: 'an index in a revision of its own',
        group: [{ up: ['CREATE INDEX CONCURRENTLY "ix" ON "jobs" ("note")'], transaction: false }],
        message: 'After the way down the index "ix" is still there.',
        replacement: 'DROP INDEX CONCURRENTLY IF EXISTS "ix";',
      },
      {
        title: 'an enum value',
        group: [up(`ALTER TYPE "jobstatus" ADD VALUE 'OVER'`)],
        message: `After the way down the value 'OVER' of "jobstatus" is still there.`,
        replacement: null,
      },
      {
        title: 'an index that went with its column and does not come back',
        group: [
          {
            up: ['ALTER TABLE "jobs" DROP "status"'],
            down: [`ALTER TABLE "jobs" ADD "status" "jobstatus" NOT NULL DEFAULT 'PENDING'`],
          },
        ],
        message: 'After the way down the index "ix_jobs_status" is missing.',
        replacement: null,
      },
      {
        title: 'an index that IF EXISTS takes away and that was there',
        group: [{ up: ['DROP INDEX CONCURRENTLY IF EXISTS "ix_jobs_status"'], down: [], transaction: false }],
        message: 'After the way down the index "ix_jobs_status" is missing.',
        replacement: null,
      },
      {
        title: 'another type than before',
        group: [
          {
            up: ['ALTER TABLE "jobs" ALTER "note" TYPE text'],
            down: ['ALTER TABLE "jobs" ALTER "note" TYPE varchar(60)'],
          },
        ],
        message: 'After the way down the type of "note" of "jobs" differs from before.',
        replacement: null,
      },
      {
        title: 'a dropped column that does not come back as it was',
        group: [{ up: ['ALTER TABLE "jobs" DROP "note"'], down: ['ALTER TABLE "jobs" ADD "note" text'] }],
        message: 'After the way down the type of "note" of "jobs" differs from before.',
        replacement: null,
      },
      {
        title: 'a way down that drops what the way up did not make',
        group: [{ up: [], down: ['DROP TABLE "workers"'] }],
        message: 'The way down does more than undo: the table "workers" is missing.',
        replacement: null,
        at: { direction: 'down' },
      },
      {
        title: 'rows that stay',
        group: [up(`INSERT INTO "workers" VALUES (4, 'a')`)],
        message: 'The way down is empty, so it keeps what this INSERT does to "workers".',
        replacement: 'DELETE FROM "workers" WHERE <the rows that it inserts>;',
      },
    ],
  },
};
