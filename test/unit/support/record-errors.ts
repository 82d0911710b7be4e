import type { OrchestratorDbError } from '../../../src/errors/base.js';
import * as migration from '../../../src/errors/migration.js';
import * as records from '../../../src/errors/records.js';
import * as replaced from '../../../src/errors/records-replaced.js';
import * as server from '../../../src/errors/server.js';

const errors = { ...migration, ...records, ...replaced, ...server };

/** One of each class about the records, and what `console.error` prints of it. */
export const RECORD_SAMPLES: readonly (readonly [error: OrchestratorDbError, printed: string])[] = [
  [
    new errors.RecordConflictError('Alpha'),
    'Alpha: another program changed its record without the migration lock. Its transaction was rolled back. ' +
      'Run status, and route all migrations through this package. [RECORD_CONFLICT]',
  ],
  [
    new errors.RecordsChangedError('Alpha'),
    'Alpha: the list of applied revisions has changed since this run read it. Its transaction was rolled back. ' +
      'Run the command again. If the error repeats, another program writes to the list without the migration lock. [RECORDS_CHANGED]',
  ],
  [
    new errors.RecordNotKeptError(
      'Alpha',
      [{ kind: 'rule', name: 'r', table: 'app.migrations', remedy: 'DROP RULE r ON app.migrations;' }],
      { left: 'Nothing of the revision was run.' },
    ),
    'Alpha: the database did not keep the record as it was written. Nothing of the revision was run. ' +
      'Possible causes: the rule r on app.migrations. Let the owner of the table run: DROP RULE r ON app.migrations; Then run it again. [RECORD_NOT_KEPT]',
  ],
  [
    new errors.RecordsReplacedError('Alpha', '"app"."migrations"', {
      left: 'The transaction of the revision was rolled back.',
    }),
    'Alpha: "app"."migrations" is no longer the table in which this run began: a schema or a table was renamed, moved or restored meanwhile. The transaction of the revision was rolled back. ' +
      'What this run did before is in the former schema. Check which schema the application uses, then run the command again. [RECORDS_REPLACED]',
  ],
  [
    new errors.RecordsHiddenError('"migrations"', 'a view'),
    '"migrations" is a view, which may hide records, and a revision whose record is hidden would run again. Nothing was changed. Replace it with a table of this name. On PostgreSQL, a view is accepted if it selects every row of one table, without conditions or expressions. [RECORDS_HIDDEN]',
  ],
  [
    new errors.RecordsNotDurableError('public.migrations', 'unlogged'),
    'The table public.migrations is UNLOGGED: a crash of the server empties it, and revisions then run again, or too early. Nothing was changed. Let the owner of the table run: ALTER TABLE public.migrations SET LOGGED; [RECORDS_NOT_DURABLE]',
  ],
  [
    new errors.RecordNameTakenError(
      'migrations',
      'the table public.migrations, which lacks the column "name"',
    ),
    'The name of the list of applied revisions is taken: the table public.migrations, which lacks the column "name". Nothing was changed. Specify another name for the tables of the records: the option "migrationsTableName" of the DataSource. [RECORD_NAME_TAKEN]',
  ],
  [
    new errors.RecordNameTooLongError('m'.repeat(64), 64, 63),
    `The option "migrationsTableName" of the DataSource has 64 bytes, and PostgreSQL keeps 63 of a name: ${'m'.repeat(64)}. Nothing was changed. Specify a shorter name. [RECORD_NAME_TOO_LONG]`,
  ],
  [
    new errors.RecordNumbersBehindError('public.migrations', 'SELECT setval(...);', 'Nothing was changed.'),
    'The sequence of public.migrations gives numbers that rows of the table already have, as after a copy of the rows alone. Nothing was changed. Let the owner of the table run: SELECT setval(...); Then run the command again. [RECORD_NUMBERS_BEHIND]',
  ],
  [
    new errors.RecordsReplicatedError({
      subscriptions: ['everything'],
      tables: ['public.migrations', 'public.migrations_run'],
    }),
    'This database is a subscriber: the subscription everything copies rows into public.migrations, public.migrations_run, so a recorded revision may not have run here. Nothing was changed. On the publisher, publish the tables of the application without the records tables. Then run here: ALTER SUBSCRIPTION everything REFRESH PUBLICATION; After a switchover, drop the subscription: DROP SUBSCRIPTION everything; The copied records stay, so correct them: `check` shows what is missing, `stamp <revision>` records the revision that the schema is at, and `up` runs the rest. [RECORDS_REPLICATED]',
  ],
  [
    new errors.RecordsUntrustedError({
      table: 'public.migrations',
      owner: 'guest',
      role: 'migrator',
      via: 'trigger copy on table migrations',
    }),
    'public.migrations has the trigger copy on table migrations, which uses code of the role guest. The code would run with the rights of migrator. No revision was run. If you do not know it, drop the table or what uses the code. If it is yours, give the code to a role that migrator trusts: migrator itself, a role it is a member of, a superuser, or the owner of the database or the schema. [RECORDS_UNTRUSTED]',
  ],
  [
    new errors.TwoRevisionListsError('"app"."migrations"', '"public"."migrations"'),
    'The search path leads to two lists of applied revisions: "app"."migrations" is empty, and "public"."migrations" behind it has records. Nothing was changed. If "public"."migrations" is meant, drop the empty one: DROP TABLE "app"."migrations"; Otherwise specify the schema: the option "schema" of the DataSource. [TWO_REVISION_LISTS]',
  ],
  [
    new errors.TwoSchemasError({ first: '"app"', list: '"public"', tables: ['"docs"', '"jobs"'] }),
    'The search path leads to two schemas: the list of applied revisions is in "public", with "docs", "jobs", and "app" comes first. Nothing was changed. Statements would change tables in "public", but create tables in "app". Specify the schema: the option "schema" of the DataSource. Or name "public" before "app" in the search path. [TWO_SCHEMAS]',
  ],
];
