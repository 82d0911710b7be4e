import 'reflect-metadata';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { revision } from './revisions.js';

/** Nothing in the database itself keeps the second one from being run twice. */
const revisions = [
  revision(
    'CreateEntry1800000000301',
    ['CREATE TABLE "entry" ("words" varchar(10) NOT NULL)'],
    ['DROP TABLE "entry"'],
  ),
  revision(
    'AppendEntry1800000000302',
    [`INSERT INTO "entry" ("words") VALUES ('once')`],
    [`DELETE FROM "entry" WHERE "words" = 'once'`],
  ),
];

/** For `-d`, against DATABASE_URL. */
export const dataSource: GuardedDataSource = createDataSource(parseSettings(process.env), {
  entities: [],
  migrations: revisions,
  logger: new LineLogger('info', (line) => process.stderr.write(`${line}\n`)),
});
