/** What PostgreSQL knows of a renamed column that decides whether it can have two names. */

import type { DataSource } from 'typeorm';
import type { Rename } from '../../../../schema/rename.js';
import type { BridgeFacts } from '../../../planning.js';
import { PostgresNames } from '../sql.js';

const QUERY = `SELECT
  CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS "baseType",
  CASE WHEN t.typtype = 'd' THEN pg_catalog.format('%I.%I', n.nspname, t.typname) END AS domain,
  NULLIF(a.attstattarget, -1) AS statistics,
  EXISTS (SELECT FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = a.attrelid
    AND (a.attnum = ANY (p.partattrs::pg_catalog.int2[]) OR p.partexprs IS NOT NULL)) AS "isPartitionKey",
  COALESCE((SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', g.tgname, 'isOfColumn', a.attnum = ANY (g.tgattr::pg_catalog.int2[]),
      'isBefore', (g.tgtype & 3) = 3 AND (g.tgtype & 20) <> 0, 'source', f.prosrc) ORDER BY g.tgname)
    FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid
    WHERE g.tgrelid = a.attrelid AND NOT g.tgisinternal), '[]') AS triggers,
  ARRAY(SELECT r.rulename::pg_catalog.text FROM pg_catalog.pg_rewrite r
    WHERE r.ev_class = a.attrelid AND r.rulename <> '_RETURN' ORDER BY 1) AS rules,
  COALESCE((SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'privilege', x.privilege_type, 'isGrantable', x.is_grantable,
      'grantee', CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END)
      ORDER BY x.grantee, x.privilege_type)
    FROM pg_catalog.aclexplode(a.attacl) x), '[]') AS grants
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE a.attrelid = $1::pg_catalog.regclass AND a.attname = $2`;

interface Row extends Omit<BridgeFacts, 'table' | 'column' | 'refusesNull'> {
  /** As SQL. */
  readonly domain: string | null;
}

/** Reads them once the renames are carried out. */
export async function readBridgeFacts(
  dataSource: DataSource,
  renames: readonly Rename[],
  defaultSchema: string,
): Promise<readonly BridgeFacts[]> {
  const names = new PostgresNames(defaultSchema);
  const found: BridgeFacts[] = [];
  for (const rename of renames) {
    if (rename.kind !== 'column') continue;
    const path = names.fullPath(rename.table, defaultSchema);
    const [row] = await dataSource.query<readonly Row[]>(QUERY, [path, rename.to]);
    const refusesNull = row !== undefined && (await isRefused(dataSource, row.domain));
    if (row) found.push({ ...row, refusesNull, table: rename.table, column: rename.to });
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
