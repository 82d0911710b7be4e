import { EQ, NE } from '../../../sql/postgres-operators.js';

/** A setting of the transaction with the oids of the indexes that belong to no index of a parent. */
export const LONE_INDEXES = 'orchestrator_db.lone_indexes';

/** Whether any table is partitioned. */
export const HAS_PARTITIONED = 'EXISTS (SELECT FROM pg_catalog.pg_partitioned_table)';

/**
 * What partitions have that their table has not: one query, whatever the number of partitions, which answers with the
 * deviations alone. Each catalog is read once, from what no parent has; a partition is looked up where it has such a
 * thing. So partitions that are like their table cost no more than the rows of a catalog.
 *
 * @param within the schemas, of `n`
 * @param mapped by their oids, partitions that count as tables
 */
export function deviations(within: string, mapped: readonly number[]): string {
  const others = mapped.length === 0 ? '' : `AND NOT c.oid ${EQ} ANY ('{${mapped.join()}}')`;
  return `
  WITH expected AS MATERIALIZED (${EXPECTED}),
  seen AS MATERIALIZED (${SEEN}),
  fewer AS MATERIALIZED (${FEWER})
  SELECT w.kind, pg_catalog.pg_partition_root(parts.oid)::pg_catalog.oid AS "tableId", parts.nspname AS schema, parts.relname AS partition, w.name
    FROM (${[INDEXES, CONSTRAINTS, TRIGGERS, DISABLED, DEFAULTS, DETACHING].join(' UNION ALL ')}) w
   CROSS JOIN LATERAL (SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace AND ${within}
     WHERE c.oid ${EQ} w.oid AND c.relispartition AND c.relkind ${EQ} ANY ('{r,p,f}') ${others} OFFSET 0) parts
   WHERE ${HAS_PARTITIONED}`;
}

/** That of a constraint is reported with the constraint. */
const INDEXES = `
    SELECT 'index' AS kind, i.indrelid AS oid, x.relname AS name
      FROM pg_catalog.pg_class x JOIN pg_catalog.pg_index i ON i.indexrelid ${EQ} x.oid
     WHERE x.oid ${EQ} ANY (pg_catalog.current_setting('${LONE_INDEXES}')::pg_catalog.oid[]) AND NOT EXISTS (
             SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid ${EQ} x.oid AND k.conrelid ${EQ} i.indrelid AND k.contype ${EQ} ANY ('{p,u,x}'))`;

const CONSTRAINTS = `
    SELECT CASE WHEN k.contype ${EQ} 'c' THEN 'check' WHEN k.contype ${EQ} 'f' THEN 'foreign-key' WHEN k.contype ${EQ} 'x' THEN 'exclusion' ELSE 'unique' END, k.conrelid, k.conname
      FROM pg_catalog.pg_constraint k
     WHERE k.contype ${EQ} ANY ('{c,f,x,u,p}') AND k.coninhcount ${EQ} 0 AND k.conparentid ${EQ} 0`;

const TRIGGERS = `
    SELECT 'trigger', t.tgrelid, t.tgname FROM pg_catalog.pg_trigger t WHERE NOT t.tgisinternal AND t.tgparentid ${EQ} 0`;

/** Before version 15, one that a partition has from its table counts as internal. */
const DISABLED = `
    SELECT 'disabled-trigger', t.tgrelid, t.tgname
      FROM (SELECT o.oid, o.tgenabled FROM pg_catalog.pg_trigger o WHERE NOT o.tgisinternal OFFSET 0) o
      JOIN pg_catalog.pg_trigger t ON t.tgparentid ${EQ} o.oid AND t.tgenabled ${NE} o.tgenabled`;

/** The defaults of partitioned tables. */
const EXPECTED = `
    SELECT d.adrelid, a.attname, d.adbin FROM pg_catalog.pg_partitioned_table p
      JOIN pg_catalog.pg_attrdef d ON d.adrelid ${EQ} p.partrelid
      JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} d.adrelid AND a.attnum ${EQ} d.adnum`;

/**
 * The defaults of partitions. The text as it is stored decides first: most are the same. Where it differs, the server's
 * spelling of both decides: it is empty for a table without a default. Numbers of columns say nothing: a partition that
 * was attached may have its columns in another order.
 */
const SEEN = `
    SELECT d.oid, d.attname, e.adrelid IS NOT NULL AS expected, CASE WHEN d.adbin::pg_catalog.text ${EQ} e.adbin::pg_catalog.text THEN false
             ELSE pg_catalog.pg_get_expr(d.adbin, d.oid) ${NE} coalesce(pg_catalog.pg_get_expr(e.adbin, e.adrelid), '') END AS differs
      FROM (SELECT d.adrelid AS oid, h.inhparent, d.adbin,
                   (SELECT a.attname FROM pg_catalog.pg_attribute a WHERE a.attrelid ${EQ} d.adrelid AND a.attnum ${EQ} d.adnum) AS attname
              FROM pg_catalog.pg_partitioned_table p JOIN pg_catalog.pg_inherits h ON h.inhparent ${EQ} p.partrelid
              JOIN pg_catalog.pg_attrdef d ON d.adrelid ${EQ} h.inhrelid OFFSET 0) d
      LEFT JOIN expected e ON e.adrelid ${EQ} d.inhparent AND e.attname ${EQ} d.attname`;

/** Partitions that have fewer of the defaults of their table; looked for only where the numbers of all do not agree. */
const FEWER = `
    SELECT h.inhrelid AS oid, h.inhparent
      FROM (SELECT e.adrelid, pg_catalog.count(*) AS number FROM expected e GROUP BY e.adrelid) n
      JOIN pg_catalog.pg_inherits h ON h.inhparent ${EQ} n.adrelid
      LEFT JOIN (SELECT s.oid, pg_catalog.count(*) AS number FROM seen s WHERE s.expected GROUP BY s.oid) f ON f.oid ${EQ} h.inhrelid
     WHERE coalesce(f.number, 0) ${NE} n.number AND (SELECT pg_catalog.count(*) FROM seen s WHERE s.expected) ${NE} (
             SELECT pg_catalog.count(*) FROM expected e JOIN pg_catalog.pg_inherits h ON h.inhparent ${EQ} e.adrelid)`;

const DEFAULTS = `
    SELECT 'default', s.oid, s.attname FROM seen s WHERE s.differs
    UNION ALL
    SELECT 'default', f.oid, e.attname FROM fewer f JOIN expected e ON e.adrelid ${EQ} f.inhparent
     WHERE NOT EXISTS (SELECT FROM seen s WHERE s.oid ${EQ} f.oid AND s.attname ${EQ} e.attname)`;

/** An interrupted DETACH CONCURRENTLY: no query of the table reads its rows. */
const DETACHING = `
    SELECT 'detached-partition', h.inhrelid, '' FROM pg_catalog.pg_inherits h WHERE h.inhdetachpending`;
