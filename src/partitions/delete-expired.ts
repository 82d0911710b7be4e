/** Deletes rows that have expired, in batches, beside others that write. */

import type { DataSource, EntityMetadata } from 'typeorm';
import type { ExpiringTable } from '../databases/expired-rows.js';
import { databaseOf } from '../databases/registry.js';
import { EntityExpiresError } from '../errors/entities.js';
import { expiresBy } from '../expires.js';
import { onConnection } from '../migrator/connections.js';
import { managedEntities } from '../metadata/managed.js';

/** How many rows one transaction deletes: as many as a batch of a backfill fills. */
const BATCH = 2000;

/** A table whose expired rows were deleted. */
export interface ExpiredRows {
  readonly table: string;
  readonly rows: number;
}

/** A table with its name in the database. */
interface Expiring extends ExpiringTable {
  readonly name: string;
}

/**
 * Deletes the rows that have expired of all entities with `@Expires`, one batch a transaction.
 *
 * @param signal ends it between two batches
 * @throws EntityExpiresError where the property is no column
 */
export async function deleteExpired(
  dataSource: DataSource,
  signal?: AbortSignal,
): Promise<readonly ExpiredRows[]> {
  const tables = expiringTables(dataSource);
  if (tables.length === 0) return [];
  const { deleteExpired: deleteBatch } = databaseOf(dataSource);
  return onConnection(dataSource, async (session) => {
    // All of a process shares one connection of SQLite: a transaction of the application may roll back.
    if (session.openTransactions > 0) return [];
    const deleted: ExpiredRows[] = [];
    for (const table of tables) {
      const rows = await untilDone(() => deleteBatch(session, table, BATCH), signal);
      if (rows > 0) deleted.push({ table: table.name, rows });
    }
    return deleted;
  });
}

function expiringTables(dataSource: DataSource): readonly Expiring[] {
  return managedEntities(dataSource)
    .flatMap((metadata) => {
      const property = expiresBy(metadata.target);
      return property === undefined ? [] : [expiring(metadata, property)];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function expiring(metadata: EntityMetadata, property: string): Expiring {
  const { connection, tablePath, tableName, primaryColumns } = metadata;
  const column = metadata.findColumnWithPropertyPath(property);
  if (!column) throw new EntityExpiresError(metadata.name, property);
  const quoted = (name: string) => connection.driver.escape(name);
  return {
    name: tableName,
    path: tablePath.split('.').map(quoted).join('.'),
    keys: primaryColumns.map(({ databaseName }) => quoted(databaseName)),
    column: quoted(column.databaseName),
  };
}

/** A batch that is not full is the last one. */
async function untilDone(deleteBatch: () => Promise<number>, signal?: AbortSignal): Promise<number> {
  let deleted = 0;
  while (signal?.aborted !== true) {
    const rows = await deleteBatch();
    deleted += rows;
    if (rows < BATCH) break;
  }
  return deleted;
}
