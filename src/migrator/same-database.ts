import type { DataSource } from 'typeorm';
import { databaseOf } from '../databases/registry.js';
import { DirectDatabaseDiffersError } from '../errors/server.js';

/** A connected DataSource, and its address as people may read it. */
interface Address {
  readonly dataSource: DataSource;
  readonly shown: string;
}

/**
 * Makes sure that DATABASE_URL and DATABASE_DIRECT_URL lead to one database, and mean one table of records.
 *
 * @throws DirectDatabaseDiffersError, ConnectError
 */
export async function assertSameDatabase(application: Address, direct: Address): Promise<void> {
  if (application.shown === direct.shown) return;
  const database = databaseOf(application.dataSource);
  const places =
    database === databaseOf(direct.dataSource) &&
    (await database.migration.recordPlaces(application.dataSource, direct.dataSource));
  if (!places || places.application !== places.direct)
    throw new DirectDatabaseDiffersError(application.shown, direct.shown, places || undefined);
}
