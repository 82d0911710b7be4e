import { EQ, NE } from '../../sql/postgres-operators.js';
import { foundBehind } from './relations-behind.js';
import type { TableName } from '../records/tables.js';

/**
 * SQL: the tables with rows of the records that a crash of the server or the end of the session empties, as columns
 * `persistence`, `schema` and `name`. A partitioned table has no rows of its own, and the server leaves out the
 * temporary tables of other sessions.
 */
export function losingSql(tables: readonly TableName[]): string {
  return `WITH RECURSIVE ${foundBehind(tables)}
    SELECT c.relpersistence AS persistence, pg_catalog.quote_ident(n.nspname) AS schema, pg_catalog.quote_ident(c.relname) AS name
      FROM found JOIN pg_catalog.pg_class c ON c.oid ${EQ} found.oid JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
     WHERE (c.relpersistence ${EQ} 't' OR c.relpersistence ${EQ} 'u' AND c.relkind ${NE} 'p')
       AND NOT pg_catalog.pg_is_other_temp_schema(n.oid) ORDER BY c.oid`;
}
