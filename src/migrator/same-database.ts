import { isDeepStrictEqual } from 'node:util';
import type { DataSource } from 'typeorm';
import type { DatabaseTarget } from '../database-url.js';
import type { RecordPlaces } from '../databases/migration-dialect.js';
import { databaseOf } from '../databases/registry.js';
import { DirectDatabaseDiffersError } from '../errors/server.js';

/** A connected DataSource, and where it is connected to. */
interface Address {
  readonly dataSource: DataSource;
  readonly target: DatabaseTarget;
}

/**
 * Makes sure that DATABASE_URL and DATABASE_DIRECT_URL lead to one database and mean one table of records, and that the
 * application finds the tables that are created.
 *
 * @throws DirectDatabaseDiffersError, ConnectError
 */
export async function assertSameDatabase(application: Address, direct: Address): Promise<void> {
  if (isOneAddress(application.target, direct.target)) return;
  const database = databaseOf(application.dataSource);
  const places =
    database === databaseOf(direct.dataSource) &&
    (await database.migration.recordPlaces(application.dataSource, direct.dataSource));
  if (!places || 'standby' in places || !isOnePlace(places))
    throw new DirectDatabaseDiffersError(application.target.shown, direct.target.shown, places || undefined);
}

function isOnePlace({ application, direct, isVisible }: RecordPlaces): boolean {
  return application === direct && isVisible;
}

/**
 * What is shown leaves out `options`, which may lead to another schema. The name of the application leads nowhere else.
 */
function isOneAddress(application: DatabaseTarget, direct: DatabaseTarget): boolean {
  const place = (target: DatabaseTarget) => ({ ...target, applicationName: undefined });
  return isDeepStrictEqual(place(application), place(direct));
}
