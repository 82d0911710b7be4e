/** What else in the history meets the work of a group: triggers that a backfill fires, publications, names that are taken. */

import { EQ, FIELD, JOINED, NE } from '../../../../sql/postgres-operators.js';
import type { DataSource } from 'typeorm';
import type { TableFacts } from '../../../planning.js';
import { HELPER_PREFIX } from '../helper-check.js';

/** The bit 16 of `tgtype` is UPDATE. A publication that lists columns does not publish a new one. */
const QUERY = `SELECT CASE WHEN n.nspname ${EQ} $1 THEN c.relname::text ELSE n.nspname ${JOINED} '.' ${JOINED} c.relname END AS "table",
  ARRAY(SELECT t.tgname::text FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid ${EQ} c.oid AND NOT t.tgisinternal AND t.tgenabled ${NE} 'D'
      AND (t.tgtype OPERATOR(pg_catalog.&) 16::pg_catalog.int2) ${NE} 0 ORDER BY 1) AS triggers,
  ARRAY(SELECT DISTINCT p.pubname::text FROM pg_catalog.pg_publication_tables p
    WHERE p.schemaname ${EQ} n.nspname AND p.tablename ${EQ} c.relname AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_publication b JOIN pg_catalog.pg_publication_rel r ON r.prpubid ${EQ} b.oid
      WHERE b.pubname ${EQ} p.pubname AND r.prrelid ${EQ} c.oid AND (pg_catalog.to_jsonb(r) ${FIELD} 'prattrs') IS NOT NULL)
    ORDER BY 1) AS publications,
  ARRAY(WITH RECURSIVE tree(oid) AS (
      SELECT c.oid UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent ${EQ} tree.oid)
    SELECT DISTINCT k.conname::text FROM pg_catalog.pg_constraint k JOIN tree ON k.conrelid ${EQ} tree.oid
    WHERE pg_catalog.starts_with(k.conname::text, '${HELPER_PREFIX}') ORDER BY 1) AS checks
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
  WHERE c.relkind ${EQ} ANY ('{r,p}') AND n.nspname OPERATOR(pg_catalog.!~~) 'pg\\_%' AND n.nspname ${NE} 'information_schema'
  ORDER BY 1`;

/** The tables of a scratch database of which there is something to say. */
export async function readTableFacts(
  dataSource: DataSource,
  defaultSchema: string,
): Promise<readonly TableFacts[]> {
  const rows = await dataSource.query<readonly TableFacts[]>(QUERY, [defaultSchema]);
  return rows.filter(
    ({ triggers, publications, checks }) => triggers.length + publications.length + checks.length > 0,
  );
}
