import type { DataSource } from 'typeorm';
import { readPartitions, type TablePartitions } from '../partitions/read-partitions.js';

/**
 * The tables that have no partition after the present one, in words. Readiness stays up: rows have a place until then.
 * A database that cannot be read for it is no reason either.
 */
export async function withoutPartitionAhead(dataSource: DataSource): Promise<readonly string[]> {
  const tables = await readPartitions(dataSource).catch((): readonly TablePartitions[] => []);
  return tables.flatMap(({ table, time }) =>
    time && time.wanted > 0 && time.ahead < 1 && time.until !== null
      ? [`${table} has no partition ahead: from ${time.until} on, rows have none`]
      : [],
  );
}
