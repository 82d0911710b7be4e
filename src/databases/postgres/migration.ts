/** What the migrator asks of PostgreSQL: lock, executor, records, causes of failures. */

import type { Session } from '../session.js';
import { codeOf, driverField } from '../driver-error.js';
import { lineOf, type PostgresClient } from './client.js';
import { isKeyHeld, PostgresLock } from './lock/lock.js';
import { failForSearchPath, isAbsent, SESSION_PATH } from './search-path.js';
import { readAll } from './connection.js';
import { EQ } from '../../sql/postgres-operators.js';
import { readRows } from './read-rows.js';
import { allTables, type RecordTables, type TableName } from '../records/tables.js';
import { assertOneSchema, assertOnlyList, isApartSql, otherListsSql, placeSql } from './record-place.js';
import { heartbeatsSql } from './heartbeats.js';
import { resolveLock } from './lock/lock-name.js';
import { IN_RECOVERY } from './lock/primary.js';
import { IndexInvalid } from './invalid-index.js';
import { losingSql } from './losing.js';
import type { MigrationDialect, NamedTable } from '../migration-dialect.js';
import { PostgresExecutor } from './executor.js';
import { probeServer } from './probe.js';
import { readOnly } from './read-only.js';
import { refusedExtension } from './refused-extension.js';
import { recordPlaces } from './same-database.js';
import {
  assertPrivileges,
  assertSchemaUsage,
  denyReading,
  missingPrivilege,
  releaseGrant,
} from './privileges.js';
import { recordTriggers } from './record-triggers.js';
import { recordLocks } from './record-locks.js';
import { catchUpNumbers, numberUsed } from './record-numbers.js';
import { takenConstraint } from './taken-constraint.js';
import { isSuspectSql, takenSql } from './taken-names.js';
import { assertTrusted } from './untrusted-records.js';
import { assertAllRowsVisible, mayHideSql } from './row-security.js';
import { isCatalogRace, isLost, isSqlState } from './sql-state.js';
import { replicatedRecords } from './where/replicated-records.js';
import { postgresServer } from './where/server.js';
import { postgresLiteral, quoteIdentifier } from '../../sql/quote.js';
import { poolerRemedy } from './pooler-words.js';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';
/** Only under an isolation level that the administrator or the revision has set. */
const SERIALIZATION_FAILURE = '40001';
/** Limits of the administrator's that end the session of a revision, by SQLSTATE. */
const LIMITS: Readonly<Record<string, string>> = {
  '25P03': 'idle_in_transaction_session_timeout',
  '25P04': 'transaction_timeout',
  // In the pause before another try.
  '57P05': 'idle_session_timeout',
};

export const postgresMigration: MigrationDialect = Object.freeze<MigrationDialect>({
  name: 'postgres',
  actor: () => ({ expression: 'session_user' }),
  standbySql: IN_RECOVERY,
  slowStart:
    'Where synchronous_standby_names names a standby that is gone, every COMMIT waits for it: see pg_stat_replication.',
  presenceSql,
  heartbeatsSql,
  takenSql,
  presentTables,
  resolveLock,
  recordPlaces,
  lock: ({ session, tables, identity }) => new PostgresLock(session, tables.lockName, identity),
  isLocked: async (session, tables) => {
    const { lockName } = await resolveLock(session, tables);
    return isKeyHeld((sql) => readRows(session, sql), lockName);
  },
  executor: (session, input) => PostgresExecutor.open(session, input),
  isRetryable: (error) =>
    error instanceof IndexInvalid ||
    [LOCK_NOT_AVAILABLE, DEADLOCK, SERIALIZATION_FAILURE].includes(codeOf(error)) ||
    isCatalogRace(error),
  isDisconnected: isLost,
  isRuleRefusal,
  sqlState: (error) => (isSqlState(codeOf(error)) ? codeOf(error) : undefined),
  refusedExtension,
  wayOut: takenConstraint,
  poolerRemedy,
  brokenLimit: (error) => LIMITS[codeOf(error)],
  line: async (session) => lineOf((await session.connection()) as PostgresClient),
  probe: probeServer,
  assertPrivileges,
  catchUpNumbers,
  numberUsed,
  assertTrusted,
  assertSchemaUsage,
  assertAllRowsVisible,
  assertOnlyList,
  assertOneSchema,
  recordLocks,
  recordTriggers,
  replicatedRecords,
  denyReading,
  failWithoutSchema: (session) => failForSearchPath(readAll(session)),
  missingPrivilege,
  releaseGrant,
  lockHeartbeats: ({ sql }) => [`LOCK TABLE ${sql} IN SHARE MODE`],
  readOnly,
});

/** PostgreSQL rewrites no statement inside WITH by a rule that does nothing, does more, or has a condition. */
function isRuleRefusal(error: unknown): boolean {
  return codeOf(error) === '0A000' && driverField(error, 'routine') === 'RewriteQuery';
}

/** A table as its oid, NULL where it does not exist. */
function found({ sql }: TableName): string {
  return `pg_catalog.to_regclass(${postgresLiteral(sql)})`;
}

/** A log that may not be read counts as none, so that reading where a database stands needs one table only. */
function presenceSql(tables: RecordTables): string {
  const { migrations, runs, attempts, phases, heartbeats, schema } = tables;
  const readable = (table: TableName) =>
    `coalesce(pg_catalog.has_table_privilege(${found(table)}, 'SELECT'), false)::integer`;
  const may = (table: TableName, ...rights: readonly string[]) => {
    const each = rights.map((right) => `pg_catalog.has_table_privilege(${found(table)}, '${right}')`);
    return `coalesce(${each.join(' AND ')}, false)::integer`;
  };
  const denied = (table: TableName) =>
    `(pg_catalog.has_table_privilege(${found(table)}, 'SELECT') IS NOT TRUE AND ${found(table)} IS NOT NULL)::integer`;
  const all = [migrations, runs, attempts];
  const complete = all.map((table) => `${found(table)} IS NOT NULL`).join(' AND ');
  // A name that has its schema in it needs no search path. Tables of a temporary schema end with the session.
  const lost =
    migrations.sql === quoteIdentifier(migrations.name)
      ? `coalesce(pg_catalog.current_schema() ${EQ} 'pg_catalog' OR pg_catalog.starts_with(pg_catalog.current_schema()::pg_catalog.text, 'pg_temp_'), true)::integer`
      : '0';
  const absent = schema === undefined ? '0' : isAbsent(schema);
  return `SELECT (${found(migrations)} IS NOT NULL)::integer AS "migrations", (${complete})::integer AS "complete", ${mayHideSql(allTables(tables))} AS "mayHide", ${readable(migrations)} AS "readable", ${readable(runs)} AS "runs", ${readable(attempts)} AS "attempts", ${readable(phases)} AS "phases", ${readable(heartbeats)} AS "heartbeats", ${may(phases, 'INSERT', 'DELETE')} AS "phasable", ${may(heartbeats, 'DELETE')} AS "lockable", ${releaseSql(tables)}, ${denied(runs)} AS "runsDenied", ${denied(attempts)} AS "attemptsDenied", ${lost} AS "lost", ${absent} AS "absent", EXISTS (${otherListsSql(tables)})::integer AS "another", ${isApartSql(tables)} AS "apart", ${SESSION_PATH}, ${firstLosingSql(allTables(tables))} AS "losing", ${postgresServer.columns}, ${formatSql(runs)} AS "format", (${isSuspectSql(tables)})::integer AS "suspect", ${indexesSql(runs, attempts)}, ${hasProgressSql(runs)} AS "progress"`;
}

function hasProgressSql(runs: TableName): string {
  return `EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid ${EQ} ${found(runs)} AND attname ${EQ} 'progress' AND NOT attisdropped)::integer`;
}

/** A table needs the right to create in the schema of the list. */
function releaseSql(tables: RecordTables): string {
  const there = [tables.phases, tables.heartbeats]
    .map((table) => `${found(table)} IS NOT NULL`)
    .join(' AND ');
  return `(${there})::integer AS "released", coalesce((SELECT pg_catalog.has_schema_privilege(n.oid, 'CREATE') FROM pg_catalog.pg_namespace n WHERE n.nspname ${EQ} ${placeSql(tables)}), false)::integer AS "releasable"`;
}

/** The first table that loses its rows or receives foreign ones, as `u`, `t` or `s` and its name; NULL where none does. */
function firstLosingSql(tables: readonly TableName[]): string {
  return `(SELECT pg_catalog.concat(l.persistence, ' ', l.schema, '.', l.name) FROM (${losingSql(tables)} LIMIT 1) l)`;
}

/** The default of the column `format`, as an expression; NULL where there is no such column. */
function formatSql(runs: TableName): string {
  return `(SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} d.adrelid AND a.attnum ${EQ} d.adnum WHERE d.adrelid ${EQ} ${found(runs)} AND a.attname ${EQ} 'format')`;
}

/** An index needs the owner of the table, who may create in its schema. */
function indexesSql(runs: TableName, attempts: TableName): string {
  const mayCreate = `pg_catalog.pg_has_role(relowner, 'USAGE') AND pg_catalog.has_schema_privilege(relnamespace, 'CREATE')`;
  return `EXISTS (SELECT FROM pg_catalog.pg_index WHERE indrelid ${EQ} ${found(attempts)} AND indisvalid AND NOT indisprimary)::integer AS "indexed", coalesce((SELECT pg_catalog.bool_and(${mayCreate}) FROM pg_catalog.pg_class WHERE oid ${EQ} ${found(attempts)} OR oid ${EQ} ${found(runs)}), false)::integer AS "indexable"`;
}

/** From the catalog itself: the views of the information schema take longer, and hide what the role has no right on. */
async function presentTables(session: Session, tables: readonly NamedTable[]): Promise<readonly string[]> {
  const wanted = tables.map(({ path, schema, name }) => {
    const place = schema === undefined ? 'pg_catalog.current_schema()' : postgresLiteral(schema);
    return `(${postgresLiteral(path)}, CAST(${place} AS pg_catalog.name), CAST(${postgresLiteral(name)} AS pg_catalog.name))`;
  });
  const rows = await readRows(
    session,
    `SELECT w.path FROM (VALUES ${wanted.join(', ')}) AS w(path, schema, name)
       JOIN pg_catalog.pg_class c ON c.relname ${EQ} w.name AND c.relkind ${EQ} ANY ('{r,p,v,f}')
       JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace AND n.nspname ${EQ} w.schema`,
  );
  return rows.map(({ path }) => String(path));
}
