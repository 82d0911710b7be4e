import 'reflect-metadata';
import { createDataSource, type GuardedDataSource } from '../src/data-source.js';
import type { ConnectionSettings } from '../src/databases/database.js';
import { entities } from '../src/entities/index.js';
import type { LineLogger } from '../src/logger.js';
import { migrations } from '../src/migrations/index.js';
import { subscribers } from '../src/subscribers/index.js';

/** The DataSource of this package for its command line, which reads on the primary. */
export function createOwn(
  settings: ConnectionSettings,
  logger: LineLogger,
  migrationsFolder: string,
): GuardedDataSource {
  return createDataSource(
    { ...settings, replicas: [] },
    { entities, migrations, subscribers, logger, migrationsFolder, heartbeat: false },
  );
}
