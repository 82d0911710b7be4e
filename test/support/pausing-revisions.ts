import { Revision, type DialectStatements } from '../../src/migrator/revision.js';

/** Lasts as long as the table "pace" specifies, which a test makes beforehand: seconds, or steps on SQLite. */
export class ReadSlowly1800000000371 extends Revision {
  override readonly postgres: DialectStatements = {
    up: ['CREATE TABLE "slow" ("id" integer NOT NULL)', 'SELECT pg_sleep("amount") FROM "pace"'],
    down: ['DROP TABLE "slow"'],
  };
  override readonly sqlite: DialectStatements = {
    up: [
      'CREATE TABLE "slow" ("id" integer NOT NULL)',
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < (SELECT "amount" FROM "pace"))
       SELECT count(*) FROM n`,
    ],
    down: ['DROP TABLE "slow"'],
  };
}

/** Comes after it. */
export class MakeQuickly1800000000372 extends Revision {
  override readonly postgres: DialectStatements = {
    up: ['CREATE TABLE "quick" ("id" integer NOT NULL)'],
    down: ['DROP TABLE "quick"'],
  };
  override readonly sqlite = this.postgres;
}

export const revisions: readonly (new () => Revision)[] = [ReadSlowly1800000000371, MakeQuickly1800000000372];
