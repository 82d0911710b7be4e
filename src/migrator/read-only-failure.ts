import type { DataSource } from 'typeorm';
import { databaseOf } from '../databases/registry.js';
import type { DatabaseReadOnlyError } from '../errors/connection.js';
import { onConnection } from './connections.js';

/**
 * The error for rows of the application that were not inserted because writing is switched off; undefined for another
 * cause.
 *
 * @param left what is left in the database, in words
 */
export function readOnlyFailure(
  dataSource: DataSource,
  error: unknown,
  left: string,
): Promise<DatabaseReadOnlyError | undefined> {
  const { migration } = databaseOf(dataSource);
  return onConnection(dataSource, (session) => migration.readOnly(error, session, left)).catch(
    () => undefined,
  );
}
