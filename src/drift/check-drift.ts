/** Checks a DataSource: compares its schemas, lists pending revisions, applies --ignore and --strict. */

import type { DataSource } from 'typeorm';
import { withReadOnlyConnection } from '../databases/read-only-connection.js';
import { loadAccepted, type AcceptedSource } from './accepted/accepted-file.js';
import { checkSubject, type CheckOptions, type DriftCounting } from './check-subject.js';
import type { DriftReport } from './drift-report.js';
import { subjectOf } from './entities-subject.js';
import { knowSnapshot, type SnapshotSource } from './known-views.js';

/** How to check. */
export interface DriftOptions extends DriftCounting {
  /** Differences that are no drift; default none. */
  readonly accepted?: AcceptedSource;
  /** The snapshot that `generate` writes, with which views are compared; default the texts that TypeORM records. */
  readonly snapshot?: SnapshotSource;
}

/**
 * Compares the entities of a DataSource, any TypeORM DataSource, with its live schema, read from the catalogs. It
 * writes nothing, takes no lock on a table but a reader's, and needs no right on one. A DataSource that is not
 * connected is connected for it, without synchronizing, dropping or migrating whatever its options say, and closed
 * again.
 *
 * @throws DialectUnsupportedError, ConnectError, SearchPathError, SchemaMissingError, TwoSchemasError,
 *   AcceptedDriftInvalidError, or what the driver throws when a catalog cannot be read
 */
export async function checkDrift(
  dataSource: DataSource,
  { accepted, snapshot, ...options }: DriftOptions = {},
): Promise<DriftReport> {
  if (snapshot !== undefined) knowSnapshot(dataSource, snapshot);
  const loaded = accepted === undefined ? undefined : await loadAccepted(accepted);
  return checkAgainst(dataSource, { ...options, accepted: loaded });
}

/** Does what `checkDrift` does, with the accepted differences already read. @throws as it does */
export async function checkAgainst(dataSource: DataSource, options: CheckOptions): Promise<DriftReport> {
  return withReadOnlyConnection(dataSource, () => checkSubject(subjectOf(dataSource), options));
}
