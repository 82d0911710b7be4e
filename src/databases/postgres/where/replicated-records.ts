import { EQ, JOINED } from '../../../sql/postgres-operators.js';
import type { ReplicatedRecords } from '../../../errors/records.js';
import type { RecordTables } from '../../records/tables.js';
import type { Session } from '../../session.js';
import { readRows } from '../read-rows.js';
import { foundBehind } from '../relations-behind.js';

/** The subscriptions that copy rows into these tables or into what is behind them, and the tables. */
export async function replicatedRecords(
  session: Session,
  { migrations, runs, attempts }: RecordTables,
): Promise<ReplicatedRecords> {
  const rows = await readRows(
    session,
    `WITH RECURSIVE ${foundBehind([migrations, runs, attempts])}
      SELECT pg_catalog.quote_ident(s.subname) AS "subscription", pg_catalog.quote_ident(n.nspname) ${JOINED} '.' ${JOINED} pg_catalog.quote_ident(c.relname) AS "table"
        FROM found JOIN pg_catalog.pg_subscription_rel r ON r.srrelid ${EQ} found.oid JOIN pg_catalog.pg_subscription s ON s.oid ${EQ} r.srsubid
        JOIN pg_catalog.pg_class c ON c.oid ${EQ} found.oid JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace ORDER BY c.oid, 1`,
  );
  const all = (name: string) => [...new Set(rows.map((row) => String(row[name])))];
  return { subscriptions: all('subscription'), tables: all('table') };
}
