import type { DataSource } from 'typeorm';
import { readPartitions, type TablePartitions } from '../partitions/read-partitions.js';

/**
 * The tables that have no partition after the present one, in words. Readiness stays up: rows have a place until then, or in a default partition.
 * A database that cannot be read for it is no reason either.
 */
export async function withoutPartitionAhead(dataSource: DataSource): Promise<readonly string[]> {
  const tables = await readPartitions(dataSource).catch((): readonly TablePartitions[] => []);
  return tables.flatMap(({ table, time, defaultRows }) =>
    time && time.wanted > 0 && time.ahead < 1 && time.until !== null
      ? [
          `${table} has no partition ahead: from ${time.until} on, ${defaultRows === null ? 'rows have none' : 'rows go to the default partition'}`,
        ]
      : [],
  );
}
