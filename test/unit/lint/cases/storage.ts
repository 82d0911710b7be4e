import { alone, down, NEW, up, type Cases, type CasesOf } from './case.js';

const BLOCKED = 'and its indexes again, and blocks reads and writes of it meanwhile.';
const CASCADE =
  'drops all that depends on it: columns with their values, indexes, constraints, defaults, triggers and views. ' +
  'The statement does not name them';
const ALL_WORKERS =
  'CREATE TABLE "all_workers" ("id" bigint NOT NULL, "name" varchar(100) NOT NULL) PARTITION BY RANGE ("id")';
const ATTACH = 'ALTER TABLE "all_workers" ATTACH PARTITION "workers" FOR VALUES FROM (1) TO (100)';

const REWRITE: Cases = {
  good: [
    ['one of a new table', up(NEW, 'ALTER TABLE "boxes" SET UNLOGGED', 'CLUSTER "boxes" USING "boxes_pkey"')],
    ['plain VACUUM', alone('VACUUM (ANALYZE, FULL false) "jobs"')],
    ['a refresh that lets reads go on', up('REFRESH MATERIALIZED VIEW CONCURRENTLY "counted"')],
    [
      'the expression of a virtual column',
      up(
        'ALTER TABLE "jobs" ADD COLUMN "twice" numeric GENERATED ALWAYS AS ("cost" * 2) VIRTUAL',
        'ALTER TABLE "jobs" ALTER COLUMN "twice" SET EXPRESSION AS ("cost" * 3)',
      ),
    ],
  ],
  bad: [
    {
      title: 'a table that is in no log any more',
      group: [up('ALTER TABLE "jobs" SET UNLOGGED')],
      message: `SET UNLOGGED writes all of "jobs" ${BLOCKED}`,
      replacement: '-- lint-allow rewrite-table: <number> rows\nALTER TABLE "jobs" SET UNLOGGED;',
    },
    {
      title: 'VACUUM FULL',
      group: [alone('VACUUM FULL "jobs"')],
      message: `VACUUM FULL writes all of "jobs" ${BLOCKED}`,
      replacement:
        '-- alone in a revision with transaction = false:\n-- lint-allow rewrite-table: <number> rows\nVACUUM FULL "jobs";',
    },
  ],
};

/** Rules about what is stored, checked or lost as a whole. */
export const STORAGE_CASES: CasesOf = {
  'rewrite-table': REWRITE,
  'reindex-blocking': {
    good: [
      ['one that blocks nothing', alone('REINDEX INDEX CONCURRENTLY "ix_jobs_status"')],
      ['one of a new table', up(NEW, 'REINDEX TABLE "boxes"')],
    ],
    bad: [
      {
        title: 'the indexes of a table',
        group: [up('REINDEX (VERBOSE) TABLE "jobs"')],
        message:
          'REINDEX of the table "jobs" blocks writes to its table until each index is built, and reads that use the index.',
        replacement:
          '-- alone in a revision with transaction = false:\nREINDEX (VERBOSE) TABLE CONCURRENTLY "jobs";',
      },
    ],
  },
  'attach-partition-unproven': {
    good: [
      [
        'a partition whose check proves the bound',
        up(ALL_WORKERS, 'ALTER TABLE "workers" ADD CONSTRAINT "ck" CHECK ("id" >= 1 AND "id" < 50)', ATTACH),
      ],
      ['a table that inherits', up('ALTER TABLE "workers" INHERIT "jobs"')],
    ],
    bad: [
      {
        title: 'a partition without a check',
        group: [up(ALL_WORKERS, ATTACH)],
        message:
          'Attaching "workers" to "all_workers" reads every row of "workers", since no check proves the bound, and ' +
          'blocks reads and writes of it.',
        replacement:
          'ALTER TABLE "workers" ADD CONSTRAINT "ck_workers_in_all_workers" CHECK ("id" IS NOT NULL AND "id" >= 1 AND "id" < 100) NOT VALID;\n' +
          '-- in the next revision:\nALTER TABLE "workers" VALIDATE CONSTRAINT "ck_workers_in_all_workers";\n' +
          `-- in the next revision:\n${ATTACH};\nALTER TABLE "workers" DROP CONSTRAINT "ck_workers_in_all_workers";`,
        at: { statement: 2 },
      },
    ],
  },
  'truncate-table': {
    good: [
      ['a way down', down('TRUNCATE "jobs"')],
      ['a new table', up(NEW, 'TRUNCATE "boxes"')],
      ['what another rule reports', up('TRUNCATE "jobs" CASCADE')],
    ],
    bad: [
      {
        title: 'a table with rows',
        group: [up('TRUNCATE "jobs"')],
        message:
          'TRUNCATE deletes every row of "jobs" at once, and blocks reads and writes of it. The way down cannot bring the rows back.',
        replacement:
          '-- lint-allow truncate-table: its rows are not needed since <release>\nTRUNCATE "jobs";',
      },
    ],
  },
  'drop-cascade': {
    good: [
      ['a type without CASCADE', up('DROP TYPE "jobstatus"')],
      ['a type that the group makes', up(`CREATE TYPE "t" AS ENUM ('A')`, 'DROP TYPE "t" CASCADE')],
      ['a view', up('DROP VIEW "v" CASCADE')],
    ],
    bad: [
      {
        title: 'a type of a column',
        group: [up('DROP TYPE "jobstatus" CASCADE')],
        message: `DROP ... CASCADE of the type "jobstatus" ${CASCADE}; as far as the revisions show: "status" of "jobs".`,
        replacement: 'ALTER TABLE "jobs" DROP COLUMN "status";\nDROP TYPE "jobstatus";',
      },
    ],
  },
};

/** More of these rules, and of others, that need what the tables of the replacements have not. */
export const SERVER_CASES: CasesOf = {
  'rewrite-table': {
    good: [],
    bad: [
      {
        title: 'a refresh that blocks reads',
        group: [up('REFRESH MATERIALIZED VIEW "counted"')],
        message: `REFRESH MATERIALIZED VIEW writes all of "counted" ${BLOCKED}`,
        replacement:
          '-- requires a unique index over all rows of the view\nREFRESH MATERIALIZED VIEW CONCURRENTLY "counted";',
      },
    ],
  },
  'drop-cascade': {
    good: [],
    bad: [
      {
        title: 'an extension',
        group: [up('DROP EXTENSION "citext" CASCADE')],
        message: `DROP ... CASCADE of the extension "citext" ${CASCADE}.`,
        replacement: '<the drops of what depends on it>;\nDROP EXTENSION "citext";',
      },
    ],
  },
  'drop-not-null': {
    good: [['a check that is dropped', up('ALTER TABLE "workers" DROP CONSTRAINT "workers_size_not_null"')]],
    bad: [
      {
        title: 'the constraint that PostgreSQL 18 has for it',
        group: [up('ALTER TABLE "workers" DROP CONSTRAINT "workers_name_not_null"')],
        message:
          'Once "name" of "workers" may be null, running code reads nulls that it does not expect, and the way down fails if a row has one.',
        replacement:
          '-- lint-allow drop-not-null: all running code has been able to read a null since <release>\n' +
          'ALTER TABLE "workers" DROP CONSTRAINT "workers_name_not_null";',
      },
    ],
  },
  'set-not-null-unproven': {
    good: [],
    bad: [
      {
        title: 'a virtual column',
        group: [
          up(
            'ALTER TABLE "jobs" ADD COLUMN "twice" numeric GENERATED ALWAYS AS ("cost" * 2) VIRTUAL NOT NULL',
          ),
        ],
        message:
          'NOT NULL computes the virtual column "twice" for every row of "jobs" and blocks reads and writes of the table.',
        replacement:
          'ALTER TABLE "jobs" ADD COLUMN "twice" numeric GENERATED ALWAYS AS ("cost" * 2) VIRTUAL;\n' +
          'ALTER TABLE "jobs" ADD CONSTRAINT "jobs_twice_not_null" NOT NULL "twice" NOT VALID;\n' +
          '-- in the next revision:\nALTER TABLE "jobs" VALIDATE CONSTRAINT "jobs_twice_not_null";',
      },
    ],
  },
  'add-column-volatile-default': {
    good: [
      [
        'a domain that checks nothing',
        up('CREATE DOMAIN "words" AS text', 'ALTER TABLE "jobs" ADD COLUMN "w" "words"'),
      ],
    ],
    bad: [
      {
        title: 'a domain with a check',
        group: [
          up(
            'CREATE DOMAIN "positive" AS integer CHECK (VALUE > 0)',
            'ALTER TABLE "jobs" ADD COLUMN "depth" "positive"',
          ),
        ],
        message:
          'Adding "depth" rewrites every row of "jobs" and its indexes, and blocks reads and writes of the table: ' +
          'the domain "positive" checks the value of each row.',
        replacement: null,
        at: { statement: 2 },
      },
    ],
  },
  'write-without-where': {
    good: [
      [
        'MERGE with a condition',
        up('MERGE INTO "jobs" USING "workers" ON true WHEN MATCHED AND "note" IS NULL THEN DELETE'),
      ],
    ],
    bad: [
      {
        title: 'MERGE that deletes',
        group: [up('MERGE INTO "jobs" USING "workers" ON true WHEN MATCHED THEN DELETE')],
        message:
          'MERGE deletes every matching row of "jobs" in one transaction and keeps each locked until its end.',
        replacement: null,
      },
    ],
  },
  'add-unique-constraint': {
    good: [],
    bad: [
      {
        title: 'a key without overlaps, of which no index can be built before',
        group: [up('ALTER TABLE "jobs" ADD CONSTRAINT "uq" UNIQUE ("note", "at" WITHOUT OVERLAPS)')],
        message:
          'Adding the constraint "uq" builds an index over all rows of "jobs" and blocks reads and writes of the table.',
        replacement: null,
      },
    ],
  },
};
