import { up } from './case.js';

const ALONE = '-- alone in a revision with transaction = false:';
/** A change with the index `ix` set aside. */
export const around = (...change: readonly string[]): readonly string[] => [
  ...[ALONE, 'DROP INDEX CONCURRENTLY IF EXISTS "ix";', '-- in the next revision:'],
  ...change,
  ...[ALONE, 'CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix" <its definition>;'],
];

/** Over a list, but of its own type. */
export const LIST_KEPT = [
  'a B-tree over a list, and a GIN index over something else',
  up(
    'ALTER TABLE "jobs" ADD COLUMN "tags" varchar(10)[], ADD COLUMN "doc" jsonb',
    'CREATE INDEX "ix" ON "jobs" ("tags")',
    'CREATE INDEX "gin" ON "jobs" USING gin ("doc")',
  ),
  up('ALTER TABLE "jobs" ALTER COLUMN "tags" TYPE varchar[]'),
] as const;

/** PostgreSQL stores the elements. */
export const LIST_REBUILT = {
  title: 'a GIN index over a list',
  group: [
    up(
      'ALTER TABLE "jobs" ADD COLUMN "tags" varchar(10)[]',
      'CREATE INDEX "ix" ON "jobs" USING gin ("tags")',
    ),
    up('ALTER TABLE "jobs" ALTER COLUMN "tags" TYPE varchar[]'),
  ],
  message:
    'Changing "tags" of "jobs" from varchar(10)[] to varchar[] rewrites no row, but reads every row for the index "ix", and blocks reads and writes of the table.',
  replacement: around('ALTER TABLE "jobs" ALTER COLUMN "tags" TYPE varchar[];').join('\n'),
  at: { revision: 2 },
};
