import { batches } from './batches.js';
import { alone, down, NEW, up, type CasesOf } from './case.js';

/** The rule about changes of every row. */
export const WRITE_CASES: CasesOf = {
  'write-without-where': {
    good: [
      [
        'some rows',
        up(`UPDATE "jobs" SET "note" = '' WHERE "note" IS NULL`, 'DELETE FROM "jobs" WHERE "id" = 1'),
      ],
      ['a new table', up(NEW, 'DELETE FROM "boxes"')],
      [
        'batches',
        alone(
          'DO $$ BEGIN LOOP UPDATE "jobs" SET "cost" = 0 WHERE "id" IN (SELECT "id" FROM "jobs" WHERE "cost" IS NULL LIMIT 9); EXIT WHEN NOT FOUND; COMMIT; END LOOP; END $$',
        ),
      ],
    ],
    bad: [
      {
        title: 'an update of all rows',
        group: [up(`UPDATE "jobs" SET "note" = '', "cost" = 0`)],
        message:
          'UPDATE without WHERE rewrites every row of "jobs" in one transaction: each stays locked until its end, and the table grows to twice its size.',
        replacement: batches(
          'jobs',
          `UPDATE "jobs" SET "note" = '', "cost" = 0`,
          `(pg_catalog.record_image_ne(ROW("note"), ROW(('')::varchar(50))) OR pg_catalog.record_image_ne(ROW("cost"), ROW((0)::numeric(8, 2))))`,
        ),
      },
      ...(
        [
          ['what it says itself', 'UPDATE "jobs" SET "cost" = "cost" + 1'],
          ['another value each time', 'UPDATE "jobs" SET "note" = gen_random_uuid()::text'],
          ...[
            "now() - interval '1 day'",
            'CURRENT_TIMESTAMP',
            'localtimestamp',
            'current_date',
            `'today'`,
          ].map((value) => [`the time, ${value}`, `UPDATE "jobs" SET "at" = ${value}`] as const),
          ['what other tables say', 'UPDATE "jobs" SET "note" = "name" FROM "workers"'],
          ['two columns at once', `UPDATE "jobs" SET ("note", "cost") = ('a', 1)`],
        ] as const
      ).map(([what, sql]) => ({
        title: `an update to ${what}, which cannot be run twice`,
        group: [up(sql)],
        message:
          'UPDATE without WHERE rewrites every row of "jobs" in one transaction: each stays locked until its end, and the table grows to twice its size.',
        replacement: null,
      })),
      {
        title: 'an update to what another column says, with a comma in it',
        group: [up(`UPDATE "jobs" SET "note" = coalesce("status"::text, 'a=b')`)],
        message:
          'UPDATE without WHERE rewrites every row of "jobs" in one transaction: each stays locked until its end, and the table grows to twice its size.',
        replacement: batches(
          'jobs',
          `UPDATE "jobs" SET "note" = coalesce("status"::text, 'a=b')`,
          `pg_catalog.record_image_ne(ROW("note"), ROW((coalesce("status"::text, 'a=b'))::varchar(50)))`,
        ),
      },
      {
        title: 'a delete of all rows in a block, in WITH',
        group: [down('DO $$ BEGIN WITH x AS (DELETE FROM "jobs" RETURNING 1) SELECT 1; END $$')],
        message:
          'DELETE without WHERE deletes every row of "jobs" in one transaction and keeps each locked until its end.',
        replacement: batches('jobs', 'DELETE FROM "jobs"', null),
        at: { direction: 'down' },
      },
    ],
  },
};
