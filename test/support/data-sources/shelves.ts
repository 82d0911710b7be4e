import 'reflect-metadata';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import { LineLogger } from '../../../src/logger.js';
import { parseSettings } from '../../../src/settings.js';
import { shelves, type ShelfCode } from '../shelves.js';

const { SHELF_CODE, SHELF_FOLDER } = process.env;

/** For `-d`, against DATABASE_URL: the list of revisions that SHELF_CODE names, kept in the folder SHELF_FOLDER. */
export const dataSource: GuardedDataSource = createDataSource(parseSettings(process.env), {
  ...shelves(SHELF_CODE as ShelfCode),
  logger: new LineLogger('info', (line) => process.stderr.write(`${line}\n`)),
  ...(SHELF_FOLDER === undefined ? {} : { migrationsFolder: SHELF_FOLDER }),
});
