import { withQuoted } from './text.js';

/**
 * Words for the statements that this package itself sends to PostgreSQL. Every function, operator, table and type in
 * them carries its schema: a function or an operator of another schema whose argument types match better would win
 * over the built-in one, and would run with the rights of the migrator.
 * https://www.postgresql.org/docs/current/typeconv-func.html
 */
export const EQ = 'OPERATOR(pg_catalog.=)';
export const NE = 'OPERATOR(pg_catalog.<>)';
export const LT = 'OPERATOR(pg_catalog.<)';
export const GT = 'OPERATOR(pg_catalog.>)';
export const GE = 'OPERATOR(pg_catalog.>=)';
export const LE = 'OPERATOR(pg_catalog.<=)';
export const OVERLAPS = 'OPERATOR(pg_catalog.&&)';
export const PLUS = 'OPERATOR(pg_catalog.+)';
export const MINUS = 'OPERATOR(pg_catalog.-)';
export const TIMES = 'OPERATOR(pg_catalog.*)';
export const JOINED = 'OPERATOR(pg_catalog.||)';
export const MATCHES = 'OPERATOR(pg_catalog.~)';
export const LIKE = 'OPERATOR(pg_catalog.~~)';
export const UNLIKE = 'OPERATOR(pg_catalog.!~~)';
export const FIELD = 'OPERATOR(pg_catalog.->>)';

/** SQL that was written with standard_conforming_strings on, so that it means the same with it off. */
export function withPlainBackslashes(sql: string): string {
  if (!sql.includes('\\')) return sql;
  return withQuoted(sql, 'postgres', (piece) =>
    piece.startsWith("'") && piece.includes('\\') ? ` E${piece.replaceAll('\\', '\\\\')}` : piece,
  );
}

/** How long a read waits for a table that another session has locked, where nothing else is set for the session. */
const READ_LOCK_SECONDS = 10;

/**
 * Statements that make what a session reads and shows independent of the settings of the database, the role and the
 * connection, until the end of the transaction; and that keep it from writing, and from waiting without limit. Sent in
 * one message with others, before them, they need no BEGIN: such a message is one transaction.
 */
export const READ_SETTINGS: readonly string[] = [
  // Serializable is refused on a standby, and one that is deferrable may have to wait.
  'SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY',
  `SELECT ${Object.entries({
    standard_conforming_strings: 'on',
    quote_all_identifiers: 'off',
    transform_null_equals: 'off',
    array_nulls: 'on',
    bytea_output: 'hex',
    datestyle: 'ISO, MDY',
    extra_float_digits: '1',
    intervalstyle: 'postgres',
    lc_monetary: 'C',
    // A parallel plan shows expressions of the node below it.
    max_parallel_workers_per_gather: '0',
    timezone: 'UTC',
    xmlbinary: 'base64',
    xmloption: 'content',
  })
    .map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`)
    .join(', ')}`,
  `SELECT pg_catalog.set_config('lock_timeout', CASE WHEN pg_catalog.current_setting('lock_timeout') ${EQ} '0' THEN '${READ_LOCK_SECONDS}s' ELSE pg_catalog.current_setting('lock_timeout') END, true)`,
];
