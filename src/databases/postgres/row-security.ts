import type { Session } from '../session.js';
import { readAll } from './connection.js';
import { driverField } from '../driver-error.js';
import { databaseWords } from '../../errors/base.js';
import { RowSecurityError } from '../../errors/server.js';
import { EQ, NE } from '../../sql/postgres-operators.js';
import type { TableName } from '../records/tables.js';
import { valueLiteral } from '../../sql/quote.js';
import { assertNoCodeInViews, assertShowsEveryRow } from './complete-view.js';

/** SQL: whether rows of the relation `c` may be hidden: policies hide them, or it is no table and may read such a one. */
const HIDES = `(c.relkind ${NE} ALL ('{r,p}') OR pg_catalog.row_security_active(c.oid))`;

/**
 * 1 where rows of one of these tables may be hidden from the role, else 0: its policies hide them, or it is a view,
 * which may read such a table.
 */
export function mayHideSql(tables: readonly TableName[]): string {
  const isOne = tables
    .map(({ sql }) => `c.oid ${EQ} pg_catalog.to_regclass(${valueLiteral(sql)})`)
    .join(' OR ');
  return `coalesce((SELECT pg_catalog.max(${HIDES}::pg_catalog.int4)
    FROM pg_catalog.pg_class c WHERE ${isOne}), 0)`;
}

/** SQL: in words, which of these tables may hide rows from the role and why. */
export function hidingSql(tables: readonly TableName[]): string {
  const named = tables
    .map(({ sql }) => `(${valueLiteral(sql)}, pg_catalog.to_regclass(${valueLiteral(sql)})::pg_catalog.oid)`)
    .join(', ');
  return `SELECT pg_catalog.concat(w.name, CASE WHEN c.relkind ${EQ} ANY ('{r,p}')
      THEN pg_catalog.concat(' has row-level security, which the role ', pg_catalog.quote_ident(current_user), ' does not bypass') ELSE ' is not a table' END)
    FROM (VALUES ${named}) AS w(name, oid) JOIN pg_catalog.pg_class c ON c.oid ${EQ} w.oid
   WHERE ${HIDES}`;
}

/**
 * Makes sure that the role sees all rows of these tables, which have to be readable: with this setting the server
 * refuses a statement from whose answer it would leave rows out.
 * https://www.postgresql.org/docs/current/ddl-rowsecurity.html
 *
 * @throws RowSecurityError
 * @throws RecordsHiddenError for what is no table and does not show every row of one
 */
export async function assertAllRowsVisible(session: Session, tables: readonly TableName[]): Promise<void> {
  await assertNoCodeInViews(session, tables);
  const read = readAll(session);
  for (const { sql } of tables)
    try {
      await read(['SET LOCAL row_security = off', `SELECT 1 FROM ${sql} LIMIT 0`]);
    } catch (error) {
      if (driverField(error, 'routine') !== 'check_enable_rls') throw error;
      throw new RowSecurityError(sql, await roleOf(session), databaseWords(error));
    }
  for (const table of tables) await assertShowsEveryRow(session, table);
}

async function roleOf(session: Session): Promise<string> {
  const [row] = (await session.query('SELECT pg_catalog.quote_ident(current_user) AS role')) as readonly {
    readonly role: string;
  }[];
  return row?.role ?? '';
}
