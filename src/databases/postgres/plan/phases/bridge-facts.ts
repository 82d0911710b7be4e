/** What PostgreSQL knows of a column that decides whether two releases can use it during a change. */

import type { DataSource } from 'typeorm';
import type { FactsAsked } from '../../../planner.js';
import type { BridgeFacts } from '../../../bridge-facts.js';
import { columnsOfChanged } from '../lost-values.js';
import { PostgresNames } from '../sql.js';
import { isRetyped } from '../type-dependents.js';
import { DEPENDENTS } from './column-dependents.js';

const QUERY = `SELECT
  CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS "baseType",
  CASE WHEN t.typtype = 'd' THEN pg_catalog.format('%I.%I', n.nspname, t.typname) END AS domain,
  EXISTS (SELECT FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = a.attrelid
    AND (a.attnum = ANY (p.partattrs::pg_catalog.int2[]) OR p.partexprs IS NOT NULL)) AS "isPartitionKey",
  COALESCE((SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', g.tgname, 'isOfColumn', a.attnum = ANY (g.tgattr::pg_catalog.int2[]),
      'isBefore', (g.tgtype & 3) = 3 AND (g.tgtype & 20) <> 0, 'source', f.prosrc) ORDER BY g.tgname)
    FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid
    WHERE g.tgrelid = a.attrelid AND NOT g.tgisinternal), '[]') AS triggers,
  ARRAY(SELECT r.rulename::pg_catalog.text FROM pg_catalog.pg_rewrite r
    WHERE r.ev_class = a.attrelid AND r.rulename <> '_RETURN' ORDER BY 1) AS rules,
  ARRAY(SELECT u.name FROM (${DEPENDENTS}) AS u) AS dependents
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE a.attrelid = $1::pg_catalog.regclass AND a.attname = $2`;

interface Row extends Omit<BridgeFacts, 'table' | 'column' | 'refusesNull'> {
  /** As SQL. */
  readonly domain: string | null;
}

/** Reads them of renamed columns, once the renames are carried out, and of those that get another type. */
export async function readBridgeFacts(
  dataSource: DataSource,
  {
    renames = [],
    changes,
    defaultSchema,
    from,
  }: Pick<FactsAsked, 'renames' | 'changes' | 'defaultSchema' | 'from'>,
): Promise<readonly BridgeFacts[]> {
  const names = new PostgresNames(defaultSchema);
  const found: BridgeFacts[] = [];
  const columns = [
    ...renames.flatMap((one) => (one.kind === 'column' ? [{ table: one.table, column: one.to }] : [])),
    ...changes.filter(isRetyped).map(({ table, object }) => ({ table, column: object })),
    ...columnsOfChanged({ renames, changes, from }).map(({ table, object }) => ({ table, column: object })),
  ];
  for (const { table, column } of columns) {
    const path = names.fullPath(table, defaultSchema);
    const [row] = await dataSource.query<readonly Row[]>(QUERY, [path, column]);
    const refusesNull = row !== undefined && (await isRefused(dataSource, row.domain));
    if (row) found.push({ ...row, refusesNull, table, column });
  }
  return found;
}

/** Whether a domain has no NULL: its NOT NULL, or a check. */
async function isRefused(dataSource: DataSource, domain: string | null): Promise<boolean> {
  if (domain === null) return false;
  return dataSource.query(`SELECT NULL::${domain}`).then(
    () => false,
    () => true,
  );
}
