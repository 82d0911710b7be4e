import type { MigrationInterface } from 'typeorm';
import type { RevisionDocument } from '../../src/generate/write/write-generated.js';
import { Revision } from '../../src/migrator/revision.js';

/** The class of a generated revision, without its file. */
export function generatedClass({
  id,
  transaction,
  postgres,
  sqlite,
}: RevisionDocument): new () => MigrationInterface {
  class Generated extends Revision {
    static override readonly proof = 'as written';
    override readonly postgres = postgres;
    override readonly sqlite = sqlite;
    override readonly transaction = transaction;
  }
  Object.defineProperty(Generated, 'name', { value: id });
  return Generated;
}
