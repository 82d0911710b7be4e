import { expect } from 'chai';
import { readSqliteStatement, type SqliteStatement } from '../../../src/sql/sqlite-statement.js';

const READ: readonly (readonly [sql: string, statement: SqliteStatement | undefined])[] = [
  [
    'CREATE TABLE "jobs" ("id" integer, [a b] text, CHECK ("id" > 0))',
    { kind: 'create-table', table: 'jobs', columns: ['id', 'a b'] },
  ],
  [
    'CREATE TABLE IF NOT EXISTS main.jobs AS SELECT 1',
    { kind: 'create-table', table: 'jobs', columns: null },
  ],
  [
    '-- fast\nCREATE UNIQUE INDEX IF NOT EXISTS ix ON "jobs" (lower("email"))',
    { kind: 'create-index', name: 'ix', table: 'jobs', unique: true },
  ],
  [
    'CREATE INDEX "main"."ix" ON jobs (a)',
    { kind: 'create-index', name: 'ix', table: 'jobs', unique: false },
  ],
  ['CREATE TRIGGER t AFTER INSERT ON jobs BEGIN SELECT 1; END', { kind: 'create-trigger', name: 't' }],
  ['/* ; */ drop index if exists `ix`;', { kind: 'drop-index', name: 'ix' }],
  ["DROP TRIGGER 'it''s'", { kind: 'drop-trigger', name: "it's" }],
  ['DROP TABLE IF EXISTS "a.b"', { kind: 'drop-table', table: 'a.b' }],
  ['ALTER TABLE jobs ADD COLUMN "depth" integer', { kind: 'add-column', table: 'jobs', column: 'depth' }],
  ['ALTER TABLE jobs DROP depth', { kind: 'drop-column', table: 'jobs', column: 'depth' }],
  ['ALTER TABLE jobs RENAME TO "tasks"', { kind: 'rename-table', table: 'jobs', to: 'tasks' }],
  ['ALTER TABLE "jobs" RENAME COLUMN a TO b', { kind: 'rename-column', table: 'jobs', column: 'a', to: 'b' }],
  ["SELECT 'DROP TABLE jobs'", undefined],
  ['DROP VIEW v', undefined],
  ['', undefined],
];

describe('A statement of SQLite', () => {
  for (const [sql, statement] of READ)
    it(`The SQLite statement ${sql} is read as ${statement ? statement.kind : 'no change of a table'}`, () => {
      expect(readSqliteStatement(sql)).to.deep.equal(statement);
    });
});
