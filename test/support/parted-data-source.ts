import 'reflect-metadata';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { PARTED } from './parted-revisions.js';

/** For `-d`, against DATABASE_URL: the revisions of parted-revisions.ts. */
export const dataSource: GuardedDataSource = createDataSource(parseSettings(process.env), {
  entities: [],
  migrations: [...PARTED],
  logger: new LineLogger('info', (line) => process.stderr.write(`${line}\n`)),
});
