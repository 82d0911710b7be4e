import 'reflect-metadata';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import { backfillBlock } from '../../src/databases/postgres/plan/backfill.js';
import { LineLogger } from '../../src/logger.js';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { parseSettings } from '../../src/settings.js';

const NONE: DialectStatements = { up: [], down: [] };

/** A block of PL/pgSQL. */
function block(...statements: readonly string[]): string {
  return `DO $$ BEGIN ${statements.map((statement) => `${statement};`).join(' ')} END $$`;
}

/** One of each kind, with texts that want to act on a terminal or hold a password. PostgreSQL only. */
export class RaiseNotices1800000000211 extends Revision {
  override readonly postgres: DialectStatements = {
    up: [
      'CREATE TABLE IF NOT EXISTS "migrations" ("id" integer)',
      block(
        `RAISE NOTICE '% rows', 3`,
        `RAISE WARNING E'a\\nb\\u001b[2J\\u202e'`,
        `RAISE INFO 'postgres://ann:s3cret-word@host/db'`,
      ),
    ],
    down: [block(`RAISE NOTICE 'on the way back'`)],
  };
  override readonly sqlite = NONE;
}

/** More than are shown, in two statements that have as many each; the second one ends with an error. */
export class RaiseMany1800000000212 extends Revision {
  override readonly postgres: DialectStatements = {
    up: [
      block(`FOR i IN 1..150 LOOP RAISE NOTICE 'first %', i; END LOOP`),
      block(`FOR i IN 1..101 LOOP RAISE NOTICE 'second %', i; END LOOP`, `RAISE EXCEPTION 'that is all'`),
    ],
    down: [],
  };
  override readonly sqlite = NONE;
}

/** A backfill of the table "jobs", which a test makes beforehand. */
export class FillJobs1800000000213 extends Revision {
  override readonly transaction = false;
  override readonly postgres: DialectStatements = {
    up: [
      backfillBlock({
        path: '"jobs"',
        column: 'tier',
        value: `'basic'`,
        key: [{ name: 'id', type: 'integer' }],
      }),
    ],
    down: [],
  };
  override readonly sqlite = NONE;
}

/** A notice between two pauses, each longer than the live line is left alone. */
export class PauseAround1800000000214 extends Revision {
  override readonly postgres: DialectStatements = {
    up: [block('PERFORM pg_sleep(1)', `RAISE NOTICE 'half'`, 'PERFORM pg_sleep(1)')],
    down: [],
  };
  override readonly sqlite = NONE;
}

const LISTS = {
  notices: RaiseNotices1800000000211,
  many: RaiseMany1800000000212,
  fill: FillJobs1800000000213,
  pause: PauseAround1800000000214,
};

/** A revision by its short name. */
export type NoticingName = keyof typeof LISTS;

/** For `-d`, against DATABASE_URL: the revision that NOTICING names. */
export const dataSource: GuardedDataSource = createDataSource(parseSettings(process.env), {
  entities: [],
  migrations: [LISTS[(process.env['NOTICING'] ?? 'notices') as NoticingName]],
  logger: new LineLogger('info', (line) => process.stderr.write(`${line}\n`)),
});
