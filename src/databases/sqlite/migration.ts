/** What the migrator asks of SQLite: lock, executor, records, causes of failures. */

import { userInfo } from 'node:os';
import { codeOf } from '../driver-error.js';
import { SessionClosedError, type Session } from '../session.js';
import { messageOf } from '../../errors/base.js';
import type { MigrationLock } from '../lock.js';
import { assertOneName, databaseFile, isBusy, isFileHeld, noLock, SqliteLock } from './lock.js';
import { allTables, type RecordTables, type TableName } from '../records/tables.js';
import type { LockInput, MigrationDialect, NamedTable } from '../migration-dialect.js';
import { sqliteServer } from './server.js';
import { takenSql } from './taken-names.js';
import { SqliteExecutor } from './executor.js';
import type { RecordChanger } from '../../errors/records.js';
import { RecordsHiddenError } from '../../errors/server.js';
import { quoteIdentifier, valueLiteral } from '../../sql/quote.js';

export const sqliteMigration: MigrationDialect = Object.freeze<MigrationDialect>({
  name: 'sqlite',
  actor,
  standbySql: 'false',
  slowStart: undefined,
  presenceSql,
  heartbeatsSql,
  takenSql,
  presentTables,
  resolveLock: async (session, tables) => ({ ...tables, lockName: await databaseFile(session) }),
  recordPlaces: () => Promise.resolve(undefined),
  lock,
  isLocked: (session) => isFileHeld(session),
  executor: (session, input) => SqliteExecutor.open(session, input),
  isRetryable: (error) => isBusy(error) || messageOf(error).startsWith('SQLITE_BUSY'),
  isRuleRefusal: () => false,
  isDisconnected: (error) =>
    error instanceof SessionClosedError || /SQLITE_MISUSE|not open/i.test(messageOf(error)),
  sqlState: (error) => /^SQLITE_\w+/.exec(codeOf(error))?.[0],
  refusedExtension: () => undefined,
  wayOut: () => undefined,
  poolerRemedy: () => undefined,
  brokenLimit: () => undefined,
  line: () => Promise.resolve(undefined),
  probe: () => {
    throw new Error('SQLite has no server to ask');
  },
  assertPrivileges: () => Promise.resolve(),
  // AUTOINCREMENT goes on behind the newest row, whatever its counter is.
  catchUpNumbers: () => Promise.resolve({ known: true, repaired: [] }),
  numberUsed: () => undefined,
  recordLocks: () => Promise.resolve([]),
  assertTrusted: () => Promise.resolve(),
  assertSchemaUsage: () => Promise.resolve(),
  assertAllRowsVisible,
  assertOnlyList: () => Promise.resolve(),
  assertOneSchema: () => Promise.resolve(),
  recordTriggers,
  replicatedRecords: () => Promise.reject(new Error('SQLite has no subscriptions')),
  denyReading: () => Promise.reject(new Error('SQLite has no rights on tables')),
  failWithoutSchema: () => Promise.reject(new Error('SQLite has no schemas')),
  missingPrivilege: () => Promise.resolve(undefined),
  releaseGrant: () => Promise.resolve(''),
  // A transaction that writes keeps all others out.
  lockHeartbeats: () => [],
  readOnly: () => Promise.resolve(undefined),
});

/** @throws SqliteHardLinksError */
function lock({ session, tables, describeRun }: LockInput): MigrationLock {
  const file = tables.lockName;
  if (file === '') return noLock;
  assertOneName(file);
  return new SqliteLock(file, session.place, describeRun);
}

/** A container may run as a user that has no name. */
function actor(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Nothing of SQLite reports progress, so no column for it is missing. */
function presenceSql(tables: RecordTables): string {
  const { migrations, runs, attempts, phases, heartbeats } = tables;
  const exists = ({ name }: TableName, types = "('table', 'view')") =>
    `EXISTS (SELECT 1 FROM sqlite_schema WHERE type IN ${types} AND name = ${valueLiteral(name)} COLLATE NOCASE)`;
  const viewed = allTables(tables)
    .map((table) => exists(table, "('view')"))
    .join(' OR ');
  const released = [phases, heartbeats].map((table) => exists(table)).join(' AND ');
  const complete = [migrations, runs, attempts].map((table) => exists(table)).join(' AND ');
  const names = allTables(tables)
    .map(({ name }) => valueLiteral(name))
    .join(', ');
  const losing = `(SELECT 't temp.' || name FROM sqlite_temp_schema WHERE type IN ('table', 'view') AND name COLLATE NOCASE IN (${names}))`;
  return `SELECT ${losing} AS "losing", ${exists(migrations)} AS "migrations", ${complete} AS "complete", (${viewed}) AS "mayHide", ${sqliteServer.columns}, ${exists(migrations)} AS "readable", ${exists(runs)} AS "runs", ${exists(attempts)} AS "attempts", ${exists(phases)} AS "phases", ${exists(heartbeats)} AS "heartbeats", ${exists(phases)} AS "phasable", 1 AS "lockable", (${released}) AS "released", 1 AS "releasable", EXISTS (SELECT 1 FROM pragma_index_list(${valueLiteral(attempts.name)}, 'main')) AS "indexed", 1 AS "indexable", (SELECT dflt_value FROM pragma_table_info(${valueLiteral(runs.name)}, 'main') WHERE name = 'format') AS "format", EXISTS (${takenSql(tables)}) AS "suspect", 1 AS "progress"`;
}

/** Another process sees nothing of a database in memory. */
function heartbeatsSql({ heartbeats, phases }: RecordTables): string {
  const exists = ({ name }: TableName, type = 'table') =>
    `EXISTS (SELECT 1 FROM sqlite_schema WHERE type = '${type}' AND name = ${valueLiteral(name)} COLLATE NOCASE)`;
  const isView = exists(heartbeats, 'view');
  const isFile = `(SELECT coalesce(file, '') <> '' FROM pragma_database_list WHERE name = 'main')`;
  return `SELECT (${exists(heartbeats)} AND ${isFile}) AS "present", (${exists(heartbeats)} OR ${isView}) AS "readable", ${isView} AS "hides", 0 AS "standby", ${exists(phases)} AS "phases", NULL AS "missing", '' AS "role"`;
}

async function presentTables(session: Session, tables: readonly NamedTable[]): Promise<readonly string[]> {
  const rows = (await session.query(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN (${tables.map(({ path }) => valueLiteral(path)).join(', ')})`,
  )) as readonly { readonly name: string }[];
  return rows.map(({ name }) => name);
}

/** Nothing can be written through a view but by triggers, so none stands in for a table. */
async function assertAllRowsVisible(session: Session, tables: readonly TableName[]): Promise<void> {
  const names = tables.map(({ name }) => valueLiteral(name)).join(', ');
  const [view] = (await session.query(
    `SELECT name FROM sqlite_schema WHERE type = 'view' AND name COLLATE NOCASE IN (${names})`,
  )) as readonly { readonly name: string }[];
  if (view) throw new RecordsHiddenError(quoteIdentifier(view.name), 'a view');
}

/** Triggers of the tables, those that only this connection has included. */
async function recordTriggers(
  session: Session,
  { migrations, runs, attempts }: RecordTables,
): Promise<readonly RecordChanger[]> {
  const names = [migrations, runs, attempts].map(({ name }) => valueLiteral(name)).join(', ');
  const of = (schema: string) =>
    `SELECT name, tbl_name FROM ${schema} WHERE type = 'trigger' AND tbl_name COLLATE NOCASE IN (${names})`;
  const rows = (await session.query(
    `${of('sqlite_schema')} UNION ALL ${of('sqlite_temp_schema')} ORDER BY 2, 1`,
  )) as readonly { readonly name: string; readonly tbl_name: string }[];
  return rows.map(({ name, tbl_name: table }) => ({
    kind: 'trigger',
    name: quoteIdentifier(name),
    table: quoteIdentifier(table),
    remedy: `DROP TRIGGER ${quoteIdentifier(name)};`,
  }));
}
