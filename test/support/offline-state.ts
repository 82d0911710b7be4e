import type { KnownTarget } from '../../src/database-url.js';
import type { Row } from './cli-database.js';
import { onFile } from './plain-sqlite.js';
import { withRawClient } from './raw-postgres.js';

/** All that a database holds, from its own catalogs, save for who ran what when. */
export interface DatabaseState {
  /** Every object, with the text that it is made of; those of the records as well. */
  readonly schema: readonly Row[];
  /** Where the counters that number new rows stand. */
  readonly counters: readonly Row[];
  /** Every row of every table; of the log only what does not depend on when and by whom it was run. */
  readonly rows: Readonly<Record<string, readonly Row[]>>;
}

type Query = (sql: string) => Promise<readonly Row[]>;

/** Differs between any two runs. */
const OF_THE_MOMENT = ['started_at', 'finished_at', 'recorded_at', 'seen_at', 'duration_ms', 'actor', 'host', 'pid'];

/**
 * Of an index SQLite keeps all that stands before the semicolon, which a script has on a line of its own behind a
 * comment; so the blanks at the end do not count.
 */
const SQLITE_SCHEMA = `SELECT type, name, tbl_name, rtrim(sql, ' ' || char(10)) AS sql
  FROM main.sqlite_schema ORDER BY type, name`;

const POSTGRES_SCHEMA = `
  WITH ours AS (SELECT * FROM pg_class WHERE relnamespace NOT IN
    (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema'))
  SELECT 'relation' AS type, relname::text AS name,
    concat_ws(' ', relnamespace::regnamespace, relkind, relpersistence, relrowsecurity, reloptions, relacl, relowner::regrole) AS words FROM ours
  UNION ALL SELECT 'column', relname || '.' || attnum, concat_ws(' ', attname, format_type(atttypid, atttypmod),
    attnotnull, attidentity, attgenerated, attisdropped, attcollation::regcollation, pg_get_expr(adbin, adrelid))
    FROM ours JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  UNION ALL SELECT 'constraint', relname || '.' || conname, concat_ws(' ', pg_get_constraintdef(c.oid), convalidated)
    FROM pg_constraint c JOIN ours ON conrelid = ours.oid
  UNION ALL SELECT 'index', relname, concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid, indisready, indislive)
    FROM pg_index JOIN ours ON indexrelid = ours.oid
  UNION ALL SELECT 'trigger', relname || '.' || tgname, concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled)
    FROM pg_trigger t JOIN ours ON tgrelid = ours.oid WHERE NOT tgisinternal
  UNION ALL SELECT 'view', relname, pg_get_viewdef(oid) FROM ours WHERE relkind = 'v'
  UNION ALL SELECT 'function', oid::regprocedure::text, pg_get_functiondef(oid)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT 'type', typname, concat_ws(' ', typtype, typowner::regrole, (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
    FROM pg_type t WHERE typnamespace = 'public'::regnamespace
  UNION ALL SELECT 'comment', concat_ws('.', objoid::regclass, objsubid), description
    FROM pg_description JOIN ours ON objoid = ours.oid AND classoid = 'pg_class'::regclass
  ORDER BY 1, 2, 3`;

/** Reads it on a connection of its own, that knows nothing of entities. */
export function databaseState(target: KnownTarget): Promise<DatabaseState> {
  if (target.dialect === 'sqlite')
    return onFile(target.path, {}, (dataSource) => readSqlite((sql) => dataSource.query(sql)));
  return withRawClient(target, (client) => readPostgres(async (sql) => (await client.query<Row>(sql)).rows));
}

/** SQLite keeps its counters in a table. */
async function readSqlite(query: Query): Promise<DatabaseState> {
  const schema = await query(SQLITE_SCHEMA);
  const tables = schema.filter(({ type }) => type === 'table').map(({ name }) => String(name));
  return { schema, counters: [], rows: await rowsOf(query, tables) };
}

async function readPostgres(query: Query): Promise<DatabaseState> {
  const tables = await query(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1",
  );
  return {
    schema: await query(POSTGRES_SCHEMA),
    counters: await query('SELECT sequencename, last_value FROM pg_sequences ORDER BY 1'),
    rows: await rowsOf(
      query,
      tables.map(({ relname }) => String(relname)),
    ),
  };
}

async function rowsOf(query: Query, tables: readonly string[]): Promise<DatabaseState['rows']> {
  const rows: Record<string, readonly Row[]> = {};
  for (const table of tables) {
    const found = await query(`SELECT * FROM "${table}" ORDER BY 1`);
    rows[table] = /^migrations_(run|attempt|phase|heartbeat)$/.test(table) ? found.map(lasting) : found;
  }
  return rows;
}

function lasting(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !OF_THE_MOMENT.includes(name)));
}
