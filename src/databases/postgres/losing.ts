import { EQ, NE } from '../../sql/postgres-operators.js';
import { foundBehind } from './relations-behind.js';
import type { TableName } from '../records/tables.js';

/** Every role may read this catalog. https://www.postgresql.org/docs/current/catalog-pg-subscription-rel.html */
const SUBSCRIBED = `EXISTS (SELECT FROM pg_catalog.pg_subscription_rel s WHERE s.srrelid ${EQ} c.oid)`;

/**
 * SQL: the tables with rows of the records that a crash of the server or the end of the session empties, or that
 * receive rows from a publisher, as columns `persistence` (`s` for the latter), `schema` and `name`. A partitioned table
 * has no rows of its own, and the server leaves out the temporary tables of other sessions.
 */
export function losingSql(tables: readonly TableName[]): string {
  return `WITH RECURSIVE ${foundBehind(tables)}
    SELECT CASE WHEN ${SUBSCRIBED} THEN 's' ELSE c.relpersistence END AS persistence, pg_catalog.quote_ident(n.nspname) AS schema, pg_catalog.quote_ident(c.relname) AS name
      FROM found JOIN pg_catalog.pg_class c ON c.oid ${EQ} found.oid JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
     WHERE (c.relpersistence ${EQ} 't' OR c.relpersistence ${EQ} 'u' AND c.relkind ${NE} 'p' OR ${SUBSCRIBED})
       AND NOT pg_catalog.pg_is_other_temp_schema(n.oid) ORDER BY c.oid`;
}
