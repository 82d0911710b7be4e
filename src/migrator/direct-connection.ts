/** Migrates through DATABASE_DIRECT_URL, where the DataSource has such an address. */

import type { DataSource } from 'typeorm';

/** A DataSource that knows another way to its database, on which migrating works better. */
export interface DirectSource {
  /** Provides a DataSource for migrating; itself, where there is no better one. */
  onDirect<T>(use: (direct: DataSource) => Promise<T>): Promise<T>;
}

/** Provides the DataSource on which to migrate. */
export function onDirectConnection<T>(
  dataSource: DataSource,
  use: (direct: DataSource) => Promise<T>,
): Promise<T> {
  return isDirectSource(dataSource) ? dataSource.onDirect(use) : use(dataSource);
}

/** Whether it knows another way. */
export function isDirectSource(dataSource: DataSource): dataSource is DataSource & DirectSource {
  return 'onDirect' in dataSource;
}
