import 'reflect-metadata';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { parseSettings } from '../../src/settings.js';

/** Takes as long as the table "pace" specifies, which a test makes beforehand. PostgreSQL only. */
class MakeSlowly1800000000201 extends Revision {
  override readonly postgres: DialectStatements = {
    up: [
      'CREATE TABLE "slow" ("id" integer NOT NULL)',
      'INSERT INTO "slow" ("id") VALUES (1)',
      'SELECT pg_sleep("seconds") FROM "pace"',
    ],
    down: ['DROP TABLE "slow"'],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

class MakeQuickly1800000000202 extends Revision {
  override readonly postgres: DialectStatements = {
    up: ['CREATE TABLE "quick" ("id" integer NOT NULL)'],
    down: ['DROP TABLE "quick"'],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

/** For `-d`, against DATABASE_URL. */
export const dataSource: GuardedDataSource = createDataSource(parseSettings(process.env), {
  entities: [],
  migrations: [MakeSlowly1800000000201, MakeQuickly1800000000202],
  logger: new LineLogger('info', (line) => process.stderr.write(`${line}\n`)),
});
