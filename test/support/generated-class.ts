import type { MigrationInterface } from 'typeorm';
import type { RevisionDocument } from '../../src/generate/write/write-generated.js';
import { Revision, type SchemaChanges } from '../../src/migrator/revision.js';

/** The class of a generated revision, without its file. */
export function generatedClass({
  id,
  phase,
  changes = {},
  transaction,
  postgres,
  sqlite,
}: RevisionDocument & { readonly changes?: SchemaChanges }): new () => MigrationInterface {
  class Generated extends Revision {
    static override readonly proof = 'as written';
    static override readonly phase = phase;
    static override readonly changes = changes;
    override readonly postgres = postgres;
    override readonly sqlite = sqlite;
    override readonly transaction = transaction;
  }
  Object.defineProperty(Generated, 'name', { value: id });
  return Generated;
}
