import { messageOf } from '../../errors.js';
import { isKeyHeld, PostgresLock } from '../lock/postgres-lock.js';
import { literal } from '../records/sql.js';
import type { RecordTables, TableName } from '../records/tables.js';
import { IndexInvalid } from './invalid-index.js';
import type { MigrationDialect } from './migration-dialect.js';
import { PostgresExecutor } from './postgres-executor.js';
import { assertRights, denyReading, missingPrivilege } from './postgres-rights.js';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';
const CONNECTION_LOST = /^(08\w{3}|57P0[1-4]|ECONNRESET|EPIPE|ECONNREFUSED|ETIMEDOUT)$/;
const CONNECTION_LOST_WORDS =
  /connection terminated|connection ended|not queryable|Client was closed|already released/i;

export const postgresMigration: MigrationDialect = Object.freeze<MigrationDialect>({
  name: 'postgres',
  actor: () => ({ expression: 'session_user' }),
  presenceSql,
  lock: ({ dataSource, tables, identity }) => new PostgresLock(dataSource, tables.lockName, identity),
  isLocked: (queryRunner, tables) => isKeyHeld((sql) => queryRunner.query(sql), tables.lockName),
  executor: (queryRunner, tables) => PostgresExecutor.open(queryRunner, tables.lockName),
  gaveWay: (error) => error instanceof IndexInvalid || [LOCK_NOT_AVAILABLE, DEADLOCK].includes(codeOf(error)),
  isDisconnected: (error) =>
    CONNECTION_LOST.test(codeOf(error)) || CONNECTION_LOST_WORDS.test(messageOf(error)),
  assertRights,
  denyReading,
  missingPrivilege,
});

/** A log that may not be read counts as none, so that reading where a database stands needs one table only. */
function presenceSql({ migrations, runs, attempts }: RecordTables): string {
  const readable = ({ sql }: TableName) =>
    `coalesce(has_table_privilege(to_regclass(${literal(sql)}), 'SELECT'), false)::int`;
  return `SELECT (to_regclass(${literal(migrations.sql)}) IS NOT NULL)::int AS "migrations", ${readable(migrations)} AS "readable", ${readable(runs)} AS "runs", ${readable(attempts)} AS "attempts"`;
}

/** TypeORM puts the driver's error, and its fields, into one of its own. */
export function codeOf(error: unknown): string {
  const { code, driverError } = error as {
    readonly code?: unknown;
    readonly driverError?: { readonly code?: unknown };
  };
  const found = code ?? driverError?.code;
  return typeof found === 'string' ? found : '';
}
