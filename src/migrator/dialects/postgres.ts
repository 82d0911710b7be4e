import type { QueryRunner } from 'typeorm';
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
/** Two commands changed one row of a catalog, which has no code of its own; a killed process' last one, for example. */
const CATALOG_RACE = /tuple concurrently (updated|deleted)/;
const CONNECTION_LOST = /^(08\w{3}|57P0[1-4]|ECONNRESET|EPIPE|ECONNREFUSED|ETIMEDOUT)$/;
const CONNECTION_LOST_WORDS =
  /connection terminated|connection ended|not queryable|Client was closed|already released/i;

export const postgresMigration: MigrationDialect = Object.freeze<MigrationDialect>({
  name: 'postgres',
  actor: () => ({ expression: 'session_user' }),
  presenceSql,
  presentTables,
  lock: ({ dataSource, tables, identity }) => new PostgresLock(dataSource, tables.lockName, identity),
  isLocked: (queryRunner, tables) => isKeyHeld((sql) => queryRunner.query(sql), tables.lockName),
  executor: (queryRunner, tables) => PostgresExecutor.open(queryRunner, tables.lockName),
  gaveWay: (error) =>
    error instanceof IndexInvalid ||
    [LOCK_NOT_AVAILABLE, DEADLOCK].includes(codeOf(error)) ||
    CATALOG_RACE.test(messageOf(error)),
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

/** From the catalog itself: the views of the information schema take longer, and hide what the role has no right on. */
async function presentTables(queryRunner: QueryRunner, paths: readonly string[]): Promise<readonly string[]> {
  const wanted = paths.map((path) => {
    const { schema = null, tableName } = queryRunner.connection.driver.parseTableName(path);
    return `(${[path, schema ?? null, tableName].map(literal).join(', ')})`;
  });
  const rows = (await queryRunner.query(
    `SELECT w.path FROM (VALUES ${wanted.join(', ')}) AS w(path, schema, name)
       JOIN pg_class c ON c.relname = w.name AND c.relkind IN ('r', 'p', 'v', 'f')
       JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = coalesce(w.schema, current_schema())`,
  )) as readonly { readonly path: string }[];
  return rows.map(({ path }) => path);
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
