import type { Row } from '../row.js';
import type { Session } from '../session.js';
import { TwoRevisionListsError, TwoSchemasError } from '../../errors/records.js';
import { EQ, JOINED, NE } from '../../sql/postgres-operators.js';
import { postgresLiteral, quoteIdentifier } from '../../sql/quote.js';
import { RECORD_TABLES, type RecordTables, type TableName } from '../records/tables.js';
import { readRows } from './read-rows.js';

/** Where the server finds the tables of the records. */
interface Places {
  readonly lock: string;
  /** Where the list is, or is to be created; null where the search path has no schema. */
  readonly migrations: string | null;
  /** Null for a table that does not exist. */
  readonly runs: string | null;
  readonly attempts: string | null;
  readonly phases: string | null;
  readonly heartbeats: string | null;
}

/** SQL: the schema in which the server finds a table, NULL where it finds none. */
export function schemaOf({ sql }: TableName): string {
  return `(SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace WHERE c.oid ${EQ} pg_catalog.to_regclass(${postgresLiteral(sql)}))`;
}

/**
 * SQL: the schema of the list of revisions, which is that of the log where only the log exists. CREATE TABLE would take
 * the first schema of the search path, and reading looks into all of them.
 */
export function placeSql({ migrations, runs, attempts, schema }: RecordTables): string {
  if (schema !== undefined) return `${postgresLiteral(schema)}::pg_catalog.name`;
  return `coalesce(${[migrations, runs, attempts].map(schemaOf).join(', ')}, pg_catalog.current_schema())`;
}

/** The tables with their schema in their names; those that do not exist yet are to be created beside the list. */
export function placedTables(tables: RecordTables, places: Places): RecordTables {
  const list = places.migrations;
  const named = { ...tables, lockName: places.lock };
  if (tables.schema !== undefined || list === null) return named;
  const placed = RECORD_TABLES.map((table) => [table, inSchema(tables[table], places[table] ?? list)]);
  return { ...named, ...(Object.fromEntries(placed) as Pick<RecordTables, (typeof RECORD_TABLES)[number]>) };
}

function inSchema({ name }: TableName, schema: string): TableName {
  return { name, sql: `${quoteIdentifier(schema)}.${quoteIdentifier(name)}` };
}

/**
 * SQL: other lists of revisions in the schemas of the search path, as SQL writes them. No rows where names have a
 * schema.
 */
export function otherListsSql({ migrations }: RecordTables): string {
  const has = (column: string) =>
    `EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid ${EQ} c.oid AND a.attname ${EQ} '${column}')`;
  const isUnqualified = migrations.sql === quoteIdentifier(migrations.name);
  return `SELECT pg_catalog.quote_ident(n.nspname) ${JOINED} '.' ${JOINED} pg_catalog.quote_ident(c.relname) AS "list"
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
   WHERE ${isUnqualified} AND c.relname ${EQ} ${postgresLiteral(migrations.name)} AND c.oid ${NE} pg_catalog.to_regclass(${postgresLiteral(migrations.sql)})::pg_catalog.oid
     AND n.nspname ${EQ} ANY (pg_catalog.current_schemas(false)) AND c.relkind ${EQ} ANY ('{r,p,v,f}')
     AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AND ${has('timestamp')} AND ${has('name')}`;
}

/** SQL: 1 where the list of revisions is behind the schema in which tables without one in their name are created. */
export function isApartSql({ migrations, schema }: RecordTables): string {
  if (schema !== undefined) return '0';
  return `coalesce(${schemaOf(migrations)} ${NE} pg_catalog.current_schema(), false)::integer`;
}

/**
 * Statements that name a table without its schema find it behind the first schema of the search path, and the entities
 * are compared with that first schema alone. A result for one of them would be wrong for the other.
 *
 * @throws TwoSchemasError
 */
export async function assertOneSchema(
  session: Session,
  tables: RecordTables,
  names: readonly string[],
): Promise<void> {
  if (tables.schema !== undefined || names.length === 0) return;
  rejectApart(await readRows(session, tablesBesideSql(tables, names)));
}

/** SQL: which of these tables are beside the list, where another schema comes first. */
export function tablesBesideSql({ migrations }: RecordTables, names: readonly string[]): string {
  return `SELECT w.name AS "table", pg_catalog.current_schema() AS "first", list.schema AS "list"
       FROM (SELECT ${schemaOf(migrations)} AS schema) list
       CROSS JOIN (VALUES ${names.map((name) => `(${postgresLiteral(name)})`).join(', ')}) AS w(name)
       JOIN pg_catalog.pg_class c ON c.oid ${EQ} pg_catalog.to_regclass(pg_catalog.quote_ident(w.name))::pg_catalog.oid
       JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace AND n.nspname ${EQ} list.schema
      WHERE list.schema ${NE} pg_catalog.current_schema() AND c.relkind ${EQ} ANY ('{r,p,v,f}')`;
}

/** @throws TwoSchemasError for the rows of `tablesBesideSql` */
export function rejectApart(rows: readonly Row[], left?: string): void {
  const [row] = rows;
  if (row === undefined) return;
  const tables = rows.map(({ table }) => quoteIdentifier(String(table)));
  const [first, list] = [row['first'], row['list']].map((name) => quoteIdentifier(String(name)));
  throw new TwoSchemasError({ first: String(first), list: String(list), tables }, left);
}

/**
 * For a caller that finds an empty list: another list of the search path may have the records. Two lists that both have
 * some are two histories, and the first one of the path is meant.
 *
 * @throws TwoRevisionListsError
 */
export async function assertOnlyList(session: Session, tables: RecordTables): Promise<void> {
  const others = await readRows(session, otherListsSql(tables));
  for (const { list } of others) {
    const rows = await readRows(session, `SELECT 1 AS "one" FROM ${String(list)} LIMIT 1`);
    if (rows.length === 0) continue;
    const [row] = await readRows(session, `SELECT ${schemaOf(tables.migrations)} AS "schema"`);
    const found = inSchema(tables.migrations, String(row?.['schema']));
    throw new TwoRevisionListsError(found.sql, String(list));
  }
}
