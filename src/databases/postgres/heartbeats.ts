import { postgresLiteral } from '../../sql/quote.js';
import type { RecordTables, TableName } from '../records/tables.js';
import { IN_RECOVERY } from './lock/primary.js';
import { mayHideSql } from './row-security.js';

/** What a process does with its row; the contract revision reads all of them. */
const NEEDED = '{SELECT,INSERT,UPDATE,DELETE}';

/** See MigrationDialect: the rights are asked for, since what the server refuses it also notes in its log. */
export function heartbeatsSql({ heartbeats, phases }: RecordTables): string {
  const found = ({ sql }: TableName) => `pg_catalog.to_regclass(${postgresLiteral(sql)})`;
  const readable = (table: TableName) =>
    `coalesce(pg_catalog.has_table_privilege(${found(table)}, 'SELECT'), false)::integer`;
  const missing = `SELECT pg_catalog.string_agg(w.privilege, ', ') FROM pg_catalog.unnest('${NEEDED}'::pg_catalog.text[]) AS w(privilege)
      WHERE NOT pg_catalog.has_table_privilege(${found(heartbeats)}, w.privilege)`;
  return `SELECT (${found(heartbeats)} IS NOT NULL)::integer AS "present", ${readable(heartbeats)} AS "readable", ${mayHideSql([heartbeats])} AS "hides", ${IN_RECOVERY}::integer AS "standby", ${readable(phases)} AS "phases", (${missing}) AS "missing", pg_catalog.quote_ident(current_user) AS "role"`;
}
