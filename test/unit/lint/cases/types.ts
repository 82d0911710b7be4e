import { around, LIST_KEPT, LIST_REBUILT } from './lists.js';
import { ZONE_FREE, ZONE_READ } from '../../../support/zone-expressions.js';
import { down, NEW, up, type CasesOf } from './case.js';
import { EMPTY_VIEW, FILLED_VIEWS } from './filled-views.js';

const SINCE =
  'ALTER TABLE "jobs" ADD COLUMN "since" timestamp, ADD COLUMN "day" date, ADD COLUMN "hour" time';
const AS_INSTANT = 'ALTER TABLE "jobs" ALTER COLUMN "since" TYPE timestamptz';
const IN_UTC = `SET LOCAL timezone = 'UTC'`;
const BACK = `SELECT pg_catalog.set_config('TimeZone', current_setting('app.zone'), true)`;

const zoned = (column: string, from: string, to: string) => ({
  message: `Changing "${column}" of "jobs" ${from}to ${to} converts its values in the time zone of the session that runs the revision: a session with another time zone produces other values.`,
  replacement: [
    '-- the time zone in which the values were written; with UTC, no row is rewritten',
    `SET LOCAL timezone = 'UTC';`,
    `ALTER TABLE "jobs" ALTER COLUMN "${column}" TYPE ${to};`,
  ].join('\n'),
});

const WIDER = 'ALTER TABLE "jobs" ALTER COLUMN "note" TYPE varchar(100)';
const CHANGE = 'ALTER TABLE "jobs" ALTER COLUMN "note" TYPE varchar(100);';
const rebuilt = (what: string, replacement: readonly string[]) => ({
  message: `Changing "note" of "jobs" from varchar(50) to varchar(100) rewrites no row, but reads every row for ${what}, and blocks reads and writes of the table.`,
  replacement: replacement.join('\n'),
});
const EXCEPTION = ['-- lint-allow change-type-rebuild: <number> rows', CHANGE];
const CHECK = 'ALTER TABLE "jobs" ADD CONSTRAINT "ck" CHECK (length("note") > 0) NOT VALID';

/** Rules about types that change. */
export const TYPE_CASES: CasesOf = {
  'change-type-without-zone': {
    good: [
      ['an expression that specifies it', up(SINCE), up(`${AS_INSTANT} USING "since" AT TIME ZONE 'UTC'`)],
      ['the zone of the session', up(SINCE), up(IN_UTC, AS_INSTANT, BACK)],
      ['SET TIME ZONE', up(SINCE), up(`SET LOCAL TIME ZONE 'Europe/Berlin'`, AS_INSTANT)],
      ['a coarser timestamp', up(SINCE), up('ALTER TABLE "jobs" ALTER COLUMN "since" TYPE timestamp(3)')],
      ['a day as a timestamp', up(SINCE), up('ALTER TABLE "jobs" ALTER COLUMN "day" TYPE timestamp')],
      ...ZONE_FREE.map((using) => [`USING ${using}`, up(SINCE), up(`${AS_INSTANT} USING ${using}`)] as const),
      [
        'a new table',
        up('CREATE TABLE "moments" ("at" timestamp)', 'ALTER TABLE "moments" ALTER "at" TYPE timestamptz'),
      ],
    ],
    bad: [
      {
        title: 'a timestamp',
        group: [up(SINCE), up(AS_INSTANT)],
        ...zoned('since', 'from timestamp ', 'timestamptz'),
        at: { revision: 2 },
      },
      {
        title: 'a cast that specifies nothing',
        group: [up(SINCE), up(`${AS_INSTANT} USING "since"::timestamptz`)],
        ...zoned('since', 'from timestamp ', 'timestamptz'),
        at: { revision: 2 },
      },
      ...ZONE_READ.map((using) => ({
        title: `USING ${using}`,
        group: [up(SINCE), up(`${AS_INSTANT} USING ${using}`)],
        message: zoned('since', 'from timestamp ', 'timestamptz').message,
        replacement: [
          '-- the time zone in which the values were written; with UTC, no row is rewritten',
          `SET LOCAL timezone = 'UTC';`,
          '-- then the statement, unchanged',
        ].join('\n'),
        at: { revision: 2 },
      })),
      {
        title: 'what runs when the zone of the session is back',
        group: [up(SINCE), up(IN_UTC, BACK, AS_INSTANT)],
        ...zoned('since', 'from timestamp ', 'timestamptz'),
        at: { revision: 2, statement: 3 },
      },
      {
        title: 'a zone that another revision had',
        group: [up(SINCE), up(IN_UTC), up(AS_INSTANT)],
        ...zoned('since', 'from timestamp ', 'timestamptz'),
        at: { revision: 3 },
      },
      {
        title: 'an instant that becomes a day',
        group: [up('ALTER TABLE "jobs" ALTER COLUMN "at" TYPE date')],
        ...zoned('at', 'from timestamptz(3) ', 'date'),
      },
      {
        title: 'a time of day',
        group: [up(SINCE), up('ALTER TABLE "jobs" ALTER COLUMN "hour" TYPE timetz')],
        ...zoned('hour', 'from time ', 'timetz'),
        at: { revision: 2 },
      },
      {
        title: 'a column of which nobody knows the former type',
        group: [down('ALTER TABLE "jobs" ALTER COLUMN "made" TYPE timestamptz')],
        ...zoned('made', '', 'timestamptz'),
        at: { direction: 'down' },
      },
    ],
  },
  'change-type-rebuild': {
    good: [
      ['an index over the column itself', up('CREATE INDEX "ix" ON "jobs" ("note")'), up(WIDER)],
      [
        'an exclusion constraint over the column itself',
        up('ALTER TABLE "jobs" ADD CONSTRAINT "ck" EXCLUDE USING btree ("note" WITH =)'),
        up(WIDER),
      ],
      [
        'an exclusion constraint and an index over the column itself in parentheses',
        up(
          'ALTER TABLE "jobs" ADD CONSTRAINT "ck" EXCLUDE USING btree (("note") WITH =)',
          'CREATE INDEX "ix" ON "jobs" (("note" COLLATE "C"))',
        ),
        up(WIDER),
      ],
      [
        'an index of another column',
        up('CREATE INDEX "ix" ON "jobs" (abs("cost")) WHERE "at" IS NULL'),
        up(WIDER),
      ],
      ['a check that was never validated', up(CHECK), up(WIDER)],
      LIST_KEPT,
      EMPTY_VIEW,
      [
        'an index that is set aside',
        up('CREATE INDEX "ix" ON "jobs" (lower("note"))'),
        up('DROP INDEX "ix"'),
        up(WIDER),
      ],
      [
        'what is another column by now',
        up('CREATE INDEX "ix" ON "jobs" (lower("note"))'),
        up(
          'ALTER TABLE "jobs" RENAME COLUMN "note" TO "words"',
          'ALTER TABLE "jobs" ADD COLUMN "note" varchar(50)',
        ),
        up(WIDER),
      ],
      [
        'the same type, and an index over the column itself',
        up('CREATE INDEX "ix" ON "jobs" ("note")'),
        up('ALTER TABLE "jobs" ALTER "note" TYPE varchar(50)'),
      ],
      [
        'the collation that the column has',
        up('ALTER TABLE "jobs" ADD COLUMN "word" text COLLATE "C"', 'CREATE INDEX "ix" ON "jobs" ("word")'),
        up('ALTER TABLE "jobs" ALTER "word" TYPE varchar COLLATE "C"'),
      ],
      [
        'a new table',
        up(NEW, 'CREATE INDEX "ix" ON "boxes" (lower("note"))', 'ALTER TABLE "boxes" ALTER "note" TYPE text'),
      ],
      [
        'an index over an instant of another zone, which is rewritten anyhow',
        up(SINCE, 'CREATE INDEX "ix" ON "jobs" ("since")'),
        up(`SET LOCAL timezone = 'Europe/Berlin'`, AS_INSTANT),
      ],
    ],
    bad: [
      ...FILLED_VIEWS,
      LIST_REBUILT,
      {
        title: 'an index over an expression',
        group: [up('CREATE INDEX "ix" ON "jobs" (lower("note"))'), up(WIDER)],
        ...rebuilt('the index "ix"', around(CHANGE)),
        at: { revision: 2 },
      },
      {
        title: 'a partial index and a check',
        group: [
          up(`CREATE INDEX "ix" ON "jobs" ("cost") WHERE "note" = 'x'`),
          up(CHECK),
          up('ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck"'),
          up(WIDER),
        ],
        ...rebuilt(
          'the index "ix" and the constraint "ck"',
          around(
            'ALTER TABLE "jobs" DROP CONSTRAINT "ck";',
            CHANGE,
            'ALTER TABLE "jobs" ADD CONSTRAINT "ck" <its definition> NOT VALID;',
            '-- in the next revision:',
            'ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck";',
          ),
        ),
        at: { revision: 4 },
      },
      {
        title: 'a unique index, which is never set aside',
        group: [up('CREATE UNIQUE INDEX "ix" ON "jobs" (lower("note"))', CHECK), up(WIDER)],
        ...rebuilt('the index "ix"', EXCEPTION),
        at: { revision: 2 },
      },
      {
        title: 'a check alone',
        group: [up(CHECK.replace(' NOT VALID', '')), up(WIDER)],
        ...rebuilt('the constraint "ck"', [
          'ALTER TABLE "jobs" DROP CONSTRAINT "ck";',
          CHANGE,
          'ALTER TABLE "jobs" ADD CONSTRAINT "ck" <its definition> NOT VALID;',
          '-- in the next revision:',
          'ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck";',
        ]),
        at: { revision: 2 },
      },
      {
        title: 'an index that has it beside an expression',
        group: [up('CREATE INDEX "ix" ON "jobs" ("note", abs("cost"))'), up(WIDER)],
        ...rebuilt('the index "ix"', around(CHANGE)),
        at: { revision: 2 },
      },
      {
        title: 'an exclusion constraint over it, with a predicate',
        group: [
          up('ALTER TABLE "jobs" ADD CONSTRAINT "ck" EXCLUDE USING btree ("note" WITH =) WHERE ("cost" > 0)'),
          up(WIDER),
        ],
        ...rebuilt('the constraint "ck"', EXCEPTION),
        at: { revision: 2 },
      },
      {
        title: 'an exclusion constraint',
        group: [
          up('ALTER TABLE "jobs" ADD CONSTRAINT "ck" EXCLUDE USING btree (lower("note") WITH =)'),
          up(WIDER),
        ],
        ...rebuilt('the constraint "ck"', EXCEPTION),
        at: { revision: 2 },
      },
      {
        title: 'what was made for the column under its former name',
        group: [
          up('ALTER TABLE "jobs" RENAME COLUMN "note" TO "words"'),
          up('CREATE INDEX "ix" ON "jobs" (lower("words"))'),
          up('ALTER TABLE "jobs" RENAME COLUMN "words" TO "note"'),
          up(WIDER),
        ],
        ...rebuilt('the index "ix"', around(CHANGE)),
        at: { revision: 4 },
      },
      {
        title: 'an index over what becomes an instant in UTC',
        group: [up(SINCE, 'CREATE INDEX "ix" ON "jobs" ("since")'), up(IN_UTC, AS_INSTANT)],
        message: rebuilt('the index "ix"', [])
          .message.replace('"note"', '"since"')
          .replace('varchar(50)', 'timestamp')
          .replace('varchar(100)', 'timestamptz'),
        replacement: around(`${IN_UTC};`, `${AS_INSTANT};`).join('\n'),
        at: { revision: 2, statement: 2 },
      },
      {
        title: 'the same type',
        group: [
          up('CREATE INDEX "ix" ON "jobs" (lower("note"))'),
          up('ALTER TABLE "jobs" ALTER "note" TYPE varchar(50)'),
        ],
        message: rebuilt('the index "ix"', []).message.replace('(100)', '(50)'),
        replacement: around(CHANGE.replace('100', '50')).join('\n'),
        at: { revision: 2 },
      },
      {
        title: 'another collation, over any index',
        group: [up('CREATE INDEX "ix" ON "jobs" ("note")'), up(`${WIDER} COLLATE "C"`)],
        message: rebuilt('the index "ix"', []).message.replace('(100)', '(100) COLLATE "C"'),
        replacement: around(CHANGE.replace(';', ' COLLATE "C";')).join('\n'),
        at: { revision: 2 },
      },
      {
        title: 'a collation that the column had and has no longer',
        group: [
          up('ALTER TABLE "jobs" ADD COLUMN "word" text COLLATE "C"', 'CREATE INDEX "ix" ON "jobs" ("word")'),
          up('ALTER TABLE "jobs" ALTER "word" TYPE text'),
        ],
        message: rebuilt('the index "ix"', [])
          .message.replace('"note"', '"word"')
          .replace('varchar(50)', 'text COLLATE "C"')
          .replace('varchar(100)', 'text'),
        replacement: around('ALTER TABLE "jobs" ALTER COLUMN "word" TYPE text;').join('\n'),
        at: { revision: 2 },
      },
      {
        title: 'a way down',
        group: [up('CREATE INDEX "ix" ON "jobs" (lower("note"))'), down(WIDER)],
        ...rebuilt('the index "ix"', around(CHANGE)),
        at: { revision: 2, direction: 'down' },
      },
    ],
  },
};
