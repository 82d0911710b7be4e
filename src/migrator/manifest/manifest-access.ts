/** The access to a database by a manifest: revisions from the file, a session over the bare driver. */

import type { ConnectionSettings } from '../../databases/database.js';
import { databaseNamed, type KnownDatabase } from '../../databases/registry.js';
import type { Purpose } from '../../databases/session.js';
import { written } from '../revision.js';
import type { Access } from '../access.js';
import { projectFor, type Project } from '../state.js';
import type { ScriptParts } from '../offline-script.js';
import type { Manifest, RecordedDatabase } from './manifest.js';
import { revisionsIn } from './recorded-revisions.js';

/** A session to open. */
interface Opening {
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

/** What an offline script needs of a manifest. @throws RevisionInvalidError */
export function scriptPartsIn(manifest: Manifest, own: KnownDatabase): ScriptParts {
  return {
    own,
    revisions: revisionsIn(manifest.revisions),
    tablesOn: ({ name }) => recordedFor(manifest, name).tables,
  };
}

/** What a manifest declares for one database. */
function projectIn(manifest: Manifest, database: KnownDatabase): Project {
  const { tables, entityTables } = recordedFor(manifest, database.name);
  return projectFor({
    database,
    tables,
    revisions: written(revisionsIn(manifest.revisions), database.name),
    entityTables: () => entityTables,
  });
}

function recordedFor({ databases }: Manifest, name: string): RecordedDatabase {
  const recorded = (databases as Readonly<Record<string, RecordedDatabase | undefined>>)[name];
  if (recorded === undefined) throw new Error(`the manifest has nothing for ${name}`);
  return recorded;
}
