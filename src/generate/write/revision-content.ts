import type { DialectName } from '../../databases/registry.js';
import type { Replaced } from '../../migrator/replaced.js';
import type { RevisionPart } from '../plan/revision-part.js';
import type { FileForm } from './file-form.js';

/** The content of the file of a plain migration class of TypeORM. */
export interface PlainContent {
  /** PascalCase, without the stamp. */
  readonly name: string;
  /** Milliseconds since 1970, 13 digits. */
  readonly stamp: number;
  readonly part: Omit<RevisionPart, 'suffix'>;
  /** The dialects of the project; the others are left out. */
  readonly dialects: readonly DialectName[];
  readonly form: FileForm;
  /** The revisions in whose place it stands. */
  readonly replaces?: readonly Replaced[];
}

/** The content of the file of a revision. */
export interface RevisionContent extends PlainContent {
  /** The module from which the class imports `Revision`. */
  readonly importFrom: string;
  /** Checksum of the verified group; none for a revision that was not verified. */
  readonly proof?: string;
}
