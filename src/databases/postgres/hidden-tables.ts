import { TableHiddenError } from '../../errors/server.js';
import { EQ, JOINED, NE } from '../../sql/postgres-operators.js';
import type { Row } from '../row.js';

/**
 * SQL: one row with a temporary relation of this session that has the name of another one in the search path, as
 * columns `temporary` and `hidden`, NULL where there is none; and whether the session has had temporary relations at
 * all, as `hides`. The server looks for a name among them first, and a pooler hands them on to its next client.
 */
export const HIDDEN_TABLES = `SELECT found."temporary", found."hidden", pg_catalog.pg_my_temp_schema() ${NE} 0::pg_catalog.oid AS "hides" FROM (SELECT 1) one LEFT JOIN LATERAL (
  SELECT 'pg_temp.' ${JOINED} pg_catalog.quote_ident(t.relname) AS "temporary", pg_catalog.quote_ident(n.nspname) ${JOINED} '.' ${JOINED} pg_catalog.quote_ident(c.relname) AS "hidden"
    FROM pg_catalog.pg_class t JOIN pg_catalog.pg_class c ON c.relname ${EQ} t.relname JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
   WHERE pg_catalog.pg_my_temp_schema() ${NE} 0::pg_catalog.oid AND t.relnamespace ${EQ} pg_catalog.pg_my_temp_schema() AND n.nspname ${EQ} ANY (pg_catalog.current_schemas(false))
   ORDER BY 2 LIMIT 1) found ON true`;

/** @throws TableHiddenError for the row of `HIDDEN_TABLES` */
export function assertNothingHidden({ temporary, hidden }: Row): void {
  if (typeof temporary === 'string') throw new TableHiddenError({ temporary, hidden: String(hidden) });
}
