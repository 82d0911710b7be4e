import { CATALOG, PARTS, plain, silent, type CorpusCase } from '../corpus-case.js';

function to(column: string, type: string): string {
  return `ALTER TABLE "jobs" ALTER COLUMN "${column}" TYPE ${type}`;
}

/** The definition of an index, which lint does not know as it was written. */
function defined(name: string, definition: string): Readonly<Record<string, string>> {
  return { [`"${name}" <its definition>`]: `"${name}" ON ${definition}` };
}

/** Changes of type. */
export const TYPES: readonly CorpusCase[] = [
  ...silent(
    CATALOG,
    to('note', 'varchar(60)'),
    to('note', 'varchar'),
    to('note', 'text'),
    to('note', 'varchar(50)'),
    to('mail', 'text'),
    to('cost', 'numeric(10, 2)'),
    to('cost', 'numeric'),
    to('at', 'timestamp(6) with time zone'),
    to('made', 'timestamp'),
    to('span', 'interval'),
    to('span', 'interval(4)'),
    to('mask', 'varbit(16)'),
    to('mask', 'varbit'),
    to('net', 'inet'),
    to('free', 'text'),
    to('level', 'integer'),
    to('note', 'varchar(60) USING "note"'),
    to('note', 'text USING "note"::text'),
    'ALTER TABLE "zones" ALTER COLUMN "name" TYPE varchar(60)',
    'ALTER TABLE "names" ALTER COLUMN "name" TYPE varchar(60)',
    'ALTER TABLE "measure" ALTER COLUMN "note" TYPE varchar(40)',
    'ALTER TABLE "logs" ALTER COLUMN "word" TYPE varchar',
  ),
  ...plain(
    to('note', 'varchar(40)'),
    to('title', 'varchar(100)'),
    to('code', 'char(5)'),
    to('code', 'text'),
    to('cost', 'numeric(6, 2)'),
    to('cost', 'numeric(10, 3)'),
    to('cost', 'double precision'),
    to('small', 'integer'),
    to('wide', 'integer'),
    to('wide', 'text'),
    to('size', 'bigint'),
    to('at', 'timestamp(0) with time zone'),
    to('at', 'timestamp'),
    to('made', 'timestamptz'),
    to('made', `timestamptz USING "made" AT TIME ZONE 'UTC'`),
    to('day', 'timestamp'),
    to('span', 'interval(1)'),
    to('span', 'text'),
    to('body', 'jsonb'),
    to('body', 'text'),
    to('tags', 'varchar[]'),
    to('address', 'text'),
    to('address', 'cidr USING network("address")'),
    to('mask', 'varbit(4)'),
    to('key', 'text'),
    to('flag', 'integer USING "flag"::integer'),
    to('note', 'text USING lower("note")'),
    to('note', 'integer USING "note"::integer'),
    to('size', '"positive"'),
    to('small', '"some"'),
    'ALTER TABLE "measure" ALTER COLUMN "value" TYPE bigint',
    'ALTER TABLE "logs" ALTER COLUMN "word" TYPE varchar(9)',
    'ALTER TABLE "zones" ALTER COLUMN "id" TYPE bigint',
    'ALTER TABLE "stays" ALTER COLUMN "room" TYPE bigint',
    'ALTER TABLE "bookings" ALTER COLUMN "room" TYPE bigint',
  ),
  ...[to('title', 'text'), to('title', 'varchar'), to('title', '"free_text"')].map((statement) => ({
    statement,
    filled: defined('ix_jobs_lower', '"jobs" (lower("title"))'),
  })),
  ...[to('note', 'varchar(50) COLLATE "C"'), to('note', '"citext"')].map((statement) => ({
    statement,
    filled: defined('ix_jobs_note', '"jobs" ("note")'),
  })),
  { statement: to('size', 'integer'), filled: { '<its definition>': 'CHECK ("size" > 0)' } },
  {
    statement: 'ALTER TABLE "names" ALTER COLUMN "upper" TYPE varchar(60)',
    filled: { '<its definition>': 'CHECK (upper("upper") = "upper")' },
  },
  {
    statement: 'ALTER TABLE "names" ALTER COLUMN "name" TYPE varchar(60)',
    given: ['CREATE INDEX "ix_names_lower" ON "names" (lower("name"))'],
    filled: defined('ix_names_lower', '"names" (lower("name"))'),
  },
  {
    statement: 'ALTER TABLE "names" ALTER COLUMN "name" TYPE varchar(60)',
    given: [`CREATE INDEX "ix_names_some" ON "names" ("upper") WHERE "name" <> ''`],
    filled: defined('ix_names_some', `"names" ("upper") WHERE "name" <> ''`),
  },
  {
    statement: 'ALTER TABLE "names" ALTER COLUMN "name" TYPE text',
    given: [`ALTER TABLE "names" ADD CONSTRAINT "ck_names" CHECK ("name" <> '')`],
    filled: { '<its definition>': `CHECK ("name" <> '')` },
  },
  {
    statement: 'ALTER TABLE "names" ALTER COLUMN "name" TYPE varchar(60)',
    given: ['CREATE STATISTICS "st_names" ON "name", "upper" FROM "names"'],
    silent: CATALOG,
  },
  {
    statement: 'ALTER TABLE "notes" ALTER COLUMN "text" TYPE varchar(60)',
    given: [`ALTER TABLE "notes" ADD CONSTRAINT "ex_notes" EXCLUDE USING gist (("text" || 'x') WITH =)`],
  },
  {
    statement: 'ALTER TABLE "names" ALTER COLUMN "name" TYPE varchar(60)',
    given: ['ALTER TABLE "names" ADD CONSTRAINT "uq_names" UNIQUE ("name", "upper")'],
    silent: CATALOG,
  },
  {
    statement: 'ALTER TABLE "measure" ALTER COLUMN "note" TYPE varchar(40)',
    given: ['CREATE INDEX "ix_measure_note" ON "measure" (lower("note"))'],
    filled: { '<its columns>': '(lower("note"))' },
    differs: PARTS,
  },
  {
    statement: 'ALTER TABLE "logs" ALTER COLUMN "word" TYPE varchar',
    given: ['CREATE INDEX "ix_logs_old_word" ON "logs_old" (lower("word"))'],
    filled: defined('ix_logs_old_word', '"logs_old" (lower("word"))'),
  },
];
