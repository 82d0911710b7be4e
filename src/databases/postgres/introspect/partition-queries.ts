import { EQ, NE } from '../../../sql/postgres-operators.js';

/**
 * What partitions have that their table has not: one query, whatever the number of partitions, which answers with the
 * deviations alone.
 *
 * @param relations `pg_class c` with its schema `n`
 * @param mapped by their oids, partitions that count as tables
 */
export function deviations(relations: string, mapped: readonly number[]): string {
  const others = mapped.length === 0 ? '' : `AND NOT c.oid ${EQ} ANY ('{${mapped.join()}}')`;
  return `
  WITH parts AS MATERIALIZED (
    SELECT c.oid, n.nspname, c.relname, h.inhparent, h.inhdetachpending FROM ${relations} JOIN pg_catalog.pg_inherits h ON h.inhrelid ${EQ} c.oid
     WHERE c.relispartition AND c.relkind ${EQ} ANY ('{r,p,f}') ${others}),
  defaults AS MATERIALIZED (
    SELECT d.adrelid, a.attname, d.adbin::pg_catalog.text AS stored, d.adbin FROM pg_catalog.pg_attrdef d
      JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} d.adrelid AND a.attnum ${EQ} d.adnum WHERE EXISTS (SELECT FROM parts))
  SELECT w.kind, pg_catalog.pg_partition_root(parts.oid)::pg_catalog.oid AS "tableId", parts.nspname AS schema, parts.relname AS partition, w.name
    FROM (${[INDEXES, CONSTRAINTS, TRIGGERS, DISABLED, DEFAULTS, DETACHING].join(' UNION ALL ')}) w JOIN parts ON parts.oid ${EQ} w.oid`;
}

/** That of a constraint is reported with the constraint. */
const INDEXES = `
    SELECT 'index' AS kind, parts.oid, x.relname AS name
      FROM parts JOIN pg_catalog.pg_index i ON i.indrelid ${EQ} parts.oid JOIN pg_catalog.pg_class x ON x.oid ${EQ} i.indexrelid
     WHERE NOT x.relispartition AND NOT EXISTS (
             SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid ${EQ} x.oid AND k.conrelid ${EQ} parts.oid AND k.contype ${EQ} ANY ('{p,u,x}'))`;

const CONSTRAINTS = `
    SELECT CASE WHEN k.contype ${EQ} 'c' THEN 'check' WHEN k.contype ${EQ} 'f' THEN 'foreign-key' WHEN k.contype ${EQ} 'x' THEN 'exclusion' ELSE 'unique' END, parts.oid, k.conname
      FROM parts JOIN pg_catalog.pg_constraint k ON k.conrelid ${EQ} parts.oid
     WHERE k.contype ${EQ} ANY ('{c,f,x,u,p}') AND k.coninhcount ${EQ} 0 AND k.conparentid ${EQ} 0`;

const TRIGGERS = `
    SELECT 'trigger', parts.oid, t.tgname FROM parts JOIN pg_catalog.pg_trigger t ON t.tgrelid ${EQ} parts.oid
     WHERE NOT t.tgisinternal AND t.tgparentid ${EQ} 0`;

/** Before version 15, one that a partition has from its table counts as internal. */
const DISABLED = `
    SELECT 'disabled-trigger', parts.oid, t.tgname
      FROM parts JOIN pg_catalog.pg_trigger t ON t.tgrelid ${EQ} parts.oid JOIN pg_catalog.pg_trigger o ON o.oid ${EQ} t.tgparentid
     WHERE NOT o.tgisinternal AND t.tgenabled ${NE} o.tgenabled`;

/**
 * The text as it is stored decides first: most are the same. Where it differs, the server's spelling of both decides: it
 * is empty for a partition, or a table, without a default.
 */
const DEFAULTS = `
    SELECT 'default', parts.oid, d.attname
      FROM parts JOIN defaults d ON d.adrelid ${EQ} parts.oid
      LEFT JOIN defaults o ON o.adrelid ${EQ} parts.inhparent AND o.attname ${EQ} d.attname
     WHERE d.stored ${NE} coalesce(o.stored, '')
       AND pg_catalog.pg_get_expr(d.adbin, d.adrelid) ${NE} coalesce(pg_catalog.pg_get_expr(o.adbin, o.adrelid), '')
    UNION ALL
    SELECT 'default', parts.oid, o.attname
      FROM parts JOIN defaults o ON o.adrelid ${EQ} parts.inhparent
      LEFT JOIN defaults d ON d.adrelid ${EQ} parts.oid AND d.attname ${EQ} o.attname
     WHERE d.adrelid IS NULL`;

/** An interrupted DETACH CONCURRENTLY: no query of the table reads its rows. */
const DETACHING = `
    SELECT 'detached-partition', parts.oid, '' FROM parts WHERE inhdetachpending`;
