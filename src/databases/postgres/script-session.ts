import { EQ, NE } from '../../sql/postgres-operators.js';
import { valueLiteral } from '../../sql/quote.js';
import { allTables, type RecordTables } from '../records/tables.js';
import { enforcing } from './replication-role.js';
import { maySet, putBackFrom, SESSION_SETTINGS } from './session-settings.js';

/** Variables of psql: no statement of a revision reaches them. */
const PREFIX = 'orchestrator_db_';
const BACK = putBackFrom(`:'${PREFIX}settings'`);

/** A query of one row, whose values psql keeps and does not print. */
function kept(sql: string): string {
  return `${sql} \\gset ${PREFIX}`;
}

const SESSION = `:'${PREFIX}session'`;
const SESSIONS =
  'its statements reach different sessions of the server, as behind a pooler in transaction mode. Connect to the server itself, and run the script again.';

/** How often a pooler may choose another session before anything is set or locked. */
const PROBES = 20;

/**
 * Keeps which session of the server executes, and stops where other transactions reach another one, as they may behind
 * a pooler in transaction mode.
 */
export function keepSession(refusal: string): readonly string[] {
  return [
    kept('SELECT pg_catalog.pg_backend_pid() AS "session"'),
    otherSession(valueLiteral(refusal + SESSIONS), PROBES),
  ];
}

/** Stops where another session executes now, which does not have the lock. */
export function assertSession(refusal: string): string {
  const words = `${refusal + SESSIONS} The lock ends with the session that has it: SELECT pg_catalog.pg_terminate_backend(`;
  return otherSession(`pg_catalog.concat(${valueLiteral(words)}, ${SESSION}, ');')`, 1);
}

/** psql executes each row of the answer as a statement, and so in a transaction, of its own. */
function otherSession(words: string, times: number): string {
  const check = `DO $x$ BEGIN IF pg_catalog.pg_backend_pid() ${NE} %s THEN RAISE EXCEPTION USING MESSAGE = %L; END IF; END $x$`;
  return `SELECT pg_catalog.format(${valueLiteral(check)}, ${SESSION}, ${words}) FROM pg_catalog.generate_series(1, ${times}) \\gexec`;
}

/** Where names without a schema are looked up: who asks with which setting, and the schemas that this means. */
const LOOKUP = `pg_catalog.concat(current_user, ' ', pg_catalog.current_setting('search_path'))`;
const SCHEMAS = `pg_catalog.array_to_string(pg_catalog.current_schemas(false), ', ')`;

/** Keeps that for all sections of a script. */
export const KEEP_PATH = kept(
  `SELECT ${LOOKUP} AS "lookup", ${SCHEMAS} AS "schemas", coalesce(pg_catalog.current_schema(), '') AS "first"`,
);

/**
 * Stops where names would be looked up elsewhere than where the script began: behind a pooler, another client may have
 * set the search path of one of the sessions. A revision may create a schema that the path names already.
 */
export function assertPath(refusal: string): string {
  const began = `:'${PREFIX}schemas'`;
  const words = [
    valueLiteral(`${refusal}names without a schema are looked up in `),
    orNone(SCHEMAS),
    valueLiteral(', and the script began with '),
    orNone(began),
    valueLiteral('. Connect to the server itself, and run the script again.'),
  ];
  const raise = 'DO $x$ BEGIN RAISE EXCEPTION USING MESSAGE = %L; END $x$';
  const isSame = `${LOOKUP} ${EQ} :'${PREFIX}lookup' OR ${SCHEMAS} ${EQ} ${began}`;
  return `SELECT pg_catalog.format(${valueLiteral(raise)}, pg_catalog.concat(${words.join(', ')})) WHERE NOT (${isSame}) \\gexec`;
}

/**
 * Stops where tables would be created in another schema than the one with which the script began, in which tables are:
 * an earlier section has created a schema that the path names before it, as "$user" does.
 */
export function assertFirstSchema(refusal: string, tables: RecordTables): readonly string[] {
  if (tables.schema !== undefined) return [];
  const began = `:'${PREFIX}first'`;
  const words = [
    valueLiteral(`${refusal}the search path leads to two schemas: the script began in `),
    began,
    valueLiteral(', which has tables, and '),
    'pg_catalog.current_schema()',
    valueLiteral(
      ' comes first now. Write the schema into the DataSource (the option "schema"), or set search_path = ',
    ),
    began,
    valueLiteral(' for this role, and write the script again for the rest.'),
  ];
  const own = allTables(tables).map(({ name }) => valueLiteral(name));
  const raise = 'DO $x$ BEGIN RAISE EXCEPTION USING MESSAGE = %L; END $x$';
  const filled = `EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace WHERE n.nspname ${EQ} ${began} AND c.relkind ${EQ} ANY ('{r,p,v,f}') AND NOT c.relname ${EQ} ANY (ARRAY[${own.join(', ')}]::pg_catalog.name[]))`;
  return [
    `SELECT pg_catalog.format(${valueLiteral(raise)}, pg_catalog.concat(${words.join(', ')})) WHERE pg_catalog.current_schema() ${NE} ${began} AND ${filled} \\gexec`,
  ];
}

/** NULLIF would compare with an operator of the search path. */
function orNone(schemas: string): string {
  return `CASE WHEN ${schemas} ${EQ} '' THEN 'no schema' ELSE ${schemas} END`;
}

/** Has the server enforce foreign keys and run triggers. @param lasting in the transaction, or in the session */
export function keepEnforcing(lasting: 'transaction' | 'session'): string {
  return kept(enforcing(lasting));
}

/** Keeps what the session has set before the statements of a revision. */
export const KEEP_SETTINGS = kept(SESSION_SETTINGS);

/** Who acts and where names are looked up, as it was before the statements of a revision. */
export const ROLE_BACK = kept(BACK.role);

/** All other settings, where a statement may have set some. */
export function restBack(statements: readonly string[]): readonly string[] {
  return statements.some(maySet) ? [kept(BACK.rest)] : [];
}

/** Keeps which tables have the names of the records. */
export function keepTables(tables: RecordTables): string {
  return kept(`SELECT ${identities(tables)} AS "tables"`);
}

/**
 * Stops where the names of the records mean other tables now: the revision has created a temporary table of that name,
 * or one in an earlier schema of the search path.
 */
export function assertTables(tables: RecordTables, refusal: string): readonly string[] {
  const words = `${refusal}it has created a table that hides ${tables.migrations.name} or its log. Give that table another name or schema.`;
  const raise = `DO $x$ BEGIN RAISE EXCEPTION USING MESSAGE = ${valueLiteral(words)}; END $x$`;
  return [`SELECT ${valueLiteral(raise)} WHERE NOT (${identities(tables)} ${EQ} :'${PREFIX}tables') \\gexec`];
}

function identities(tables: RecordTables): string {
  const found = allTables(tables).map(
    ({ sql }) => `pg_catalog.to_regclass(${valueLiteral(sql)})::pg_catalog.oid`,
  );
  return `pg_catalog.concat_ws(' ', ${found.join(', ')})`;
}
