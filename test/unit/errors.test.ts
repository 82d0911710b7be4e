import { inspect } from 'node:util';
import { expect } from 'chai';
import { printed } from './support/printed.js';
import { REBUILD_SAMPLES } from './support/rebuild-errors.js';
import { RECORD_SAMPLES } from './support/record-errors.js';
import { SERVER_SAMPLES } from './support/server-errors.js';
import * as general from '../../src/errors/base.js';
import * as connection from '../../src/errors/connection.js';
import * as manifest from '../../src/errors/manifest.js';
import * as output from '../../src/errors/output.js';
import * as migration from '../../src/errors/migration.js';
import * as rebuild from '../../src/errors/rebuild.js';
import * as records from '../../src/errors/records.js';
import * as replaced from '../../src/errors/records-replaced.js';
import * as replicas from '../../src/errors/replicas.js';
import * as searchPaths from '../../src/errors/search-paths.js';
import * as server from '../../src/errors/server.js';
import { StateTransitionError } from '../../src/subscribers/index.js';

const errors = {
  ...general,
  ...connection,
  ...manifest,
  ...migration,
  ...output,
  ...rebuild,
  ...records,
  ...replaced,
  ...replicas,
  ...searchPaths,
  ...server,
  StateTransitionError,
};

const CAUSE = new Error('table jobs is locked');

/** One of each class, and what `console.error` prints of it. */
const SAMPLES: readonly (readonly [error: general.OrchestratorDbError, printed: string])[] = [
  [new errors.UsageError('unknown command'), 'unknown command [USAGE]'],
  [
    new errors.SettingsError('DB_LOG', 'is odd', 'info'),
    'DB_LOG: is odd. Example: DB_LOG=info [SETTING_INVALID]',
  ],
  [
    new errors.ConnectError(
      'postgres://ann:***@db.example/orders',
      { reason: 'connection refused', transient: true },
      { cause: CAUSE },
    ),
    'Cannot connect to postgres://ann:***@db.example/orders: connection refused. [CONNECT_FAILED]',
  ],
  [
    new errors.ConnectionLostError('postgres://db.example/orders', new Error('terminating connection.')),
    'The connection to postgres://db.example/orders ended: terminating connection. The database rolls back the statement that ran; ' +
      'earlier revisions stay applied. Run the same command again. [CONNECTION_LOST]',
  ],
  [
    new errors.ServerSilentError('postgres://db.example/orders', 20_400, { found: 'The server is mute' }),
    'postgres://db.example/orders has not answered for 20 s. The server is mute. The run was given up. The server rolls back ' +
      'the statement that ran when it notices that this client is gone; earlier revisions stay applied. ' +
      'Check the network and the server, then run the same command again. [SERVER_SILENT]',
  ],
  [new errors.StoppedError('SIGINT', []), 'Stopped by SIGINT. Run the command again. [STOPPED]'],
  [
    new errors.DatabaseFailedError('postgres://db.example/orders', '53100', {
      cause: new Error('disk full'),
    }),
    'postgres://db.example/orders: a statement failed: disk full (53100). Earlier revisions stay applied. ' +
      'Fix the cause, then run the same command again. [DATABASE_FAILED]',
  ],
  [
    new errors.DatabaseReadOnlyError(
      'postgres://db.example/orders',
      { origin: 'set for the role ann', remedy: 'ALTER ROLE ann RESET default_transaction_read_only;' },
      CAUSE,
    ),
    'postgres://db.example/orders is read-only for this role: default_transaction_read_only is on, set for the role ann. ' +
      'Nothing was changed. Use a role that may write, or change the setting: ALTER ROLE ann RESET default_transaction_read_only; [DATABASE_READ_ONLY]',
  ],
  [
    new errors.SqliteDriverMissingError(['sqlite3', 'better-sqlite3'], false),
    'No SQLite driver is installed for this version of TypeORM. Install one: npm install sqlite3 or npm install better-sqlite3 [SQLITE_DRIVER_MISSING]',
  ],
  [
    new errors.DialectUnsupportedError('mysql', ['postgres', 'sqlite', 'better-sqlite3']),
    'The DataSource is of type "mysql"; supported are postgres, sqlite and better-sqlite3. [DIALECT_UNSUPPORTED]',
  ],
  [
    new errors.SearchPathError({
      role: 'app',
      login: 'app',
      database: 'orders',
      path: 'nowhere',
      existing: [],
    }),
    'The search path (nowhere) of the role "app" contains no existing schema, so PostgreSQL cannot find its tables. Nothing was changed. ' +
      'Run: ALTER ROLE "app" IN DATABASE "orders" SET search_path = public; Or specify a schema: the option "schema" of the DataSource. [SEARCH_PATH]',
  ],
  [
    new errors.NotConnectedError(),
    'The DataSource is not connected: call initialize() first. [NOT_CONNECTED]',
  ],
  [
    new errors.SchemaNotRecordedError(['jobs', 'workers'], 'migrations'),
    'The database has tables of the entities (jobs, workers) but no revision is recorded in "migrations". ' +
      'Nothing was changed. Use an empty database. If these tables are already at head, record that without running anything: ' +
      'npm run -s db -- stamp head [SCHEMA_NOT_RECORDED]',
  ],
  [
    new errors.StateTransitionError('Worker', 'A Worker is odd.'),
    'A Worker is odd. Nothing was written. [STATE_TRANSITION_LOST]',
  ],
  [
    new errors.UnsafeIntegerError('9007199254740993'),
    '9007199254740993 exceeds 9007199254740991, the largest integer that a JavaScript number holds exactly. [INTEGER_UNSAFE]',
  ],
  [new errors.RevisionInvalidError('Alpha: is odd.'), 'Alpha: is odd. [REVISION_INVALID]'],
  [
    new errors.RevisionOutOfOrderError(['Alpha'], 'Bravo'),
    'Alpha: pending, but older than Bravo, which is already applied. Give it a newer stamp ' +
      '(class name and file name), or first revert to a revision before it (down <revision> --allow-out-of-order). To continue anyway: --allow-out-of-order [REVISION_OUT_OF_ORDER]',
  ],
  [
    new errors.RevisionMissingError(['Alpha']),
    'Alpha: recorded in the database, missing in the code. ' +
      'Deploy the version of the code that contains it, or add it to the list of migrations. To continue without it: --allow-missing [REVISION_MISSING]',
  ],
  [
    new errors.RevisionFailedError('Alpha', { direction: 'down', left: 'Nothing is left.' }, CAUSE),
    'Alpha: down failed: table jobs is locked. Nothing is left. [REVISION_FAILED]',
  ],
  [
    new errors.DatabaseAheadError(['Bravo', 'Charlie']),
    'The database is ahead of this code, which does not contain Bravo, Charlie. Nothing was run. ' +
      'During a rolling deploy, continue with: --allow-missing [DATABASE_AHEAD]',
  ],
  [
    new errors.RevisionEditedError(['Alpha'], 'Bravo'),
    'Alpha: edited after this database applied it; its checksum differs. ' +
      'Restore its former text, and write the change as a new revision. ' +
      'To continue once: --allow-edited. To record the new text as applied: npm run -s db -- stamp Bravo [REVISION_EDITED]',
  ],
  [
    new errors.LockWaitError(61_400, 'orchestrator-db on web-1', 'Look there.'),
    'Another process is migrating this database: orchestrator-db on web-1. Waited 61 s; nothing was changed. ' +
      'Look there. To wait longer: --lock-wait <seconds> [LOCK_WAIT]',
  ],
  [
    new errors.LockLostError(),
    'The connection with the migration lock ended, so another process may be migrating. ' +
      'The run was stopped; the revision that ran is not recorded. Run the command again. [LOCK_LOST]',
  ],
  [new errors.LockUnavailableError('no file'), 'no file [LOCK_UNAVAILABLE]'],
  ...RECORD_SAMPLES,
  [
    new errors.RecordsNewerError('"migrations_run"', 3, 1),
    '"migrations_run" has format 3, and this version of orchestrator-db knows formats up to 1. Nothing was changed. Install the version that created this format, or a newer one: npm install orchestrator-db@latest [RECORDS_NEWER]',
  ],
  [
    new errors.SchemaMissingError('App', 'postgres://db.example/orders'),
    'The schema "App", which the DataSource names (option "schema" or "migrationsTableName"), does not exist in postgres://db.example/orders. Nothing was changed. ' +
      'Correct the option, or create the schema first, because the table of the records belongs to it: CREATE SCHEMA "App"; [SCHEMA_MISSING]',
  ],
  [
    new errors.StandbyError('postgres://db.example/orders', ['Alpha', 'Beta']),
    'postgres://db.example/orders is a standby, and a standby accepts no writes. Nothing was changed. Still to run: Alpha, Beta. ' +
      'Migrate on the primary: set DATABASE_URL or DATABASE_DIRECT_URL to its address. [STANDBY]',
  ],
  [
    new errors.CitusWorkerError('postgres://db.example/orders'),
    'postgres://db.example/orders is a Citus worker. The list of applied revisions is on the coordinator, so which ones are applied is unknown here. Nothing was changed. Use the coordinator: set DATABASE_URL or DATABASE_DIRECT_URL to its address. [CITUS_WORKER]',
  ],
  [
    new errors.DirectDatabaseDiffersError('postgres://a.example/one', 'postgres://b.example/two'),
    'DATABASE_URL (postgres://a.example/one) and DATABASE_DIRECT_URL (postgres://b.example/two) lead to different databases. Nothing was changed. ' +
      'Set DATABASE_DIRECT_URL to the database that DATABASE_URL leads to, on its server, or unset it. [DIRECT_DATABASE_DIFFERS]',
  ],
  [
    new errors.ReplicaDiffersError('postgres://c.example/one', 'postgres://a.example/one', {
      server: 'c.example:5432',
    }),
    'DATABASE_REPLICA_URLS: c.example:5432 (postgres://c.example/one) has no copy of the database of postgres://a.example/one: ' +
      'it does not stream from that primary, it has no subscription to it, or it is another database of it. ' +
      'Nothing was read. Set DATABASE_REPLICA_URLS to replicas of that database. [REPLICA_DIFFERS]',
  ],
  [
    new errors.WritesOnStandbyError('postgres://a.example/one'),
    'DATABASE_URL (postgres://a.example/one) leads to a standby. With DATABASE_REPLICA_URLS, writes and transactions go to DATABASE_URL, and a standby accepts no writes. ' +
      'Nothing was read. Set DATABASE_URL to the primary, or to all servers of the database, separated by commas. To read on this standby alone, unset DATABASE_REPLICA_URLS. [WRITES_ON_STANDBY]',
  ],
  [
    new errors.ReplicaSchemaError('c.example:5432', ['Alpha'], ['Beta', 'Gamma']),
    'DATABASE_REPLICA_URLS: the schema of c.example:5432 is ahead of the primary by Alpha and behind the primary by Beta, Gamma, so reads there may fail. ' +
      'Migrate both databases to one revision. Reads and writes on the primary go on. [REPLICA_SCHEMA]',
  ],
  [
    new errors.SqliteHardLinksError('/srv/app.db', 2),
    'The file /srv/app.db has 2 names (hard links). Nothing was changed. SQLite names the journal after the name that a process opens. ' +
      'Processes that use different names migrate at the same time, and a crash damages the file. ' +
      "Find the other names: find / -xdev -samefile '/srv/app.db'. Keep one, and make copies with: sqlite3 '/srv/app.db' \".backup copy.db\" [SQLITE_HARD_LINKS]",
  ],
  [
    new errors.DatabaseReplacedError('/srv/app.db', 'ran'),
    'Another file was moved to /srv/app.db while the revisions ran, so they are in the former file. Run the command again, for the new file. [DATABASE_REPLACED]',
  ],
  ...SERVER_SAMPLES,
  [
    new errors.MigrationAbortedError('SIGTERM'),
    'Stopped by SIGTERM. The open transaction was rolled back; earlier revisions stay applied. Run the command again to continue. [MIGRATION_ABORTED]',
  ],
  [
    new errors.DirectConnectionNeededError('Alpha'),
    'Alpha: runs outside a transaction, which requires a dedicated session. A connection pooler is between this process and the server. ' +
      'Set DATABASE_DIRECT_URL to the server itself; migrations then use it. [DIRECT_CONNECTION_NEEDED]',
  ],
  [
    new errors.PrivilegeMissingError('The role ann may not sing.', 'GRANT SONG TO ann;', { cause: CAUSE }),
    'The role ann may not sing. Nothing was changed. Migrate as the role that owns the tables, or ask an owner to run: GRANT SONG TO ann; [PRIVILEGE_MISSING]',
  ],
  [
    new errors.OutputNotWrittenError('a/b.svg', 'no such folder.', 'Create it.'),
    '--output: a/b.svg was not written: no such folder. Create it. [OUTPUT_NOT_WRITTEN]',
  ],
  [new errors.ScriptError('no script'), 'no script [SCRIPT_IMPOSSIBLE]'],
  [
    new errors.ManifestRefusedError('A1 is written by hand'),
    'No manifest was written: A1 is written by hand. Commands on this DataSource work without one, over TypeORM. [MANIFEST_REFUSED]',
  ],
  [
    new errors.StampRefusedError(['jobs.status differs', 'users is missing']),
    'The schema differs from the entities, so it is not at head: 2 difference(s). Nothing was recorded. ' +
      'Fix them, accept them (check --accept), stamp the revision that the database is at, or record head anyway: --force [STAMP_REFUSED]',
  ],
  [
    new errors.TransactionOpenError(),
    'A transaction is open on the SQLite connection. End it before migrating, or migrate with another DataSource. [TRANSACTION_OPEN]',
  ],
  [
    new errors.ForeignKeysBrokenError(['jobs row 7 -> workers', 'jobs row 8 -> workers']),
    'foreign keys refer to rows that do not exist: jobs row 7 -> workers, jobs row 8 -> workers [FOREIGN_KEYS_BROKEN]',
  ],
  ...REBUILD_SAMPLES,
  [
    new errors.EntityValidationError('Job', [
      { property: 'jobId', rules: { isString: 'it is no text', isLength: 'it is too long' } },
      { property: 'status', rules: { isEnum: 'it is unknown' } },
    ]),
    'Job is invalid: jobId: it is no text (isString), it is too long (isLength); status: it is unknown (isEnum). Nothing was written. [ENTITY_INVALID]',
  ],
  [new errors.ScratchDatabaseError('no server'), 'no server [SCRATCH_DATABASE]'],
  [new errors.GenerateError('no folder'), 'no folder [GENERATE_FAILED]'],
];

/** Every class of the module that can be made. */
function concreteClasses(): readonly string[] {
  return Object.entries(errors)
    .filter(([, value]) => Object.prototype.isPrototypeOf.call(general.OrchestratorDbError, value))
    .map(([name]) => name)
    .sort();
}

describe('Errors', () => {
  it('Every error class is in this table once', () => {
    expect(SAMPLES.map(([error]) => error.name).sort()).to.deep.equal(concreteClasses());
  });

  it('Every error class has its own code in capitals', () => {
    const codes = SAMPLES.map(([error]) => error.code);
    expect(new Set(codes).size).to.equal(codes.length);
    for (const code of codes) expect(code).to.match(/^[A-Z]+(_[A-Z]+)*$/);
  });

  for (const [error, text] of SAMPLES) {
    it(`An error prints its message and its code without a stack trace: ${error.name}`, () => {
      expect(printed(error)).to.equal(`${text}\n`);
      expect(inspect({ error }, { depth: 5, breakLength: Infinity })).to.equal(`{ error: ${text} }`);
      expect(`${error.message} [${error.code}]`).to.equal(text);
    });
  }

  it('An error keeps its cause for programs', () => {
    expect(SAMPLES.filter(([error]) => error.cause === CAUSE).map(([error]) => error.code)).to.deep.equal([
      'CONNECT_FAILED',
      'DATABASE_READ_ONLY',
      'REVISION_FAILED',
      'PRIVILEGE_MISSING',
    ]);
  });

  it('SqliteDriverMissingError names the one accepted driver', () => {
    expect(new errors.SqliteDriverMissingError(['better-sqlite3'], true).message).to.equal(
      'No SQLite driver is installed for this version of TypeORM, which no longer supports sqlite3. Install one: npm install better-sqlite3',
    );
  });
});
