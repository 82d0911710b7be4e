import { batches, mirror } from './batches.js';
import { down, NEW, up, type CasesOf } from './case.js';

/** Rules about what is lost, and about what running code relies on. */
export const LOSS_CASES: CasesOf = {
  'drop-column': {
    good: [
      ['a way down', down('ALTER TABLE "jobs" DROP COLUMN "note"')],
      ['one of a new table', up(NEW, 'ALTER TABLE "boxes" DROP COLUMN "note"')],
      [
        'one that the group adds',
        up('ALTER TABLE "jobs" ADD "a" text', 'ALTER TABLE "jobs" RENAME "a" TO "b"'),
        up('ALTER TABLE "jobs" DROP "b"'),
      ],
    ],
    bad: [
      {
        title: 'one that is there',
        group: [up('ALTER TABLE "jobs" DROP COLUMN "note"')],
        message:
          'Dropping "note" of "jobs" deletes its values and makes running code that uses the column fail.',
        replacement:
          '-- lint-allow drop-column: no running code names it since <release>, and its values are not needed\n' +
          'ALTER TABLE "jobs" DROP COLUMN "note";',
      },
    ],
  },
  'drop-table': {
    good: [
      ['a way down', down('DROP TABLE "jobs"')],
      ['one that the group makes', up(NEW), up('DROP TABLE "boxes"')],
    ],
    bad: [
      {
        title: 'one that is there',
        group: [up('SELECT 1', 'DROP TABLE IF EXISTS "public"."jobs" CASCADE')],
        message: 'Dropping "jobs" deletes its rows and makes running code that uses the table fail.',
        replacement:
          '-- lint-allow drop-table: no running code names it since <release>, and its rows are not needed\nDROP TABLE "jobs" CASCADE;',
        at: { statement: 2 },
      },
    ],
  },
  'drop-database': {
    good: [['a schema that must be empty', up('DROP SCHEMA "audit"')]],
    bad: [
      {
        title: 'a database',
        group: [{ down: ['DROP DATABASE "old"'], transaction: false }],
        message: 'Dropping the database "old" deletes everything in it, including what no revision created.',
        replacement: null,
        at: { direction: 'down' },
      },
      {
        title: 'a schema with all that is in it',
        group: [up('DROP SCHEMA "audit" CASCADE')],
        message: 'Dropping the schema "audit" deletes everything in it, including what no revision created.',
        replacement: 'DROP SCHEMA "audit" RESTRICT; -- after its tables, by name',
      },
    ],
  },
  'drop-not-null': {
    good: [
      ['a way down', down('ALTER TABLE "workers" ALTER "name" DROP NOT NULL')],
      ['a new table', up(NEW, 'ALTER TABLE "boxes" ALTER "id" DROP NOT NULL')],
    ],
    bad: [
      {
        title: 'one that code relies on',
        group: [up('ALTER TABLE "workers" ALTER COLUMN "name" DROP NOT NULL')],
        message:
          'Once "name" of "workers" may be null, running code reads nulls that it does not expect, and the way down fails if a row has one.',
        replacement:
          '-- lint-allow drop-not-null: all running code has been able to read a null since <release>\n' +
          'ALTER TABLE "workers" ALTER COLUMN "name" DROP NOT NULL;',
      },
    ],
  },
  'drop-primary-key': {
    good: [
      ['another constraint', up('ALTER TABLE "jobs" DROP CONSTRAINT "ck"')],
      [
        'one that is replaced',
        up(
          'ALTER TABLE "jobs" DROP CONSTRAINT "pk_jobs", ADD CONSTRAINT "pk_jobs" PRIMARY KEY USING INDEX "ix"',
        ),
      ],
      ['a way down', down('ALTER TABLE "jobs" DROP CONSTRAINT "pk_jobs"')],
    ],
    bad: [
      {
        title: 'one that is known',
        group: [up('ALTER TABLE "jobs" DROP CONSTRAINT "pk_jobs"')],
        message:
          'Without the primary key "pk_jobs", "jobs" accepts duplicate rows, foreign keys cannot refer to its rows, and logical replication rejects their updates and deletes.',
        replacement: null,
      },
      {
        title: 'one that is known by its name',
        group: [up('ALTER TABLE "events" DROP CONSTRAINT "events_pkey"')],
        message:
          'Without the primary key "events_pkey", "events" accepts duplicate rows, foreign keys cannot refer to its rows, and logical replication rejects their updates and deletes.',
        replacement: null,
      },
    ],
  },
  'rename-column': {
    good: [
      ['a way down', down('ALTER TABLE "jobs" RENAME COLUMN "note" TO "words"')],
      ['one of a new table', up(NEW, 'ALTER TABLE "boxes" RENAME COLUMN "note" TO "words"')],
      ['a constraint', up('ALTER TABLE "jobs" RENAME CONSTRAINT "pk_jobs" TO "jobs_pkey"')],
    ],
    bad: [
      {
        title: 'one that is there',
        group: [up('ALTER TABLE "jobs" RENAME "note" TO "words"')],
        message:
          'Renaming "note" of "jobs" to "words" makes running code that uses "note" fail; new code fails until the rename.',
        replacement: [
          'ALTER TABLE "jobs" ADD COLUMN "words" varchar(50);',
          mirror(
            ...(['jobs', 'words'] as const),
            `IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN NEW."words" := coalesce(NEW."words", NEW."note"); NEW."note" := NEW."words";`,
            'ELSIF pg_catalog.record_image_ne(ROW(NEW."note"), ROW(OLD."note")) THEN NEW."words" := NEW."note";',
            'ELSIF pg_catalog.record_image_ne(ROW(NEW."words"), ROW(OLD."words")) THEN NEW."note" := NEW."words";',
            'END IF;',
          ),
          batches(
            'jobs',
            'UPDATE "jobs" SET "words" = "note"',
            'pg_catalog.record_image_ne(ROW("words"), ROW("note"))',
          ),
          '-- when no code names "note" any more:',
          'DROP TRIGGER "jobs_words" ON "jobs";',
          'DROP FUNCTION "jobs_words"();',
          'ALTER TABLE "jobs" DROP COLUMN "note";',
        ].join('\n'),
      },
    ],
  },
  'rename-table': {
    good: [
      ['a way down', down('ALTER TABLE "jobs" RENAME TO "tasks"')],
      [
        'one that keeps its former name as well',
        up('ALTER TABLE "jobs" RENAME TO "tasks"', 'CREATE VIEW "jobs" AS SELECT * FROM "tasks"'),
      ],
      ['a new table', up(NEW, 'ALTER TABLE "boxes" RENAME TO "chests"')],
    ],
    bad: [
      {
        title: 'one that is there',
        group: [up('ALTER TABLE "audit"."events" RENAME TO "entries"')],
        message:
          'Renaming "audit"."events" to "audit"."entries" makes running code that uses "audit"."events" fail; new code fails until the rename.',
        replacement: [
          'ALTER TABLE "audit"."events" RENAME TO "entries";',
          'CREATE VIEW "audit"."events" WITH (security_invoker = true) AS SELECT * FROM "audit"."entries";',
          'DO $view$ DECLARE command text; BEGIN',
          '  FOR command IN',
          `    SELECT pg_catalog.format('ALTER VIEW "audit"."events" ALTER COLUMN %I SET DEFAULT %s', attname, pg_catalog.pg_get_expr(adbin, adrelid))`,
          '      FROM pg_catalog.pg_attrdef JOIN pg_catalog.pg_attribute ON attrelid OPERATOR(pg_catalog.=) adrelid AND attnum OPERATOR(pg_catalog.=) adnum',
          `     WHERE adrelid OPERATOR(pg_catalog.=) '"audit"."entries"'::pg_catalog.regclass AND attgenerated OPERATOR(pg_catalog.=) ''`,
          '    UNION ALL',
          `    SELECT pg_catalog.format('GRANT %s%s ON "audit"."events" TO %s%s', privilege_type, columns, CASE WHEN grantee OPERATOR(pg_catalog.=) 0 THEN 'PUBLIC' ELSE grantee::pg_catalog.regrole::text END, CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)`,
          `      FROM (SELECT '' AS columns, (pg_catalog.aclexplode(relacl)).* FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=) '"audit"."entries"'::pg_catalog.regclass`,
          `            UNION ALL SELECT pg_catalog.format('(%I)', attname), (pg_catalog.aclexplode(attacl)).* FROM pg_catalog.pg_attribute WHERE attrelid OPERATOR(pg_catalog.=) '"audit"."entries"'::pg_catalog.regclass) AS granted`,
          `     WHERE privilege_type OPERATOR(pg_catalog.=) ANY ('{SELECT,INSERT,UPDATE,DELETE}'::text[])`,
          '  LOOP EXECUTE command; END LOOP;',
          'END $view$;',
          '-- when no code names "audit"."events" any more:',
          'DROP VIEW "audit"."events";',
        ].join('\n'),
      },
    ],
  },
  'rename-enum-value': {
    good: [
      ['a way down', down(`ALTER TYPE "jobstatus" RENAME VALUE 'DONE' TO 'OVER'`)],
      [
        'one of a type that the group makes',
        up(`CREATE TYPE "kind" AS ENUM ('A')`),
        up(`ALTER TYPE "kind" RENAME VALUE 'A' TO 'B'`),
      ],
    ],
    bad: [
      {
        title: 'one that is there',
        group: [up(`ALTER TYPE "public"."jobstatus" RENAME VALUE 'DONE' TO 'OVER'`)],
        message: `Renaming 'DONE' of "jobstatus" to 'OVER' makes running code that uses 'DONE' fail; that code also reads 'OVER', which it does not know.`,
        replacement: [
          `ALTER TYPE "jobstatus" ADD VALUE 'OVER' AFTER 'DONE';`,
          `-- when all running code understands 'OVER':`,
          batches('jobs', `UPDATE "jobs" SET "status" = 'OVER'`, `"status" OPERATOR(pg_catalog.=) 'DONE'`),
        ].join('\n'),
      },
    ],
  },
};
