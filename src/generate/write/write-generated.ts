import { byDialect } from '../../databases/registry.js';
import type { Generated } from '../propose.js';
import { statementsIn } from './revision-class.js';
import { writeRevisions, type WrittenRevisions } from './write-revisions.js';
import { snapshotText } from '../compare/snapshot.js';
import type { DialectStatements } from '../../migrator/revision.js';

/** Where generated revisions go. */
export interface GeneratedPlace {
  readonly folder: string;
  /** Where their classes get `Revision` from: this package, or a path. */
  readonly importFrom: string;
  /** Whether to make an index where there is none. */
  readonly makeIndex: boolean;
}

/**
 * Writes what was generated and the snapshot; where there is no revision, the snapshot alone, if it says something else.
 *
 * @throws GenerateError; nothing is written then
 */
export function writeGenerated(
  { revisions, snapshot, proof }: Generated,
  { folder, importFrom, makeIndex }: GeneratedPlace,
): Promise<WrittenRevisions> {
  const contents = revisions.map(({ name, stamp, part }) => ({ name, stamp, importFrom, part, proof }));
  return writeRevisions({ folder, snapshot: snapshotText(snapshot), makeIndex }, contents);
}

/** A generated revision as programs want it. */
export interface RevisionDocument {
  readonly id: string;
  readonly description: string;
  /** Whether PostgreSQL runs it in a transaction. */
  readonly transaction: boolean;
  readonly postgres: DialectStatements;
  readonly sqlite: DialectStatements;
}

/** The same, as data. */
export function revisionDocuments({ revisions }: Generated): readonly RevisionDocument[] {
  return revisions.map(({ id, part }) => ({
    id,
    description: part.description,
    transaction: part.transaction,
    ...byDialect(({ name }) => statementsIn(part.groups[name])),
  }));
}
