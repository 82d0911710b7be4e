import { up } from './case.js';

const WIDER = 'ALTER TABLE "jobs" ALTER COLUMN "note" TYPE varchar(100)';
const NOTES = 'CREATE MATERIALIZED VIEW "notes" AS SELECT "note" FROM "jobs"';

/** A view that a later revision fills, outside the lock of the table. */
export const EMPTY_VIEW = [
  'a materialized view without rows',
  up('DROP MATERIALIZED VIEW "notes"', WIDER, `${NOTES} WITH NO DATA`),
] as const;

/** A type that changes while the same transaction fills a materialized view. */
export const FILLED_VIEWS = [[NOTES], [`${NOTES} WITH NO DATA`, 'REFRESH MATERIALIZED VIEW "notes"']].map(
  (fill, index) => ({
    title: ['a materialized view with rows', 'a materialized view that is filled at once'][index] ?? '',
    group: [up('DROP MATERIALIZED VIEW IF EXISTS "notes"', WIDER, ...fill)],
    message:
      'Changing "note" of "jobs" from varchar(50) to varchar(100) rewrites no row, but fills the materialized view "notes" in the same transaction, and blocks reads and writes of the table.',
    replacement: [
      'DROP MATERIALIZED VIEW IF EXISTS "notes";',
      `${WIDER};`,
      'CREATE MATERIALIZED VIEW "notes" AS <its query> WITH NO DATA;',
      '-- in the next revision; until then, a query of the view fails:',
      'REFRESH MATERIALIZED VIEW "notes";',
    ].join('\n'),
    at: { statement: 2 },
  }),
);
