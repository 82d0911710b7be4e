import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** A revision that is found as a file. */
export class FindMe1800000000600 extends Revision {
  override readonly postgres: DialectStatements = { up: ['TRUNCATE "notes" CASCADE'], down: [] };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}
