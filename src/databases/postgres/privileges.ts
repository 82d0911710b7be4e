import type { Session } from '../session.js';
import { PrivilegeMissingError } from '../../errors/migration.js';
import { EQ } from '../../sql/postgres-operators.js';
import { codeOf } from '../driver-error.js';
import { readRows } from './read-rows.js';
import { placeSql } from './record-place.js';
import type { RecordTables, TableName } from '../records/tables.js';
import { postgresLiteral, quoteIdentifier } from '../../sql/quote.js';

const INSUFFICIENT_PRIVILEGE = '42501';
const LISTS = ['migrations', 'runs', 'attempts'] as const;

/** What a run does with its tables; an older log has none of phases. */
const NEEDED: readonly (readonly [table: (typeof LISTS)[number] | 'phases', right: string])[] = [
  ['migrations', 'SELECT'],
  ['migrations', 'INSERT'],
  ['migrations', 'DELETE'],
  ['runs', 'SELECT'],
  ['runs', 'INSERT'],
  ['runs', 'UPDATE'],
  ['attempts', 'SELECT'],
  ['attempts', 'INSERT'],
  ['phases', 'SELECT'],
  ['phases', 'INSERT'],
  ['phases', 'DELETE'],
];

/** A right that the role lacks. */
interface Missing {
  readonly kind: 'TABLE' | 'SEQUENCE' | 'SCHEMA' | 'TABLESPACE';
  /** Of the table, sequence or schema, as SQL writes it. */
  readonly name: string;
  readonly privilege: string;
  readonly role: string;
}

/**
 * Makes sure that the role may keep the records in those tables that are there, before anything is changed.
 *
 * @throws PrivilegeMissingError with the statements that give what is missing
 */
export async function assertPrivileges(session: Session, tables: RecordTables): Promise<void> {
  const wanted = NEEDED.map(
    ([table, right]) => `(${postgresLiteral(tables[table].sql)}, ${postgresLiteral(right)})`,
  );
  const sequences = LISTS.map((table) => `(${serialOf(tables[table])})`);
  await assertNoneMissing(
    session,
    `SELECT 'TABLE' AS kind, w.name, w.privilege FROM (VALUES ${wanted.join(', ')}) AS w(name, privilege)
      WHERE NOT pg_catalog.has_table_privilege(pg_catalog.to_regclass(w.name), w.privilege)
      UNION ALL SELECT 'SEQUENCE', s.name, 'USAGE' FROM (VALUES ${sequences.join(', ')}) AS s(name)
      WHERE NOT pg_catalog.has_sequence_privilege(s.name, 'USAGE, UPDATE')`,
  );
}

/** What numbers the rows of a table, where that asks for a right of its own: an identity column does not. */
function serialOf({ sql }: TableName): string {
  const table = `pg_catalog.to_regclass(${postgresLiteral(sql)})`;
  const isSerial = `EXISTS (SELECT 1 FROM pg_catalog.pg_attribute WHERE attrelid ${EQ} ${table} AND attname ${EQ} 'id' AND attidentity ${EQ} '')`;
  return `CASE WHEN ${isSerial} THEN pg_catalog.pg_get_serial_sequence(${postgresLiteral(sql)}, 'id') END`;
}

/**
 * For a caller that finds no list of revisions: a list in a schema that the role may not use seems to be missing. Of
 * the search path, those schemas count in which it is, and all where none is left in which tables could be made.
 *
 * @throws PrivilegeMissingError naming the schema
 */
export async function assertSchemaUsage(
  session: Session,
  { migrations, schema }: RecordTables,
): Promise<void> {
  const path = `SELECT CASE WHEN pg_catalog.btrim(part, ' "') ${EQ} '$user' THEN current_user::pg_catalog.text ELSE pg_catalog.btrim(part, ' "') END AS name
    FROM pg_catalog.unnest(pg_catalog.string_to_array(pg_catalog.current_setting('search_path'), ',')) AS part`;
  const isMeant =
    schema === undefined
      ? `EXISTS (SELECT 1 FROM (${path}) path WHERE path.name ${EQ} n.nspname::pg_catalog.text) AND (pg_catalog.current_schema() IS NULL
          OR EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE c.relnamespace ${EQ} n.oid AND c.relname ${EQ} ${postgresLiteral(migrations.name)}))`
      : `n.nspname ${EQ} ${postgresLiteral(schema)}`;
  await assertNoneMissing(
    session,
    `SELECT 'SCHEMA' AS kind, pg_catalog.quote_ident(n.nspname) AS name, 'USAGE' AS privilege FROM pg_catalog.pg_namespace n
      WHERE ${isMeant} AND NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')`,
  );
}

/** @throws PrivilegeMissingError always: the tables are there and may not be read */
export async function denyReading(session: Session, tables: readonly TableName[]): Promise<never> {
  const role = await roleOf(session);
  const names = tables.map(({ sql }) => sql);
  throw new PrivilegeMissingError(
    `The role ${role} may not read the table${names.length > 1 ? 's' : ''} ${names.join(' and ')}.`,
    names.map((name) => grant({ kind: 'TABLE', privilege: 'SELECT', name, role })).join(' '),
    { reading: true },
  );
}

/**
 * The right to create the tables, in their schema or tablespace, if it is that which is missing.
 *
 * @param tables as the DataSource names them
 */
export async function missingPrivilege(
  error: unknown,
  session: Session,
  tables: RecordTables,
): Promise<PrivilegeMissingError | undefined> {
  if (codeOf(error) !== INSUFFICIENT_PRIVILEGE) return undefined;
  const schema = placeSql(tables);
  const [row] = (await readRows(
    session,
    `SELECT ${schema} AS schema, pg_catalog.has_schema_privilege(${schema}, 'CREATE') AS "mayCreate"`,
  )) as unknown as readonly { readonly schema: string; readonly mayCreate: boolean }[];
  if (!row) return undefined;
  if (row.mayCreate) return missingTablespace(error, session);
  const [role, name] = [await roleOf(session), quoteIdentifier(row.schema)];
  return new PrivilegeMissingError(
    `The role ${role} may not create tables in the schema ${name}.`,
    `GRANT CREATE, USAGE ON SCHEMA ${name} TO ${role};`,
    { cause: error },
  );
}

/** A role needs a right on the tablespace that `default_tablespace` names, unless it is that of the database. */
async function missingTablespace(
  error: unknown,
  session: Session,
): Promise<PrivilegeMissingError | undefined> {
  const [row] = (await readRows(
    session,
    `SELECT pg_catalog.quote_ident(t.spcname) AS name, pg_catalog.quote_ident(current_user) AS role FROM pg_catalog.pg_tablespace t
      WHERE t.spcname::pg_catalog.text ${EQ} pg_catalog.current_setting('default_tablespace') AND NOT pg_catalog.has_tablespace_privilege(t.oid, 'CREATE')`,
  )) as unknown as readonly { readonly name: string; readonly role: string }[];
  if (!row) return undefined;
  return new PrivilegeMissingError(
    `The role ${row.role} may not create tables in the tablespace ${row.name}, which default_tablespace names.`,
    grant({ kind: 'TABLESPACE', privilege: 'CREATE', ...row }),
    { cause: error },
  );
}

/** @param sql gives kind, name and privilege of what the role lacks */
async function assertNoneMissing(session: Session, sql: string): Promise<void> {
  const rows = (await readRows(
    session,
    `SELECT missing.*, pg_catalog.quote_ident(current_user) AS role FROM (${sql}) missing`,
  )) as unknown as readonly Missing[];
  const [first] = rows;
  if (!first) return;
  const same = rows.filter(({ name }) => name === first.name).map(({ privilege }) => privilege);
  throw new PrivilegeMissingError(
    `The role ${first.role} lacks ${same.join(', ')} on the ${first.kind.toLowerCase()} ${first.name}.`,
    rows.map(grant).join(' '),
  );
}

function grant({ kind, privilege, name, role }: Missing): string {
  return `GRANT ${privilege} ON ${kind} ${name} TO ${role};`;
}

/** The statements with which this role may create, or write to, the tables by which releases know of each other. */
export async function releaseGrant(session: Session, tables: RecordTables): Promise<string> {
  const [row] = await readRows(
    session,
    `SELECT pg_catalog.quote_ident(${placeSql(tables)}) AS schema, pg_catalog.to_regclass(${postgresLiteral(tables.phases.sql)}) IS NOT NULL AS phases,
       pg_catalog.to_regclass(${postgresLiteral(tables.heartbeats.sql)}) IS NOT NULL AS heartbeats`,
  );
  const role = await roleOf(session);
  const all = 'SELECT, INSERT, UPDATE, DELETE';
  const given = [
    ...(row?.['phases'] === true ? [`GRANT ${all} ON TABLE ${tables.phases.sql} TO ${role};`] : []),
    ...(row?.['heartbeats'] === true ? [`GRANT ${all} ON TABLE ${tables.heartbeats.sql} TO ${role};`] : []),
  ];
  return given.length === 2
    ? given.join(' ')
    : [...given, `GRANT CREATE, USAGE ON SCHEMA ${String(row?.['schema'])} TO ${role};`].join(' ');
}

async function roleOf(session: Session): Promise<string> {
  const [row] = (await readRows(
    session,
    `SELECT pg_catalog.quote_ident(current_user) AS role`,
  )) as unknown as readonly { readonly role: string }[];
  return row?.role ?? '';
}
