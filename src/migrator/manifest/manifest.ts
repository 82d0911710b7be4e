/** The file in which a build records revisions, so that a command runs them without TypeORM and its classes (ADR 35). */

import type { RecordTables } from '../../databases/records/tables.js';
import type { DialectName } from '../../databases/registry.js';
import type { Checksums } from '../../databases/direction.js';
import type { Replaced } from '../replaced.js';
import type { DialectStatements, RevisionLimits, RevisionPhase, SchemaChanges } from '../revision.js';
import type { EntityTable } from '../state.js';
import { sha256 } from '../../text/sha256.js';

/** The name of the file, beside the compiled file of the DataSource. */
export const MANIFEST_FILE = 'revisions.json';

/** It grows when a field gets another meaning. */
export const MANIFEST_FORMAT = 1;

/** The statements of a revision for one database, and the checksums that are recorded with them. */
export interface RecordedStatements extends DialectStatements {
  readonly checksums: Checksums;
}

/** A revision as its class declares it. */
export interface RecordedRevision extends RevisionLimits {
  readonly id: string;
  readonly description: string;
  readonly phase: RevisionPhase;
  readonly proof: string;
  readonly replaces: readonly Replaced[];
  readonly changes: SchemaChanges;
  /** Only where the class declares it. */
  readonly transaction?: boolean;
  /** By database; without those that the class leaves out. */
  readonly statements: Readonly<Partial<Record<DialectName, RecordedStatements>>>;
}

/** What a DataSource means on one database. */
export interface RecordedDatabase {
  readonly tables: RecordTables;
  readonly entityTables: readonly EntityTable[];
}

/** What a build records. */
export interface Manifest {
  readonly format: typeof MANIFEST_FORMAT;
  /** The version of this package that has written it. */
  readonly writtenBy: string;
  /** SHA-256 over everything else, 64 hexadecimal digits. */
  readonly checksum: string;
  /** The file of the DataSource, from the folder of the manifest, as all paths here. */
  readonly dataSource: string;
  /** SHA-256 of each file that the DataSource and its revisions come from, by its path. */
  readonly files: Readonly<Record<string, string>>;
  /** The names of the files in the folder of the revisions, by its path; none where the DataSource names no folder. */
  readonly folders: Readonly<Record<string, readonly string[]>>;
  readonly databases: Readonly<Partial<Record<DialectName, RecordedDatabase>>>;
  /** Oldest first. */
  readonly revisions: readonly RecordedRevision[];
  /** SHA-256 of the text of the file with the schemas of the entities. */
  readonly desired: string;
}

/** SHA-256 over the content, whatever the layout of the file is. */
export function manifestChecksum(manifest: Manifest): string {
  return sha256(JSON.stringify({ ...manifest, checksum: undefined }));
}
