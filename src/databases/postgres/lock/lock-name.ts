import type { Session } from '../../session.js';
import { EQ, JOINED, NE } from '../../../sql/postgres-own.js';
import { readRows } from '../read-rows.js';
import { placedTables, placeSql, schemaOf } from '../record-place.js';
import type { RecordTables } from '../../records/tables.js';
import { valueLiteral } from '../../../sql/quote.js';

/**
 * An SQL expression for what the lock is named after: the list of revisions that is meant, as the server resolves its name.
 * So `schema: 'app'` and `search_path=app` come to one lock, also before the table exists, and so does a view of it.
 */
export function lockNameSql(tables: RecordTables): string {
  const { migrations } = tables;
  const meant = `pg_catalog.to_regclass(${valueLiteral(migrations.sql)})`;
  const behindViews = `SELECT d.refobjid FROM meant m JOIN pg_catalog.pg_rewrite r ON r.ev_class ${EQ} m.oid
      JOIN pg_catalog.pg_depend d ON d.classid ${EQ} 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid ${EQ} r.oid
       AND d.refclassid ${EQ} 'pg_catalog.pg_class'::pg_catalog.regclass`;
  const table = `WITH RECURSIVE meant(oid) AS (SELECT ${meant}::pg_catalog.oid UNION ${behindViews})
    SELECT n.nspname::pg_catalog.text ${JOINED} '.' ${JOINED} c.relname::pg_catalog.text FROM meant JOIN pg_catalog.pg_class c ON c.oid ${EQ} meant.oid
      JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
     WHERE (c.relkind ${EQ} 'r' OR c.relkind ${EQ} 'p') ORDER BY c.oid ${NE} ${meant}::pg_catalog.oid, c.oid LIMIT 1`;
  const intended = `coalesce(${placeSql(tables)}, 'public')`;
  return `coalesce((${table}), ${intended}::pg_catalog.text ${JOINED} ${valueLiteral(`.${migrations.name}`)})`;
}

/**
 * The tables as the session that is going to execute means them: what the lock is named after, and names that have their
 * schema in them. Always from
 * what the DataSource says, so that a second answer shows whether the first one still holds.
 *
 * @param tables as the DataSource names them
 */
export async function resolveLock(session: Session, tables: RecordTables): Promise<RecordTables> {
  const { runs, attempts } = tables;
  const [row] = await readRows(
    session,
    `SELECT ${lockNameSql(tables)} AS "lock", ${placeSql(tables)} AS "migrations", ${schemaOf(runs)} AS "runs", ${schemaOf(attempts)} AS "attempts"`,
  );
  return placedTables(tables, row as unknown as Parameters<typeof placedTables>[1]);
}
