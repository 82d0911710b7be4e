import { CATALOG, ONE_COMMAND, PARTS, on, plain, silent, type CorpusCase } from '../corpus-case.js';

function outside(...statements: readonly string[]): readonly CorpusCase[] {
  return statements.map((statement) => ({ statement, outside: true as const }));
}

/** Indexes that come, go and are built again. */
export const INDEXES: readonly CorpusCase[] = [
  ...plain(
    'ALTER INDEX "ix_jobs_lower" ALTER COLUMN 1 SET STATISTICS 500',
    'ALTER INDEX "ix_jobs_note" SET (fillfactor = 70)',
    'ALTER INDEX "ix_jobs_note" RENAME TO "ix_jobs_memo"',
    'CREATE INDEX "ix" ON "jobs" ("title")',
    'CREATE INDEX ON "jobs" ("title")',
    'CREATE UNIQUE INDEX "ix" ON "jobs" ("title")',
    'CREATE INDEX "ix" ON "jobs" (upper("title"))',
    'CREATE INDEX "ix" ON "jobs" ("title") WHERE "size" > 2',
    'CREATE INDEX "ix" ON "jobs" ("title" DESC NULLS LAST, "note")',
    'CREATE INDEX "ix" ON "jobs" ("title") INCLUDE ("note")',
    'CREATE INDEX "ix" ON "jobs" USING hash ("title")',
    'CREATE INDEX "ix" ON "jobs" USING gin ("tags")',
    'CREATE INDEX "ix" ON "jobs" USING brin ("at")',
    'CREATE INDEX "ix" ON "stays" USING gist ("during")',
    'CREATE INDEX IF NOT EXISTS "ix" ON "jobs" ("title")',
    'CREATE INDEX "ix" ON "jobs" ("title") WITH (fillfactor = 70)',
    'CREATE INDEX "ix" ON "measure_2026" ("note")',
    'CREATE INDEX "ix" ON "logs" ("word")',
    'CREATE INDEX "ix" ON "counted" ("n")',
    'CREATE INDEX "ix" ON "cached" ("word")',
    'DROP INDEX "ix_jobs_note"',
    'DROP INDEX IF EXISTS "ix_jobs_note"',
    'DROP INDEX "ix_jobs_note" CASCADE',
    'DROP INDEX "ix_measure_value"',
    'REINDEX INDEX "ix_jobs_note"',
    'REINDEX TABLE "jobs"',
    'REINDEX (VERBOSE) TABLE "jobs"',
    'REINDEX TABLE "counted"',
  ),
  ...['CREATE INDEX "ix" ON "measure" ("note")', 'CREATE UNIQUE INDEX "ix" ON "measure" ("id", "on")'].map(
    (statement) => ({ statement, differs: PARTS }),
  ),
  { statement: 'DROP INDEX "ix_jobs_note", "ix_jobs_at"', differs: ONE_COMMAND },
  ...silent(
    CATALOG,
    'CREATE INDEX "ix" ON ONLY "measure" ("note")',
    'CREATE INDEX IF NOT EXISTS "ix_jobs_note" ON "jobs" ("note")',
  ),
  ...outside(
    'CREATE INDEX CONCURRENTLY "ix" ON "jobs" ("title")',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix" ON "jobs" ("title")',
    'CREATE UNIQUE INDEX CONCURRENTLY "ix" ON "jobs" ("title")',
    'DROP INDEX CONCURRENTLY "ix_jobs_note"',
    'DROP INDEX CONCURRENTLY IF EXISTS "ix_jobs_note"',
    'REINDEX INDEX CONCURRENTLY "ix_jobs_note"',
    'REINDEX TABLE CONCURRENTLY "jobs"',
    'REINDEX (CONCURRENTLY) TABLE "jobs"',
    'REINDEX TABLE "measure"',
    'REINDEX INDEX "ix_measure_value"',
    'REINDEX SCHEMA "public"',
    'REINDEX SCHEMA CONCURRENTLY "public"',
    'VACUUM FULL "jobs"',
    'VACUUM (FULL, ANALYZE) "jobs"',
    'VACUUM "jobs"',
    'VACUUM (ANALYZE) "jobs"',
    'VACUUM (FREEZE, VERBOSE) "jobs"',
    'ALTER TABLE "measure" DETACH PARTITION "measure_2026" CONCURRENTLY',
  ),
  {
    statement: 'ALTER INDEX "ix_m" ATTACH PARTITION "ix_m_2026"',
    given: [
      'CREATE INDEX "ix_m" ON ONLY "measure" ("note")',
      'CREATE INDEX "ix_m_2026" ON "measure_2026" ("note")',
    ],
  },
  ...on(18, plain('CREATE UNIQUE INDEX "ix" ON "jobs" ("title") NULLS NOT DISTINCT')),
];
