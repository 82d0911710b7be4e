import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import type { ScriptContents } from './offline-run.js';
import { revision } from './revisions.js';

/** A statement with an exception from a lint rule in front of it. */
export function allowed(sql: string): string {
  return `-- lint-allow some-rule: it's what we want; COMMIT\n    ${sql}`;
}

export const MAKE = 'MakePegs1800000000610';
export const UP: readonly string[] = [
  'CREATE TABLE "pegs" ("id" integer)',
  'INSERT INTO "pegs" VALUES (1), (1)',
];
export const DOWN: readonly string[] = ['DROP TABLE "pegs"'];

/** Makes pegs, two of them alike. */
export const make: new () => Revision = revision(MAKE, UP, DOWN);
/** The same with exceptions. */
export const allowing: new () => Revision = revision(MAKE, UP.map(allowed), DOWN.map(allowed));

/** Fails while two pegs are alike, and leaves an invalid index. */
class IndexPegs1800000000620 extends Revision {
  override readonly transaction = false;
  override readonly postgres: DialectStatements = {
    up: [allowed('CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "ix_pegs_id" ON "pegs" ("id")')],
    down: [allowed('DROP INDEX CONCURRENTLY IF EXISTS "ix_pegs_id"')],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

export const INDEXED_PEGS: ScriptContents = { entities: [], migrations: [allowing, IndexPegs1800000000620] };

/** Whether the index is valid. */
export const IS_VALID = `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'ix_pegs_id'::regclass`;
/** Takes one of the two away. */
export const WITHOUT_TWIN = 'DELETE FROM "pegs" WHERE ctid = (SELECT min(ctid) FROM "pegs")';
