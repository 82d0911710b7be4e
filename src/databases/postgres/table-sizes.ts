import { EQ, GE, JOINED, NE, UNLIKE } from '../../sql/postgres-operators.js';
import type { Row } from '../row.js';
import type { DatabaseSizes, ReadSizes, TableSize } from '../table-sizes.js';
import { readRows } from './read-rows.js';

/** Of a table and of the partitions below it; a table without partitions has no tree. */
function ofTree(column: string, alone: string): string {
  return `coalesce((SELECT pg_catalog.sum(${column}) FROM pg_catalog.pg_partition_tree(c.oid) t
    JOIN pg_catalog.pg_class p ON p.oid ${EQ} t.relid WHERE t.isleaf), ${alone})::double precision`;
}

/** A table that was never analysed has -1 rows: then the number of all is unknown. */
const SIZES = `SELECT CASE WHEN n.nspname ${EQ} pg_catalog.current_schema() THEN c.relname::pg_catalog.text
    ELSE n.nspname::pg_catalog.text ${JOINED} '.' ${JOINED} c.relname::pg_catalog.text END AS "table",
  ${ofTree(`CASE WHEN p.reltuples ${GE} 0 THEN p.reltuples END`, `CASE WHEN c.relkind ${NE} 'p' AND c.reltuples ${GE} 0 THEN c.reltuples END`)} AS "rows",
  ${ofTree('pg_catalog.pg_total_relation_size(p.oid)', 'pg_catalog.pg_total_relation_size(c.oid)')} AS "bytes",
  pg_catalog.pg_database_size(pg_catalog.current_database())::double precision AS "all"
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
WHERE c.relkind ${EQ} ANY (ARRAY['r', 'p', 'm']::pg_catalog."char"[]) AND NOT c.relispartition
  AND n.nspname ${NE} 'information_schema' AND n.nspname ${UNLIKE} 'pg\\_%'
ORDER BY 3 DESC, 1`;

/** See `Database.tableSizes`. */
export const readSizes: ReadSizes = async (session): Promise<DatabaseSizes> => {
  const rows = await readRows(session, SIZES);
  return { bytes: Number(rows[0]?.['all'] ?? 0), tables: rows.map(sizeOf), estimated: true };
};

function sizeOf({ table, rows, bytes }: Row): TableSize {
  return { table: String(table), rows: rows === null ? null : Number(rows), bytes: Number(bytes) };
}
