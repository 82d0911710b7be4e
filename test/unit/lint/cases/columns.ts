import { batches, mirror } from './batches.js';
import { alone, down, NEW, up, type CasesOf } from './case.js';

const CHECK = 'ALTER TABLE "jobs" ADD CONSTRAINT "ck" CHECK ("note" IS NOT NULL AND "cost" > 0) NOT VALID';
const VALIDATE = 'ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck"';
const SET = 'ALTER TABLE "jobs" ALTER COLUMN "note" SET NOT NULL';
const DROP = 'ALTER TABLE "jobs" DROP CONSTRAINT "ck"';

const UNPROVEN = {
  message:
    'SET NOT NULL checks every row of "jobs" for NULL in "note" and blocks reads and writes of the table.',
  replacement: [
    'ALTER TABLE "jobs" ADD CONSTRAINT "ck_jobs_note_not_null" CHECK ("note" IS NOT NULL) NOT VALID;',
    '-- in the next revision:',
    'ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck_jobs_note_not_null";',
    '-- in the next revision:',
    'ALTER TABLE "jobs" ALTER COLUMN "note" SET NOT NULL;',
    'ALTER TABLE "jobs" DROP CONSTRAINT "ck_jobs_note_not_null";',
  ].join('\n'),
};

const retyped = (type: string, from = 'from varchar(50) ', { cast = '', worst = '' } = {}) => ({
  message: `Changing "note" of "jobs" ${from}to ${type} rewrites every row and every index of the table, and blocks reads and writes meanwhile${worst}.`,
  replacement: [
    `ALTER TABLE "jobs" ADD COLUMN "note_new" ${type};`,
    mirror('jobs', 'note_new', `NEW."note_new" := NEW."note"${cast};`),
    batches(
      'jobs',
      `UPDATE "jobs" SET "note_new" = "note"${cast}`,
      '"note_new" IS NULL AND "note" IS NOT NULL',
    ),
    '-- in the next revision:',
    'DROP TRIGGER "jobs_note_new" ON "jobs";',
    'DROP FUNCTION "jobs_note_new"();',
    'ALTER TABLE "jobs" DROP COLUMN "note";',
    'ALTER TABLE "jobs" RENAME COLUMN "note_new" TO "note";',
  ].join('\n'),
});

const ofColumn = (name: string, { message, replacement }: ReturnType<typeof retyped>) => ({
  message: message.replaceAll('note', name),
  replacement: replacement.replaceAll('note', name),
});

const rewritten = (column: string, cause: string) =>
  `Adding "${column}" rewrites every row of "jobs" and its indexes, and blocks reads and writes of the table: ${cause}.`;

/** Rules about columns. */
export const COLUMN_CASES: CasesOf = {
  'set-not-null-unproven': {
    good: [
      ['what a check proves', up(CHECK), up(VALIDATE), up(SET, DROP)],
      [
        'what a check proves that is dropped with another column of the same name',
        up(CHECK),
        up(VALIDATE, DROP.replace('jobs', 'workers')),
        up(SET),
      ],
      [
        'what a renamed column keeps',
        up(CHECK),
        up(VALIDATE),
        up('ALTER TABLE "jobs" RENAME "note" TO "words"'),
        up('ALTER TABLE "jobs" ALTER "words" SET NOT NULL'),
      ],
      ['what is so already', up('ALTER TABLE "workers" ALTER COLUMN "name" SET NOT NULL')],
      ['a key', up('ALTER TABLE "jobs" ALTER COLUMN "id" SET NOT NULL')],
      ['a new table', up(NEW, 'ALTER TABLE "boxes" ALTER COLUMN "note" SET NOT NULL')],
      [
        'a NOT NULL constraint that was validated',
        up('ALTER TABLE "jobs" ADD CONSTRAINT "nn" NOT NULL "note" NOT VALID'),
        up('ALTER TABLE "jobs" VALIDATE CONSTRAINT "nn"'),
        up(SET),
      ],
    ],
    bad: [
      { title: 'what nothing proves', group: [up(SET)], ...UNPROVEN },
      { title: 'what is not validated', group: [up(CHECK), up(SET)], ...UNPROVEN, at: { revision: 2 } },
      {
        title: 'what is proven no more',
        group: [up(CHECK), up(VALIDATE), up(DROP, SET)],
        ...UNPROVEN,
        at: { revision: 3, statement: 2 },
      },
      {
        title: 'what the same statement takes the proof of away',
        group: [up(CHECK), up(VALIDATE), up(`${SET}, DROP CONSTRAINT "ck"`)],
        ...UNPROVEN,
        at: { revision: 3 },
      },
      {
        title: 'a way down',
        group: [{ up: ['ALTER TABLE "jobs" ALTER "note" DROP NOT NULL'], down: [SET] }],
        ...UNPROVEN,
        at: { direction: 'down' },
      },
      {
        title: 'a check that proves nothing',
        group: [
          up('ALTER TABLE "jobs" ADD CONSTRAINT "ck" CHECK ("note" IS NOT NULL OR "cost" > 0) NOT VALID'),
          up(VALIDATE),
          up(SET),
        ],
        ...UNPROVEN,
        at: { revision: 3 },
      },
    ],
  },
  'add-column-volatile-default': {
    good: [
      ['a constant', up(`ALTER TABLE "jobs" ADD COLUMN "tag" text NOT NULL DEFAULT 'x'::text`)],
      [
        'one instant for all',
        up(`ALTER TABLE "jobs" ADD COLUMN "made" timestamptz DEFAULT date_trunc('milliseconds', now())`),
      ],
      ['CURRENT_TIMESTAMP', up('ALTER TABLE "jobs" ADD COLUMN "made" timestamptz DEFAULT CURRENT_TIMESTAMP')],
      [
        'a virtual column',
        up('ALTER TABLE "jobs" ADD COLUMN "twice" numeric GENERATED ALWAYS AS ("cost" * 2) VIRTUAL'),
      ],
      ['a new table', up(NEW, 'ALTER TABLE "boxes" ADD COLUMN "key" uuid DEFAULT gen_random_uuid()')],
      [
        'a default that is set later',
        up(
          'ALTER TABLE "jobs" ADD COLUMN "key" uuid',
          'ALTER TABLE "jobs" ALTER "key" SET DEFAULT gen_random_uuid()',
        ),
      ],
    ],
    bad: [
      {
        title: 'another value for each row',
        group: [up('ALTER TABLE "jobs" ADD COLUMN "key" uuid DEFAULT gen_random_uuid() NOT NULL')],
        message: rewritten('key', 'gen_random_uuid() may give each row another value'),
        replacement: [
          'ALTER TABLE "jobs" ADD COLUMN "key" uuid;',
          'ALTER TABLE "jobs" ALTER COLUMN "key" SET DEFAULT gen_random_uuid();',
          batches('jobs', 'UPDATE "jobs" SET "key" = gen_random_uuid()', '"key" IS NULL'),
          '-- in the next revision:',
          'ALTER TABLE "jobs" ADD CONSTRAINT "ck_jobs_key_not_null" CHECK ("key" IS NOT NULL) NOT VALID;',
          '-- in the next revision:',
          'ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck_jobs_key_not_null";',
          '-- in the next revision:',
          'ALTER TABLE "jobs" ALTER COLUMN "key" SET NOT NULL;',
          'ALTER TABLE "jobs" DROP CONSTRAINT "ck_jobs_key_not_null";',
        ].join('\n'),
      },
      {
        title: 'a function of the same name in another schema',
        group: [up('ALTER TABLE "jobs" ADD COLUMN "at2" timestamptz DEFAULT app.now()')],
        message: rewritten('at2', 'app.now() may give each row another value'),
        replacement: [
          'ALTER TABLE "jobs" ADD COLUMN "at2" timestamptz;',
          'ALTER TABLE "jobs" ALTER COLUMN "at2" SET DEFAULT app.now();',
          batches('jobs', 'UPDATE "jobs" SET "at2" = app.now()', '"at2" IS NULL'),
        ].join('\n'),
      },
      {
        title: 'a number for each row',
        group: [up('ALTER TABLE "jobs" ADD COLUMN "number" bigint GENERATED ALWAYS AS IDENTITY')],
        message: rewritten('number', 'an identity gives each row a number'),
        replacement: null,
      },
      {
        title: 'serial',
        group: [up('ALTER TABLE "jobs" ADD COLUMN "number" bigserial')],
        message: rewritten('number', 'bigserial gives each row a number'),
        replacement: null,
      },
      {
        title: 'what is computed and stored',
        group: [
          down('ALTER TABLE "jobs" ADD COLUMN "twice" numeric GENERATED ALWAYS AS ("cost" * 2) STORED'),
        ],
        message: rewritten('twice', 'each row stores a computed value'),
        replacement: null,
        at: { direction: 'down' },
      },
    ],
  },
  'add-column-required': {
    good: [
      ['one with a default', up('ALTER TABLE "jobs" ADD COLUMN "depth" integer NOT NULL DEFAULT 0')],
      ['one that may be null', up('ALTER TABLE "jobs" ADD COLUMN "depth" integer')],
      ['an identity', up('ALTER TABLE "jobs" ADD COLUMN "n" bigint NOT NULL GENERATED ALWAYS AS IDENTITY')],
      ['one of a new table', up(NEW), up('ALTER TABLE "boxes" ADD COLUMN "depth" integer NOT NULL')],
    ],
    bad: [
      {
        title: 'one without',
        group: [up('ALTER TABLE "jobs" ADD COLUMN "depth" smallint NOT NULL')],
        message: '"depth" is NOT NULL and has no default, so adding it fails if "jobs" has a row.',
        replacement: [
          'ALTER TABLE "jobs" ADD COLUMN "depth" smallint NOT NULL DEFAULT <the value of the rows that exist>;',
          '-- when all running code writes the column:',
          'ALTER TABLE "jobs" ALTER COLUMN "depth" DROP DEFAULT;',
        ].join('\n'),
      },
    ],
  },
  'change-type-rewrite': {
    good: [
      ['a longer text', up('ALTER TABLE "jobs" ALTER COLUMN "note" TYPE varchar(100)')],
      ['a text without end', up('ALTER TABLE "jobs" ALTER COLUMN "note" TYPE text USING "note"::text')],
      [
        'one after the other',
        up('ALTER TABLE "jobs" ALTER "note" TYPE varchar(60)'),
        up('ALTER TABLE "jobs" ALTER "note" TYPE varchar(70)'),
      ],
      ['more digits of the same scale', up('ALTER TABLE "jobs" ALTER "cost" TYPE numeric(10, 2)')],
      ['a finer instant', up('ALTER TABLE "jobs" ALTER "at" TYPE timestamptz(6)')],
      ['the same', up('ALTER TABLE "jobs" ALTER "id" TYPE bigint')],
      ['a text whose comparison is another one', up('ALTER TABLE "jobs" ALTER "note" TYPE citext')],
      [
        'more fields of an interval',
        up('ALTER TABLE "jobs" ADD COLUMN "took" interval hour'),
        up('ALTER TABLE "jobs" ALTER "took" TYPE interval day to second(3)'),
      ],
      [
        'an instant without its zone, in UTC',
        up(`SET LOCAL timezone = 'UTC'`, 'ALTER TABLE "jobs" ALTER "at" TYPE timestamp'),
      ],
      ['a new table', up(NEW, 'ALTER TABLE "boxes" ALTER "note" TYPE integer USING "note"::integer')],
    ],
    bad: [
      {
        title: 'a cast to another type than that which it is to have',
        group: [up('ALTER TABLE "jobs" ALTER "note" TYPE text USING "note"::varchar(10)')],
        message: retyped('text').message,
        replacement: null,
      },
      {
        title: 'fewer fields of an interval',
        group: [
          up('ALTER TABLE "jobs" ADD COLUMN "took" interval'),
          up('ALTER TABLE "jobs" ALTER "took" TYPE interval year to month'),
        ],
        ...ofColumn('took', retyped('interval year to month', 'from interval ')),
        at: { revision: 2 },
      },
      {
        title: 'another kind of an extension',
        group: [
          up('ALTER TABLE "jobs" ADD COLUMN "place" geometry(Point, 4326)'),
          up('ALTER TABLE "jobs" ALTER "place" TYPE geometry(Polygon, 4326)'),
        ],
        ...ofColumn('place', retyped('geometry(polygon, 4326)', 'from geometry(Point, 4326) ')),
        at: { revision: 2 },
      },
      {
        title: 'a shorter text',
        group: [up('ALTER TABLE "jobs" ALTER "note" TYPE varchar(40)')],
        ...retyped('varchar(40)'),
      },
      {
        title: 'another kind',
        group: [up('ALTER TABLE "jobs" ALTER "note" TYPE integer USING "note"::integer')],
        ...retyped('int4', undefined, { cast: '::int4' }),
      },
      {
        title: 'what is computed',
        group: [up('ALTER TABLE "jobs" ALTER "note" TYPE varchar(90) USING upper("note")')],
        ...retyped('varchar(90)'),
        replacement: null,
      },
      {
        title: 'a type of which nobody knows the former',
        group: [alone('ALTER TABLE "events" ALTER "note" TYPE text')],
        message: retyped('text', '', {
          worst: '; the revisions do not contain its present type, so the worst is assumed',
        }).message.replace('"jobs"', '"events"'),
        replacement: null,
      },
      {
        title: 'a longer text, back again',
        group: [
          {
            up: ['ALTER TABLE "jobs" ALTER "note" TYPE text'],
            down: ['ALTER TABLE "jobs" ALTER "note" TYPE varchar(50)'],
          },
        ],
        ...retyped('varchar(50)', 'from text '),
        at: { direction: 'down' },
      },
      {
        title: 'another scale',
        group: [up('ALTER TABLE "jobs" ALTER "cost" TYPE numeric(10, 3)')],
        message: retyped('numeric(10, 3)', 'from numeric(8, 2) ').message.replace('"note"', '"cost"'),
        replacement: retyped('numeric(10, 3)').replacement.replaceAll('note', 'cost'),
      },
    ],
  },
};
