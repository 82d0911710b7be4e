/** The access to a database by a manifest: revisions from the file, a session over the bare driver. */

import type { ConnectionSettings, Database } from '../../databases/database.js';
import { databaseNamed, type DialectName } from '../../databases/registry.js';
import type { Purpose } from '../../databases/session.js';
import { written } from '../revision.js';
import type { Access } from '../access.js';
import { projectFor, type Project } from '../state.js';
import type { Manifest } from './manifest.js';
import { revisionsIn } from './recorded-revisions.js';

/** A session to open. */
export interface Opening {
  readonly settings: ConnectionSettings;
  readonly purpose: Purpose;
  /** Takes warnings about the database. */
  readonly onWarning: (words: string) => void;
}

/**
 * Runs `use` with the access, and closes its session then.
 *
 * @throws RevisionInvalidError before it connects; ConnectError
 */
export async function withManifest<T>(
  manifest: Manifest,
  { settings, purpose, onWarning }: Opening,
  use: (access: Access) => Promise<T>,
): Promise<T> {
  const database = databaseNamed(settings.database.dialect);
  const project = projectIn(manifest, database);
  const session = await database.openSession(settings, onWarning, purpose);
  const typed = (error: unknown): never => {
    throw database.typedError(session.place, error);
  };
  try {
    return await use({
      project: () => project,
      settings,
      onSession: (body) => body(session).catch(typed),
      dataSource: undefined,
    });
  } finally {
    await session.close();
  }
}

/** What a manifest declares for one database. @throws RevisionInvalidError */
export function projectIn({ databases, revisions }: Manifest, database: Database<DialectName>): Project {
  const of = databases[database.name];
  if (of === undefined) throw new Error(`the manifest has no tables for ${database.title}`);
  const { tables, entityTables } = of;
  return projectFor({
    database,
    tables,
    revisions: written(revisionsIn(revisions), database.name),
    entityTables: () => entityTables,
  });
}
