import { userInfo } from 'node:os';
import type { QueryRunner } from 'typeorm';
import { messageOf } from '../../errors.js';
import type { MigrationLock } from '../lock/lock.js';
import { assertOneName, isBusy, isFileHeld, isInMemory, noLock, SqliteLock } from '../lock/sqlite-lock.js';
import type { RecordTables, TableName } from '../records/tables.js';
import type { LockInput, MigrationDialect } from './migration-dialect.js';
import { SqliteExecutor } from './sqlite-executor.js';
import { valueLiteral } from '../../sql/quote.js';

export const sqliteMigration: MigrationDialect = Object.freeze<MigrationDialect>({
  name: 'sqlite',
  actor,
  standbySql: 'false',
  presenceSql,
  presentTables,
  resolveLock: (_queryRunner, tables) => Promise.resolve(tables),
  lock,
  isLocked: ({ connection }) => isFileHeld(connection),
  executor: (queryRunner, tables) => Promise.resolve(new SqliteExecutor(queryRunner, tables)),
  gaveWay: (error) => isBusy(error) || messageOf(error).startsWith('SQLITE_BUSY'),
  isDisconnected: (error) => /SQLITE_MISUSE|not open/i.test(messageOf(error)),
  sqlState: (error) => /^SQLITE_\w+/.exec(`${String((error as { code?: unknown } | null)?.code)} `)?.[0],
  line: () => Promise.resolve(undefined),
  probe: () => {
    throw new Error('SQLite has no server to ask');
  },
  assertRights: () => Promise.resolve(),
  assertSchemaUsage: () => Promise.resolve(),
  assertAllRowsVisible: () => Promise.resolve(),
  denyReading: (_queryRunner, { name }) => Promise.reject(new Error(`${name} cannot be read`)),
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
  const exists = ({ name }: TableName) =>
    `EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ${valueLiteral(name)})`;
  const complete = [migrations, runs, attempts].map(exists).join(' AND ');
  return `SELECT ${exists(migrations)} AS "migrations", ${complete} AS "complete", 0 AS "mayHide", 0 AS "standby", ${exists(migrations)} AS "readable", ${exists(runs)} AS "runs", ${exists(attempts)} AS "attempts", EXISTS (SELECT 1 FROM pragma_index_list(${valueLiteral(attempts.name)})) AS "indexed", 1 AS "indexable"`;
}

async function presentTables(queryRunner: QueryRunner, paths: readonly string[]): Promise<readonly string[]> {
  const rows = (await queryRunner.query(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN (${paths.map(valueLiteral).join(', ')})`,
  )) as readonly { readonly name: string }[];
  return rows.map(({ name }) => name);
}
