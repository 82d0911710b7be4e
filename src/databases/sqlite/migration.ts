import { userInfo } from 'node:os';
import type { QueryRunner } from 'typeorm';
import { messageOf } from '../../errors.js';
import type { MigrationLock } from '../lock.js';
import { assertOneName, isBusy, isFileHeld, isInMemory, noLock, SqliteLock } from './lock.js';
import { recordTables, type RecordTables, type TableName } from '../records/tables.js';
import type { LockInput, MigrationDialect } from '../migration-dialect.js';
import { SqliteExecutor } from './executor.js';
import type { RecordChanger } from '../../errors/records.js';
import { RecordsHiddenError } from '../../errors/server.js';
import { quoteIdentifier, valueLiteral } from '../../sql/quote.js';

export const sqliteMigration: MigrationDialect = Object.freeze<MigrationDialect>({
  name: 'sqlite',
  actor,
  standbySql: 'false',
  presenceSql,
  presentTables,
  resolveLock: ({ connection }) => Promise.resolve(recordTables(connection)),
  recordPlaces: () => Promise.resolve(undefined),
  lock,
  isLocked: ({ connection }) => isFileHeld(connection),
  executor: (queryRunner, tables) => Promise.resolve(new SqliteExecutor(queryRunner, tables)),
  gaveWay: (error) => isBusy(error) || messageOf(error).startsWith('SQLITE_BUSY'),
  isRuleRefusal: () => false,
  isDisconnected: (error) => /SQLITE_MISUSE|not open/i.test(messageOf(error)),
  sqlState: (error) => /^SQLITE_\w+/.exec(`${String((error as { code?: unknown } | null)?.code)} `)?.[0],
  brokenLimit: () => undefined,
  line: () => Promise.resolve(undefined),
  probe: () => {
    throw new Error('SQLite has no server to ask');
  },
  assertRights: () => Promise.resolve(),
  assertSchemaUsage: () => Promise.resolve(),
  assertAllRowsVisible,
  assertOnlyList: () => Promise.resolve(),
  recordChangers,
  denyReading: () => Promise.reject(new Error('SQLite has no rights on tables')),
  failWithoutSchema: () => Promise.reject(new Error('SQLite has no schemas')),
  missingPrivilege: () => Promise.resolve(undefined),
  readOnly: () => Promise.resolve(undefined),
});

/** @throws SqliteHardLinksError */
function lock({ queryRunner, describeRun }: LockInput): MigrationLock {
  const { connection: dataSource } = queryRunner;
  if (isInMemory(dataSource)) return noLock;
  assertOneName(dataSource);
  return new SqliteLock(dataSource, describeRun);
}

/** A container may run as a user that has no name. */
function actor(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

function presenceSql({ migrations, runs, attempts }: RecordTables): string {
  const exists = ({ name }: TableName, types = "('table', 'view')") =>
    `EXISTS (SELECT 1 FROM sqlite_schema WHERE type IN ${types} AND name = ${valueLiteral(name)} COLLATE NOCASE)`;
  const viewed = [migrations, runs, attempts].map((table) => exists(table, "('view')")).join(' OR ');
  const complete = [migrations, runs, attempts].map((table) => exists(table)).join(' AND ');
  return `SELECT ${exists(migrations)} AS "migrations", ${complete} AS "complete", (${viewed}) AS "mayHide", 0 AS "standby", ${exists(migrations)} AS "readable", ${exists(runs)} AS "runs", ${exists(attempts)} AS "attempts", EXISTS (SELECT 1 FROM pragma_index_list(${valueLiteral(attempts.name)})) AS "indexed", 1 AS "indexable", (SELECT dflt_value FROM pragma_table_info(${valueLiteral(runs.name)}) WHERE name = 'format') AS "format"`;
}

async function presentTables(queryRunner: QueryRunner, paths: readonly string[]): Promise<readonly string[]> {
  const rows = (await queryRunner.query(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN (${paths.map(valueLiteral).join(', ')})`,
  )) as readonly { readonly name: string }[];
  return rows.map(({ name }) => name);
}

/** Nothing can be written through a view but by triggers, so none stands in for a table. */
async function assertAllRowsVisible(queryRunner: QueryRunner, tables: readonly TableName[]): Promise<void> {
  const names = tables.map(({ name }) => valueLiteral(name)).join(', ');
  const [view] = (await queryRunner.query(
    `SELECT name FROM sqlite_schema WHERE type = 'view' AND name COLLATE NOCASE IN (${names})`,
  )) as readonly { readonly name: string }[];
  if (view) throw new RecordsHiddenError(quoteIdentifier(view.name), 'a view');
}

/** Triggers of the tables, those that only this connection has included. */
async function recordChangers(
  queryRunner: QueryRunner,
  { migrations, runs, attempts }: RecordTables,
): Promise<readonly RecordChanger[]> {
  const names = [migrations, runs, attempts].map(({ name }) => valueLiteral(name)).join(', ');
  const of = (schema: string) =>
    `SELECT name, tbl_name FROM ${schema} WHERE type = 'trigger' AND tbl_name COLLATE NOCASE IN (${names})`;
  const rows = (await queryRunner.query(
    `${of('sqlite_schema')} UNION ALL ${of('sqlite_temp_schema')} ORDER BY 2, 1`,
  )) as readonly { readonly name: string; readonly tbl_name: string }[];
  return rows.map(({ name, tbl_name: table }) => ({
    kind: 'trigger',
    name: quoteIdentifier(name),
    table: quoteIdentifier(table),
    remedy: `DROP TRIGGER ${quoteIdentifier(name)};`,
  }));
}
