import type { Session } from '../../session.js';
import { EQ, JOINED, NE } from '../../../sql/postgres-operators.js';
import { readRows } from '../read-rows.js';
import { ruleReferences } from '../relations-behind.js';
import { SESSION_PATH } from '../search-path.js';
import { sessionPathOf } from '../../session-path.js';
import { placedTables, placeSql, schemaOf } from '../record-place.js';
import { RECORD_TABLES, type RecordTables } from '../../records/tables.js';
import { valueLiteral } from '../../../sql/quote.js';

/** SQL: the tables that the table `k` is a partition of or inherits from, and those that are so to it. */
const KIN = `SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid ${EQ} k.oid
    UNION ALL SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent ${EQ} k.oid`;

/**
 * An SQL expression for what the lock is named after: the list of revisions that is meant, as the server resolves its
 * name. So `schema: 'app'` and `search_path=app` come to one lock, also before the table exists, and so does a view of
 * it. Tables that show rows of each other have one lock, named after the oldest of those that inherit from none.
 */
export function lockNameSql(tables: RecordTables): string {
  const { migrations } = tables;
  const named = `pg_catalog.to_regclass(${valueLiteral(migrations.sql)})::pg_catalog.oid`;
  const table = `WITH RECURSIVE meant(oid) AS (SELECT ${named} UNION SELECT read.refobjid FROM meant m CROSS JOIN LATERAL (${ruleReferences('m.oid')}) AS read),
    list AS (SELECT c.oid FROM meant JOIN pg_catalog.pg_class c ON c.oid ${EQ} meant.oid
     WHERE (c.relkind ${EQ} 'r' OR c.relkind ${EQ} 'p') ORDER BY c.oid ${NE} ${named}, c.oid LIMIT 1),
    kin(oid) AS (SELECT list.oid FROM list UNION SELECT near.oid FROM kin k CROSS JOIN LATERAL (${KIN}) AS near(oid))
    SELECT n.nspname::pg_catalog.text ${JOINED} '.' ${JOINED} c.relname::pg_catalog.text FROM kin JOIN pg_catalog.pg_class c ON c.oid ${EQ} kin.oid
      JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid ${EQ} c.oid) ORDER BY c.oid LIMIT 1`;
  const intended = `coalesce(${placeSql(tables)}, 'public')`;
  return `coalesce((${table}), ${intended}::pg_catalog.text ${JOINED} ${valueLiteral(`.${migrations.name}`)})`;
}

/**
 * The tables as the session that is going to execute means them: what the lock is named after, and names that have
 * their schema in them. Always from the names in the DataSource, so that a second answer shows whether the first one
 * still holds.
 *
 * @param tables as the DataSource names them
 */
export async function resolveLock(session: Session, tables: RecordTables): Promise<RecordTables> {
  const places = RECORD_TABLES.filter((table) => table !== 'migrations').map(
    (table) => `${schemaOf(tables[table])} AS "${table}"`,
  );
  const [row] = await readRows(
    session,
    `SELECT ${lockNameSql(tables)} AS "lock", ${placeSql(tables)} AS "migrations", ${places.join(', ')}, ${SESSION_PATH}`,
  );
  const placed = placedTables(tables, row as unknown as Parameters<typeof placedTables>[1]);
  return tables.schema === undefined ? { ...placed, path: sessionPathOf(row ?? {}) } : placed;
}
