/** Reads which partitions tables have, from the catalog. */

import { EQ, GT, JOINED, NE } from '../../../sql/postgres-operators.js';
import { postgresLiteral, quoteIdentifier } from '../../../sql/quote.js';
import type { Period } from '../../../schema/periods.js';
import type { PartitionStrategy } from '../../../schema/partition.js';
import type { LivePartition, LiveTable, NamedPath } from '../../partitioning.js';
import type { Row } from '../../row.js';
import type { Session } from '../../session.js';
import { readRows } from '../read-rows.js';
import { boundsIn } from './bounds.js';
import { MARK, stagingName } from './names.js';

const STRATEGIES: Readonly<Record<string, PartitionStrategy>> = { r: 'range', l: 'list', h: 'hash' };

/** See `Partitioning.read`. */
export async function readTables(
  session: Session,
  tables: readonly NamedPath[],
  clock = 'pg_catalog.now()',
): Promise<readonly LiveTable[]> {
  if (tables.length === 0) return [];
  const rows = await readRows(session, partitionsSql(tables, clock));
  const config = rows[0]?.['partConfig'];
  const isHidden = rows[0]?.['partHidden'] === true;
  const parents = typeof config === 'string' ? await readRows(session, parentsSql(config)) : [];
  const kept = new Set(parents.map(({ parent }) => String(parent)));
  const live = tables.flatMap(({ name }) => liveTable(rows.filter((row) => row['table'] === name)));
  return live.map((table) => ({
    ...table,
    keeper: kept.has(`${table.schema}.${table.name}`) ? 'pg_partman' : isHidden ? 'hidden' : undefined,
  }));
}

/** A row for each partition, and one for a table without any. */
function partitionsSql(tables: readonly NamedPath[], clock: string): string {
  const wanted = tables.map(
    ({ name, path }) => `(${postgresLiteral(name)}, pg_catalog.to_regclass(${postgresLiteral(path)}))`,
  );
  return `
  WITH config AS (
    SELECT c.oid, pg_catalog.quote_ident(n.nspname) ${JOINED} '.' ${JOINED} pg_catalog.quote_ident(c.relname) AS path,
           pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AS readable
      FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} e.extnamespace
      JOIN pg_catalog.pg_class c ON c.relnamespace ${EQ} n.oid AND c.relname ${EQ} 'part_config' WHERE e.extname ${EQ} 'pg_partman')
  SELECT w.name AS "table", n.nspname AS "schema", t.relname AS "name", d.partstrat AS "strategy", ${KEY} AS "key", s.spcname AS "tablespace",
         CASE WHEN pg_catalog.pg_get_userbyid(t.relowner) ${NE} CURRENT_USER THEN pg_catalog.pg_get_userbyid(t.relowner) END AS "owner",
         p.relname AS "part", pn.nspname AS "partSchema", pg_catalog.pg_get_expr(p.relpartbound, p.oid) AS "bound",
         h.inhdetachpending AS "detaching", p.relkind ${EQ} 'r' AS "plain", p.relkind ${EQ} 'f' AS "foreign", p.oid ${EQ} d.partdefid AS "isRest",
         EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.contype ${EQ} 'f' AND k.confrelid ${EQ} t.oid) AS "referenced",
         (${UNCOPIED}) AS "uncopied", pg_catalog.date_part('epoch', ${clock})::pg_catalog.text AS "now", (${STAGING}) AS "staging",
         (SELECT path FROM config WHERE readable) AS "partConfig", EXISTS (SELECT FROM config WHERE NOT readable) AS "partHidden"
    FROM (VALUES ${wanted.join(', ')}) AS w(name, oid)
    JOIN pg_catalog.pg_class t ON t.oid ${EQ} w.oid JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} t.relnamespace
    LEFT JOIN pg_catalog.pg_tablespace s ON s.oid ${EQ} t.reltablespace
    LEFT JOIN pg_catalog.pg_partitioned_table d ON d.partrelid ${EQ} t.oid
    LEFT JOIN pg_catalog.pg_inherits h ON h.inhparent ${EQ} d.partrelid
    LEFT JOIN pg_catalog.pg_class p ON p.oid ${EQ} h.inhrelid LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid ${EQ} p.relnamespace
   ORDER BY p.relname`;
}

/** The names of the columns of the key as a JSON list; null for an expression. */
const KEY = `pg_catalog.array_to_json(ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.unnest(d.partattrs::pg_catalog.int2[]) WITH ORDINALITY AS k(number, place)
             LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} d.partrelid AND a.attnum ${EQ} k.number ORDER BY k.place))::pg_catalog.text`;

/**
 * What a copy of rows cannot do without, or with: ON CONFLICT passes over a row by keys that are checked at once.
 * https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT
 */
const UNCOPIED = `SELECT CASE WHEN pg_catalog.count(*) FILTER (WHERE i.indisprimary) ${EQ} 0 THEN 'no primary key'
                WHEN pg_catalog.count(*) FILTER (WHERE NOT i.indimmediate) ${GT} 0 THEN
                  'the deferrable constraint ' ${JOINED} pg_catalog.string_agg(x.relname::pg_catalog.text, ', ' ORDER BY x.relname) FILTER (WHERE NOT i.indimmediate) END
           FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid ${EQ} i.indexrelid WHERE i.indrelid ${EQ} t.oid`;

/** Partitioned tables in the same schema that carry the mark of a move, as a JSON list of names. */
const STAGING = `SELECT pg_catalog.array_to_json(pg_catalog.array_agg(m.relname::pg_catalog.text))::pg_catalog.text FROM pg_catalog.pg_class m
            WHERE m.relnamespace ${EQ} t.relnamespace AND m.relkind ${EQ} 'p' AND pg_catalog.obj_description(m.oid, 'pg_class') ${EQ} ${postgresLiteral(MARK)}`;

function parentsSql(config: string): string {
  return `SELECT parent_table AS parent FROM ${config}`;
}

function liveTable(rows: readonly Row[]): readonly LiveTable[] {
  const [first] = rows;
  if (first === undefined) return [];
  const [schema, name] = [String(first['schema']), String(first['name'])];
  const parts = rows.filter(({ part }) => part !== null);
  const rest = parts.find(({ isRest }) => isRest === true);
  const { tablespace, owner } = first;
  return [
    {
      table: String(first['table']),
      path: pathOf(schema, name),
      owner: typeof owner === 'string' ? quoteIdentifier(owner) : undefined,
      schema,
      name,
      strategy: STRATEGIES[String(first['strategy'])],
      key: JSON.parse(String(first['key'])) as readonly (string | null)[],
      partitions: parts.filter((row) => row !== rest).map(livePartition),
      rest: rest && partOf(rest),
      isReferenced: first['referenced'] === true,
      uncopied: typeof first['uncopied'] === 'string' ? first['uncopied'] : undefined,
      isMoving: namesIn(first['staging']).includes(stagingName(name)),
      keeper: undefined,
      now: Number(first['now']) * 1000,
      placed: typeof tablespace === 'string' ? ` TABLESPACE ${quoteIdentifier(tablespace)}` : '',
    },
  ];
}

function namesIn(list: unknown): readonly string[] {
  return typeof list === 'string' ? (JSON.parse(list) as readonly string[]) : [];
}

function livePartition(row: Row): LivePartition {
  return { ...partOf(row), ...boundsIn(String(row['bound'])) };
}

function partOf(row: Row): Omit<LivePartition, keyof Period> {
  const { detaching, plain, foreign } = row;
  return {
    ...named(row),
    isDetaching: detaching === true,
    isPlain: plain === true,
    isForeign: foreign === true,
  };
}

function named({ part, partSchema }: Row): Pick<LivePartition, 'name' | 'path'> {
  return { name: String(part), path: pathOf(String(partSchema), String(part)) };
}

function pathOf(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}
