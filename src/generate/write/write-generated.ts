import { byDialect } from '../../databases/registry.js';
import type { Generated } from '../propose.js';
import { statementsIn } from './revision-class.js';
import { writeRevisions, type WrittenRevisions } from './write-revisions.js';
import { snapshotText } from '../compare/snapshot.js';
import type { DialectStatements } from '../../migrator/revision.js';

/** The target of generated revisions. */
export interface GeneratedPlace {
  readonly folder: string;
  /** The module from which their classes import `Revision`: this package, or a path. */
  readonly importFrom: string;
  /** Whether to create an index where none exists. */
  readonly makeIndex: boolean;
}

/**
 * Writes the generated revisions and the snapshot; without a revision the snapshot alone, if its content changes.
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

/** A generated revision in the form for programs. */
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
