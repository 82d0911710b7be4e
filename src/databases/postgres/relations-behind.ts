import { EQ } from '../../sql/postgres-operators.js';
import { postgresLiteral } from '../../sql/quote.js';
import type { TableName } from '../records/tables.js';

/**
 * SQL: the relations that the rules of a relation refer to, as `refobjid`; of a view, what it reads, and itself. The
 * rules are `r`, for further conditions behind it.
 *
 * @param oid an SQL expression
 */
export function ruleReferences(oid: string): string {
  return `SELECT d.refobjid FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d ON d.classid ${EQ} 'pg_catalog.pg_rewrite'::pg_catalog.regclass
      AND d.objid ${EQ} r.oid AND d.refclassid ${EQ} 'pg_catalog.pg_class'::pg_catalog.regclass WHERE r.ev_class ${EQ} ${oid}`;
}

/**
 * SQL: the relations whose rows show through a relation: what its view reads, its partitions, the tables that inherit
 * from it.
 */
export function relationsBehind(oid: string): string {
  return `${ruleReferences(oid)} AND r.ev_type ${EQ} '1'
    UNION ALL SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent ${EQ} ${oid}`;
}

/** SQL for WITH RECURSIVE: `found(oid)`, those of these tables that exist, and all relations behind them. */
export function foundBehind(tables: readonly TableName[]): string {
  const named = tables
    .map(({ sql }) => `(pg_catalog.to_regclass(${postgresLiteral(sql)})::pg_catalog.oid)`)
    .join(', ');
  return `found(oid) AS (VALUES ${named} UNION SELECT behind.oid FROM found f CROSS JOIN LATERAL (${relationsBehind('f.oid')}) AS behind(oid))`;
}
