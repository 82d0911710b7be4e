import { byDialect, type DialectName } from '../../databases/registry.js';
import type { Generated } from '../propose.js';
import { statementsIn } from './revision-class.js';
import { assertPlainable, USUAL_FORM, type FileForm } from './file-form.js';
import { writeRevisions, type WrittenRevisions } from './write-revisions.js';
import { snapshotText } from '../compare/snapshot.js';
import type { DialectStatements, RevisionPhase } from '../../migrator/revision.js';

/** The target of generated revisions. */
export interface GeneratedPlace {
  readonly folder: string;
  /** The module from which their classes import `Revision`: this package, or a path. */
  readonly importFrom: string;
  /** Whether to create an index where none exists. */
  readonly makeIndex: boolean;
  /** How the files are written; default TypeScript classes of this package. */
  readonly form?: FileForm;
  /** Loads a new file as the project does, so that it is compared with what was verified; default: it is not loaded. */
  readonly load?: ((path: string) => Promise<Readonly<Record<string, unknown>>>) | undefined;
}

/**
 * Writes the generated revisions and the snapshot; without a revision the snapshot alone, if its content changes.
 *
 * @throws GenerateError; nothing is written then
 */
export function writeGenerated(
  { revisions, snapshot, proof }: Generated,
  { folder, importFrom, makeIndex, load, form = USUAL_FORM }: GeneratedPlace,
): Promise<WrittenRevisions> {
  const dialects = Object.keys(snapshot.schemas) as readonly DialectName[];
  assertPlainable(form, dialects);
  const contents = revisions.map(({ name, stamp, part }) => ({
    ...{ name, stamp, part, importFrom, proof },
    ...{ dialects, form },
  }));
  return writeRevisions({ folder, snapshot: snapshotText(snapshot), makeIndex, load }, contents);
}

/** A generated revision in the form for programs. */
export interface RevisionDocument {
  readonly id: string;
  readonly description: string;
  /** When it runs: before or after the older release is gone. */
  readonly phase: RevisionPhase;
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
    phase: part.releasePhase ?? 'expand',
    transaction: part.transaction,
    ...byDialect(({ name }) => statementsIn(part.groups[name])),
  }));
}
