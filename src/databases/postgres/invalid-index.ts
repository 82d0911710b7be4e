import type { Session } from '../session.js';
import { EQ, withPlainBackslashes } from '../../sql/postgres-operators.js';
import { withoutComments } from '../../sql/text.js';
import { postgresLiteral } from '../../sql/quote.js';

const NAME = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)`;
const CREATE = new RegExp(
  String.raw`^\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?(${NAME})\s+ON\s+(?:ONLY\s+)?(${NAME}(?:\.${NAME})?)`,
  'i',
);

/** The index that a statement builds without blocking writers, and its table; names as SQL writes them. */
export function concurrentIndex(
  statement: string,
): { readonly index: string; readonly table: string } | undefined {
  const [, index, table] = CREATE.exec(withoutComments(statement, 'postgres')) ?? [];
  return index !== undefined && table !== undefined ? { index, table } : undefined;
}

/** An index was to be built, and what is there is not valid: a statement of a killed process was in the way. */
export class IndexInvalid extends Error {
  constructor(readonly index: string) {
    super(`the index ${index} is not valid: an earlier attempt to build it ended while this one waited`);
  }
}

/**
 * Drops the invalid index that a CREATE INDEX CONCURRENTLY has left when it failed, so that the statement can be run
 * again; IF NOT EXISTS alone would take the invalid one for done. An attempt that is still under way is waited for.
 * https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
 */
export async function clearInvalidIndex(session: Session, statement: string): Promise<void> {
  for (const path of await invalidIndexes(session, statement))
    await session.send([`DROP INDEX CONCURRENTLY IF EXISTS ${path}`]);
}

/** @throws IndexInvalid when what the statement was to build is there and not valid */
export async function assertValidIndex(session: Session, statement: string): Promise<void> {
  const [path] = await invalidIndexes(session, statement);
  if (path !== undefined) throw new IndexInvalid(path);
}

async function invalidIndexes(session: Session, statement: string): Promise<readonly string[]> {
  const made = concurrentIndex(statement);
  if (!made) return [];
  // In no transaction of its own: its end would end one that the body of a class has begun.
  const sql = `SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS path ${invalidIndex(made)}`;
  const [rows = []] = await session.send([withPlainBackslashes(sql)]);
  return rows.map(({ path }) => String(path));
}

/**
 * From where, and under which condition, an index of that name comes that is not valid: `n` is its schema, `c` itself.
 */
export function invalidIndex({ index, table }: { readonly index: string; readonly table: string }): string {
  return (
    `FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid ${EQ} i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace ` +
    `WHERE NOT i.indisvalid AND i.indrelid ${EQ} pg_catalog.to_regclass(${postgresLiteral(table)}) AND c.relname ${EQ} CAST((pg_catalog.parse_ident(${postgresLiteral(index)}))[1] AS pg_catalog.name)`
  );
}
