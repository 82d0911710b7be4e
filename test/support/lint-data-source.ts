import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataSource } from 'typeorm';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { handWritten } from './hand-written.js';

class MakeNotes1800000000600 extends Revision {
  override readonly postgres: DialectStatements = {
    up: ['CREATE TABLE "notes" ("id" bigint PRIMARY KEY, "words" varchar(50))'],
    down: ['DROP TABLE "notes"'],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

class IndexNotes1800000000700 extends Revision {
  override readonly postgres: DialectStatements = {
    up: ['CREATE INDEX "ix_notes_words" ON "notes" ("words")'],
    down: ['DROP INDEX "ix_notes_words"'],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

class DropNotes1800000000800 extends Revision {
  override readonly postgres: DialectStatements = {
    up: ['-- lint-allow drop-table: nobody reads it\n  DROP TABLE "notes"'],
    down: ['SELECT 1', 'CREATE TABLE "notes" ("id" bigint PRIMARY KEY, "words" varchar(50)'],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

const Manual1800000000900 = handWritten('Manual1800000000900', () => Promise.reject(new Error('it was run')));

/** Revisions for lint, on a port without a server; as classes, or as files where LINT_FILES is set. */
export const dataSource = new DataSource({
  type: 'postgres',
  host: '127.0.0.1',
  port: 1,
  migrations:
    process.env['LINT_FILES'] === undefined
      ? [MakeNotes1800000000600, IndexNotes1800000000700, DropNotes1800000000800, Manual1800000000900]
      : [join(dirname(fileURLToPath(import.meta.url)), 'lint-files', '*.js')],
});
