import { expect } from 'chai';
import { summaryOf, withoutValues } from '../../../src/sql/without-values.js';

describe('A statement without its values', () => {
  for (const [sql, shown] of [
    [`INSERT INTO "admins" VALUES (7, 'ann@example.com')`, 'INSERT INTO "admins" VALUES (?, ?)'],
    [`ALTER TABLE jobs ADD note text DEFAULT E'it\\'s'`, 'ALTER TABLE jobs ADD note text DEFAULT ?'],
    [`DO $$ BEGIN PERFORM 'secret'; END $$`, 'DO ?'],
    [`SELECT 1.5e3 -- a note about 'ann'\n FROM jobs`, 'SELECT ? FROM jobs'],
    [`SELECT 'it never ends, "secret", 7`, 'SELECT ?'],
    [`SELECT * FROM jobs WHERE id = $1`, 'SELECT * FROM jobs WHERE id = $1'],
    ['SELECT /* a /* nested */ note */ 1', 'SELECT ?'],
  ] as const)
    it(`A statement is shown as ${shown} where it is ${JSON.stringify(sql)}`, () => {
      expect(withoutValues(sql, 'postgres')).to.equal(shown);
    });

  it('A statement keeps 4,000 characters', () => {
    expect(withoutValues(`SELECT ${'a, '.repeat(3000)}b`, 'sqlite')).to.have.length(4000);
  });
});

describe('The summary of a statement', () => {
  for (const [sql, operation, summary] of [
    ['CREATE TABLE IF NOT EXISTS "jobs" (id int)', 'CREATE TABLE', 'CREATE TABLE jobs'],
    ['CREATE UNIQUE INDEX CONCURRENTLY "ix_jobs" ON jobs (id)', 'CREATE INDEX', 'CREATE INDEX ix_jobs'],
    ['CREATE INDEX ON jobs (id)', 'CREATE INDEX', 'CREATE INDEX'],
    ['CREATE MATERIALIZED VIEW totals AS SELECT 1', 'CREATE VIEW', 'CREATE VIEW totals'],
    ['ALTER TABLE ONLY "public"."jobs" ADD x int', 'ALTER TABLE', 'ALTER TABLE public.jobs'],
    ['DROP VIEW IF EXISTS totals', 'DROP VIEW', 'DROP VIEW totals'],
    ['insert into jobs values (1)', 'INSERT', 'INSERT jobs'],
    ['DELETE FROM jobs', 'DELETE', 'DELETE jobs'],
    ['REFRESH MATERIALIZED VIEW totals', 'REFRESH', 'REFRESH totals'],
    ['PRAGMA foreign_keys = 1', 'PRAGMA', 'PRAGMA'],
    [`DO $$ BEGIN 'secret' END $$`, 'DO', 'DO'],
    [`'secret'`, '', ''],
    ['', '', ''],
  ] as const)
    it(`The summary is ${JSON.stringify(summary)} for ${JSON.stringify(sql)}`, () => {
      expect(summaryOf(sql, 'postgres')).to.deep.equal({ operation, summary });
    });
});
