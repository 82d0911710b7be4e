import { expect } from 'chai';
import { layOutSql } from '../../../src/generate/sql-layout.js';
import { migrations } from '../../../src/migrations/index.js';

const INDENT = '    ';

const BROKEN: readonly (readonly [title: string, sql: string, laidOut: string])[] = [
  [
    'at the commas between columns',
    'CREATE TABLE "jobs" ("id" integer, "name" text, "note" text)',
    'CREATE TABLE "jobs" ("id" integer,\n    "name" text,\n    "note" text)',
  ],
  [
    'but not inside parentheses',
    'CREATE TABLE "jobs" ("price" decimal(10, 2), CHECK ("a" IN (1, 2)), UNIQUE ("a", "b"))',
    'CREATE TABLE "jobs" ("price" decimal(10, 2),\n    CHECK ("a" IN (1, 2)),\n    UNIQUE ("a", "b"))',
  ],
  [
    'but not inside quotes, whatever they hold',
    `CREATE TABLE "jobs" ("a, b" text DEFAULT 'x, (y', "it""s, (" text DEFAULT 'it''s, )', "c" text)`,
    `CREATE TABLE "jobs" ("a, b" text DEFAULT 'x, (y',\n    "it""s, (" text DEFAULT 'it''s, )',\n    "c" text)`,
  ],
  [
    'of a name without quotes',
    'CREATE TABLE jobs_2 ("a" text, "b" text)',
    'CREATE TABLE jobs_2 ("a" text,\n    "b" text)',
  ],
];

const LEFT_ALONE: readonly string[] = [
  'CREATE INDEX "ix" ON "jobs" ("a", "b")',
  `CREATE TYPE "mood" AS ENUM('a', 'b')`,
  'INSERT INTO "temporary_jobs"("a", "b") SELECT "a", "b" FROM "jobs"',
  'ALTER TABLE "jobs" ADD CONSTRAINT "uq" UNIQUE ("a", "b")',
  'CREATE TABLE "jobs" ("a" text)',
  'CREATE TABLE "jobs" ("a" text,"b" text)',
  'CREATE TABLE "copy" AS SELECT 1',
  '',
];

/** The places of the commas that are followed by white space, the only places that may change. */
function withoutLayout(sql: string): string {
  return sql.replace(/,\s+/g, ', ');
}

describe('layOutSql', () => {
  for (const [title, sql, laidOut] of BROKEN) {
    it(`breaks a CREATE TABLE ${title}`, () => {
      expect(layOutSql(sql, INDENT)).to.equal(laidOut);
    });

    it(`changes nothing but white space when it breaks a CREATE TABLE ${title}`, () => {
      expect(withoutLayout(layOutSql(sql, INDENT))).to.equal(sql);
    });

    it(`has nothing left to do the second time: ${title}`, () => {
      expect(layOutSql(layOutSql(sql, INDENT), INDENT)).to.equal(laidOut);
    });
  }

  for (const sql of LEFT_ALONE) {
    it(`leaves alone: ${sql}`, () => {
      expect(layOutSql(sql, INDENT)).to.equal(sql);
    });
  }

  it('keeps every character that is not white space of the statements of this project', () => {
    const statements = migrations.flatMap((Migration) => {
      const revision = new Migration();
      return (['postgres', 'sqlite'] as const).flatMap((dialect) => [
        ...revision.statements(dialect, 'up'),
        ...revision.statements(dialect, 'down'),
      ]);
    });
    expect(statements).not.to.be.empty;
    for (const sql of statements.map(withoutLayout))
      expect(layOutSql(sql, INDENT).replace(/\s/g, '')).to.equal(sql.replace(/\s/g, ''));
  });
});
