import 'reflect-metadata';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { keptEvent } from './kept-event.js';

/** For `-d` of the command line, against DATABASE_URL: the entity of kept-event.ts. */
export const dataSource: GuardedDataSource = createDataSource(parseSettings(process.env), {
  entities: [keptEvent()],
  migrations: [],
  logger: new LineLogger('info', (line) => process.stderr.write(`${line}\n`)),
  heartbeat: false,
});
