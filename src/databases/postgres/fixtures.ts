import type { Session } from '../session.js';
import { EQ, GT, MATCHES, NE, PLUS } from '../../sql/postgres-operators.js';
import { quoteIdentifier } from '../../sql/quote.js';
import type { CounterRow, FixtureSyntax, StoredRelation } from '../fixture-syntax.js';
import { postgresFamily } from './fixture-values.js';
import { exclusion } from './plan/sql.js';
import { costOfRetyping } from './plan/type-cost.js';

/** Rows of PostgreSQL. */
export const postgresFixtures: FixtureSyntax = {
  domain: postgresFamily,
  converts: (from, to) => costOfRetyping({ from, to }, undefined).work === 'heap',
  table: postgresPath,
  typed: (sql, type, schema) => `CAST(${sql} AS ${postgresType(type, schema)})`,
  literal: (column) => `pg_catalog.quote_literal(${quoteIdentifier(column)}::pg_catalog.text)`,
  exclusion: (model) => exclusion({ ...model, deferrable: null }),
  locator: () => ({
    select: 'pg_catalog.quote_literal(ctid::pg_catalog.text)',
    where: (value) => `ctid ${EQ} ${value}::pg_catalog.tid`,
  }),
  overriding: ' OVERRIDING SYSTEM VALUE',
  readSettings: [
    `SELECT pg_catalog.set_config('bytea_output', 'hex', true), pg_catalog.set_config('TimeZone', 'UTC', true),
            pg_catalog.set_config('DateStyle', 'ISO, YMD', true), pg_catalog.set_config('IntervalStyle', 'postgres', true),
            pg_catalog.set_config('lc_monetary', 'C', true), pg_catalog.set_config('extra_float_digits', '1', true)`,
  ],
  readColumns: (_session, { columns }) =>
    Promise.resolve(columns.map((name) => ({ name, sql: `${quoteIdentifier(name)}::pg_catalog.text` }))),
  readFiles: async (session) => (await session.query(STORED)) as unknown as readonly StoredRelation[],
  readBounds: async (session) =>
    (await session.query(BOUNDS)) as unknown as Awaited<ReturnType<FixtureSyntax['readBounds']>>,
  counterName: (table, column) => `${table}.${column}`,
  readCounters,
  advanceCounters,
};

/** The values of lists, and the first value of each range, of tables that one column divides. */
const BOUNDS = String.raw`
  SELECT pg_catalog.concat_ws('.', CASE WHEN n.nspname ${NE} pg_catalog.current_schema() THEN n.nspname END, r.relname, a.attname) AS place,
         pg_catalog.json_agg(coalesce(pg_catalog.replace(v.found[1], '''''', ''''), v.found[2]) ORDER BY c.relname) AS texts
    FROM pg_catalog.pg_partitioned_table p
    JOIN pg_catalog.pg_class r ON r.oid ${EQ} p.partrelid AND NOT r.relispartition
    JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} r.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} r.oid AND a.attnum ${EQ} p.partattrs[0]
    JOIN pg_catalog.pg_inherits h ON h.inhparent ${EQ} r.oid
    JOIN pg_catalog.pg_class c ON c.oid ${EQ} h.inhrelid
   CROSS JOIN LATERAL pg_catalog.regexp_matches(pg_catalog.split_part(pg_catalog.pg_get_expr(c.relpartbound, c.oid), ') TO (', 1),
         '''((?:[^'']|'''')*)''|(-?\d+(?:\.\d+)?|\mtrue\M|\mfalse\M)', 'g') AS v(found)
   WHERE p.partstrat ${EQ} ANY ('{r,l}') AND p.partnatts ${EQ} 1 AND p.partexprs IS NULL
   GROUP BY 1`;

/** PostgreSQL names an index of a partition itself; the index belongs to that of the whole table. */
const STORED = `
  SELECT c.oid::pg_catalog.text AS oid, t.oid::pg_catalog.text AS "table", t.relname AS "tableName", c.relname AS name,
         pg_catalog.pg_relation_filenode(c.oid)::pg_catalog.text AS file, i.indexrelid IS NOT NULL AS "isIndex"
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid ${EQ} c.oid
    JOIN pg_catalog.pg_class t ON t.oid ${EQ} coalesce(i.indrelid, c.oid)
   WHERE c.relkind ${EQ} ANY ('{r,i}') AND NOT (c.relkind ${EQ} 'i' AND c.relispartition)
     AND NOT n.nspname ${MATCHES} '^pg_' AND n.nspname ${NE} 'information_schema'
   ORDER BY t.relname, i.indexrelid IS NOT NULL, c.relname`;

/** The model puts the schema in front where it is not the default one. */
function postgresPath(name: string, schema: string): string {
  const dot = name.indexOf('.');
  const path = dot < 0 ? [schema, name] : [name.slice(0, dot), name.slice(dot + 1)];
  return path.map(quoteIdentifier).join('.');
}

function postgresType(type: string, schema: string): string {
  const [, name, array = ''] = /^enum (.*?)(\[\])?$/.exec(type) ?? [];
  return name === undefined ? type : `${postgresPath(name, schema)}${array}`;
}

/** A sequence that a column owns, serial or identity. */
const OWNED = `
  SELECT pg_catalog.format('%I.%I', n.nspname, s.relname) AS sequence,
         pg_catalog.concat_ws('.', CASE WHEN tn.nspname ${NE} 'public' THEN tn.nspname END, t.relname, a.attname) AS name,
         q.seqincrement AS step
    FROM pg_catalog.pg_class s
    JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} s.relnamespace
    JOIN pg_catalog.pg_sequence q ON q.seqrelid ${EQ} s.oid
    JOIN pg_catalog.pg_depend d ON d.classid ${EQ} 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid ${EQ} s.oid
     AND d.deptype ${EQ} ANY ('{a,i}') AND d.refobjsubid ${GT} 0 AND d.refclassid ${EQ} 'pg_catalog.pg_class'::pg_catalog.regclass
    JOIN pg_catalog.pg_class t ON t.oid ${EQ} d.refobjid
    JOIN pg_catalog.pg_namespace tn ON tn.oid ${EQ} t.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} t.oid AND a.attnum ${EQ} d.refobjsubid
   ORDER BY 2`;

interface OwnedRow {
  readonly sequence: string;
  readonly name: string;
  readonly step: string;
}

async function readCounters(session: Session): Promise<readonly CounterRow[]> {
  const found = await owned(session);
  if (found.length === 0) return [];
  const selects = found.map(
    ({ sequence, step }, at) =>
      `SELECT ${at} AS at, last_value ${PLUS} CASE WHEN is_called THEN ${step} ELSE 0 END AS next FROM ${sequence}`,
  );
  const rows = (await session.query(`${selects.join(' UNION ALL ')} ORDER BY 1`)) as unknown as readonly {
    readonly next: string;
  }[];
  return rows.map(({ next }, at) => ({ name: found[at]?.name ?? '', next }));
}

async function advanceCounters(session: Session): Promise<void> {
  const names = (await owned(session)).map(({ sequence }) => sequence);
  await session.query(
    'SELECT pg_catalog.nextval(s.name::pg_catalog.regclass) FROM pg_catalog.unnest($1::pg_catalog.text[]) AS s(name)',
    [names],
  );
}

async function owned(session: Session): Promise<readonly OwnedRow[]> {
  return (await session.query(OWNED)) as unknown as readonly OwnedRow[];
}
