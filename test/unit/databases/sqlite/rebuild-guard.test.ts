import { expect } from 'chai';
import { renamesTemporaryTable } from '../../../../src/databases/sqlite/dependents.js';

const REBUILDS: readonly string[] = [
  'ALTER TABLE "temporary_jobs" RENAME TO "jobs"',
  'ALTER TABLE "jobs" RENAME TO "temporary_jobs"',
  'ALTER TABLE temporary_jobs RENAME TO jobs',
  'ALTER TABLE `temporary_jobs` RENAME TO `jobs`',
  'ALTER TABLE [temporary_jobs] RENAME TO [jobs]',
  'ALTER TABLE "main"."temporary_jobs" RENAME TO "jobs"',
  'alter table "jobs" rename to "temporary_jobs"',
  '  ALTER\n TABLE\t"temporary_jobs"  RENAME\nTO "jobs" ',
  'ALTER TABLE "temporary_jobs" RENAME TO "jobs";',
  'ALTER TABLE "temporary_job notes" RENAME TO "job notes"',
  'ALTER TABLE "job notes" RENAME TO "temporary_job notes"',
];

const OTHERS: readonly string[] = [
  'ALTER TABLE "jobs" RENAME TO "tasks"',
  'ALTER TABLE "jobs" RENAME TO "contemporary_jobs"',
  'ALTER TABLE "old_temporary_jobs" RENAME TO "jobs"',
  'ALTER TABLE "temporary" RENAME TO "jobs"',
  'ALTER TABLE "temporary_jobs" RENAME COLUMN "a" TO "b"',
  'ALTER TABLE "temporary_jobs" ADD COLUMN "a" integer',
  'CREATE TABLE "temporary_jobs" ("id" integer)',
  'INSERT INTO "temporary_jobs"("id") SELECT "id" FROM "jobs"',
  'DROP TABLE "temporary_jobs"',
  `SELECT 'ALTER TABLE "temporary_jobs" RENAME TO "jobs"'`,
  '',
];

describe('renamesTemporaryTable', () => {
  for (const sql of REBUILDS) {
    it(`renamesTemporaryTable returns true for ${sql}`, () => {
      expect(renamesTemporaryTable(sql)).to.equal(true);
    });
  }

  for (const sql of OTHERS) {
    it(`renamesTemporaryTable returns false for "${sql}"`, () => {
      expect(renamesTemporaryTable(sql)).to.equal(false);
    });
  }
});
