import { EQ, GT, JOINED, NE, PLUS } from '../../sql/postgres-operators.js';
import { postgresLiteral } from '../../sql/quote.js';
import { RECORD_COLUMNS } from '../records/columns.js';
import { RECORD_TABLES, type RecordTables } from '../records/tables.js';
import { placeSql } from './record-place.js';

/** Relations that hold no rows, by `relkind`. */
const ROWLESS = { S: 'a sequence', c: 'a composite type', i: 'an index', I: 'an index' };
/** Those that do and are not called tables. */
const OTHERS = { v: 'a view', m: 'a materialized view', f: 'a foreign table' };
const CATEGORIES = { number: 'N', text: 'S', instant: 'D' };

const KIND = caseOf(ROWLESS);
const NOUN = `coalesce(${caseOf(OTHERS)}, 'a table')`;

function caseOf(words: Readonly<Record<string, string>>): string {
  const cases = Object.entries(words).map(([kind, noun]) => `WHEN c.relkind ${EQ} '${kind}' THEN '${noun}'`);
  return `CASE ${cases.join(' ')} END`;
}

/** Column by column, in which of the three tables and of what category of types it has to be. */
const WANTED = RECORD_TABLES.flatMap((table) =>
  RECORD_COLUMNS[table].map(
    ({ name, holds, written }, at) =>
      `('${table}', ${at}, '${name}', '${CATEGORIES[holds]}'::pg_catalog."char", ${written})`,
  ),
).join(', ');

/** In words, what is wrong with the columns of the relation `c`, in the place of the table `w`; NULL for nothing. */
const WRONG = `WITH wanted(which, at, name, category, written) AS (VALUES ${WANTED})
  SELECT pg_catalog.string_agg(p.words, ', ' ORDER BY p.at) FROM (
    SELECT s.at, CASE WHEN a.attname IS NULL THEN pg_catalog.concat('no column "', s.name, '"')
        ELSE pg_catalog.concat('the column "', s.name, '" is of type ', pg_catalog.format_type(a.atttypid, a.atttypmod)) END AS words
      FROM wanted s LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} c.oid AND a.attname ${EQ} s.name::pg_catalog.name AND NOT a.attisdropped
      LEFT JOIN pg_catalog.pg_type t ON t.oid ${EQ} a.atttypid
     WHERE s.which ${EQ} w.which AND (t.typcategory ${EQ} s.category) IS NOT TRUE
    UNION ALL SELECT 100 ${PLUS} a.attnum, pg_catalog.concat('the column "', a.attname, '" has no default')
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid ${EQ} a.atttypid AND t.typdefault IS NULL
     WHERE a.attrelid ${EQ} c.oid AND a.attnum ${GT} 0 AND NOT a.attisdropped AND NOT a.atthasdef AND a.attidentity ${EQ} ''
       AND (a.attnotnull OR a.attname ${EQ} 'id') AND c.relkind ${EQ} ANY ('{r,p}') AND NOT c.relhastriggers
       AND NOT EXISTS (SELECT FROM wanted s WHERE s.which ${EQ} w.which AND s.name::pg_catalog.name ${EQ} a.attname AND s.written)) p`;

/**
 * SQL: what stands in the place of a table of the records and is none, in the columns `which` (its key in
 * `RecordTables`) and `what` (in words). A type without a relation counts where the table is to be created, since a
 * table brings a type of its name; so does the name of the primary key. Another session may create the table at this
 * moment: `to_regclass` may then still miss what the catalogs show, so neither its type nor its key counts.
 */
export function takenSql(tables: RecordTables): string {
  const { migrations, primaryKey } = tables;
  const found = (sql: string) => `pg_catalog.to_regclass(${postgresLiteral(sql)})`;
  const names = RECORD_TABLES.map((table, at) => {
    const { name, sql } = tables[table];
    return `(${at}, '${table}', ${postgresLiteral(name)}::pg_catalog.name, ${found(sql)}::pg_catalog.oid)`;
  });
  const path = (name: string) =>
    `pg_catalog.quote_ident(n.nspname) ${JOINED} '.' ${JOINED} pg_catalog.quote_ident(${name})`;
  const place = `pg_catalog.pg_namespace n WHERE n.nspname ${EQ} ${placeSql(tables)}`;
  return `WITH named(at, which, name, oid) AS (VALUES ${names.join(', ')})
    SELECT f.which, f.what FROM (
      SELECT w.at, w.which, ${path('c.relname')} ${JOINED} ' is ' ${JOINED} coalesce(${KIND}, ${NOUN} ${JOINED} ' of something else (' ${JOINED} (${WRONG}) ${JOINED} ')') AS what
        FROM named w JOIN pg_catalog.pg_class c ON c.oid ${EQ} w.oid JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
      UNION ALL SELECT w.at, w.which, ${path('t.typname')} ${JOINED} ' is a type'
        FROM named w JOIN pg_catalog.pg_type t ON t.typname ${EQ} w.name AND t.typelem ${EQ} 0::pg_catalog.oid AND t.typrelid ${EQ} 0::pg_catalog.oid, ${place} AND n.oid ${EQ} t.typnamespace AND w.oid IS NULL
      UNION ALL SELECT 3, 'primaryKey', ${path('c.relname')} ${JOINED} ' is ' ${JOINED} coalesce(${KIND}, ${NOUN})
        FROM pg_catalog.pg_class c, ${place} AND n.oid ${EQ} c.relnamespace AND c.relname ${EQ} ${postgresLiteral(primaryKey)} AND ${found(migrations.sql)} IS NULL
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_class m WHERE m.relnamespace ${EQ} n.oid AND m.relname ${EQ} ${postgresLiteral(migrations.name)})
    ) f WHERE f.what IS NOT NULL ORDER BY f.at`;
}

/** Types of the catalog by object identifier, which no version of PostgreSQL changes. */
const TYPES = {
  /** smallint, integer, bigint, numeric */
  number: [21, 23, 20, 1700],
  /** text, character varying */
  text: [25, 1043],
  /** timestamp with time zone, without */
  instant: [1184, 1114],
};

/**
 * SQL: whether `takenSql` has to look closer, which takes the server longer to plan. False where each of the three
 * tables is absent or has just the columns that this package or TypeORM gives it, and nothing else has one of the names.
 */
export function isSuspectSql(tables: RecordTables): string {
  const names = RECORD_TABLES.map((table) => postgresLiteral(tables[table].name)).join(', ');
  const isType = `EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.typname ${EQ} ANY (ARRAY[${names}]::pg_catalog.name[]) AND t.typrelid ${EQ} 0::pg_catalog.oid AND t.typelem ${EQ} 0::pg_catalog.oid)`;
  const isKey = `(pg_catalog.to_regclass(${postgresLiteral(tables.migrations.sql)}) IS NULL AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relname ${EQ} ${postgresLiteral(tables.primaryKey)}))`;
  return [...RECORD_TABLES.map((table) => hasOtherColumns(table, tables[table].sql)), isType, isKey].join(
    ' OR ',
  );
}

/** An `id` that the database does not number is another column too. */
function hasOtherColumns(table: (typeof RECORD_TABLES)[number], sql: string): string {
  const oid = `pg_catalog.to_regclass(${postgresLiteral(sql)})::pg_catalog.oid`;
  const columns = RECORD_COLUMNS[table].flatMap(({ name, holds }) =>
    TYPES[holds].map((type) => `"${name} ${type}"`),
  );
  const isOwn = `(pg_catalog.concat(a.attname, ' ', a.atttypid) ${EQ} ANY ('{${columns.join(',')}}') AND (a.attname ${NE} 'id' OR a.atthasdef OR a.attidentity ${NE} ''))`;
  // Earlier versions of this package had no such columns.
  const all =
    table === 'runs'
      ? `pg_catalog.count(*) FILTER (WHERE a.attname ${NE} ALL ('{format,progress}'))`
      : 'pg_catalog.count(*)';
  return `(${oid} IS NOT NULL AND (SELECT pg_catalog.count(*) FILTER (WHERE ${isOwn}) ${NE} ${RECORD_COLUMNS[table].length} OR ${all} ${NE} ${RECORD_COLUMNS[table].length}
    FROM pg_catalog.pg_attribute a WHERE a.attrelid ${EQ} ${oid} AND a.attnum ${GT} 0 AND NOT a.attisdropped))`;
}
