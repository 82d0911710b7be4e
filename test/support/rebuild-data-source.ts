import 'reflect-metadata';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import { parseSettings } from '../../src/settings.js';
import { FAMILY, REBUILD } from './rebuilds.js';
import { keepingLogger } from './revisions.js';

/** For `-d` of TypeORM's command line, against DATABASE_URL. */
export const dataSource: GuardedDataSource = createDataSource(parseSettings(process.env), {
  entities: [],
  migrations: [FAMILY, REBUILD],
  logger: keepingLogger().logger,
});
