import { EQ, MATCHES } from '../../sql/postgres-operators.js';
import { NAME_PATTERN } from '../../sql/identifiers.js';
import { withoutComments } from '../../sql/text.js';
import { postgresLiteral } from '../../sql/quote.js';

const CREATE = new RegExp(
  String.raw`^\s*CREATE\s+(UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(IF\s+NOT\s+EXISTS\s+)?(${NAME_PATTERN})\s+ON\s+(?:ONLY\s+)?(${NAME_PATTERN}(?:\.${NAME_PATTERN})?)`,
  'i',
);

/** An index that a statement builds without blocking writers; names as SQL writes them. */
export interface ConcurrentIndex {
  readonly index: string;
  readonly table: string;
  readonly unique: boolean;
  /** Whether PostgreSQL builds nothing where anything has the name. */
  readonly ifMissing: boolean;
  /** What stands behind the table: the keys and all else. */
  readonly definition: string;
}

/** The index that a statement builds without blocking writers. */
export function concurrentIndex(statement: string): ConcurrentIndex | undefined {
  const plain = withoutComments(statement, 'postgres');
  const [all = '', unique, ifMissing, index, table] = CREATE.exec(plain) ?? [];
  if (index === undefined || table === undefined) return undefined;
  const definition = plain.slice(all.length).replace(/;\s*$/, '');
  return { index, table, definition, unique: unique !== undefined, ifMissing: ifMissing !== undefined };
}

/**
 * From where, and under which condition, an index of that name comes that is not valid: `n` is its schema, `c` itself.
 */
export function invalidIndex(made: ConcurrentIndex): string {
  return `${indexOf(made)} AND NOT i.indisvalid`;
}

/** The same for an index that is valid, and unique where it is to be. */
export function builtIndex(made: ConcurrentIndex): string {
  return `${indexOf(made)} AND i.indisvalid AND ${made.unique ? '' : 'NOT '}i.indisunique`;
}

function indexOf({ index, table }: ConcurrentIndex): string {
  return (
    `FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid ${EQ} i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace ` +
    `WHERE i.indrelid ${EQ} pg_catalog.to_regclass(${postgresLiteral(table)}) AND c.relname ${EQ} CAST((pg_catalog.parse_ident(${postgresLiteral(index)}))[1] AS pg_catalog.name)`
  );
}

const CONCURRENT = /^\s*(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX\s+CONCURRENTLY\b/i;

/** Whether a statement builds or drops an index without blocking others: it may wait for old transactions. */
export function isConcurrent(statement: string): boolean {
  return CONCURRENT.test(statement);
}

/** The same as a condition of SQL. */
export function isConcurrentSql(statement: string): string {
  return `${statement} ${MATCHES} '^(CREATE (UNIQUE )?|DROP )INDEX CONCURRENTLY '`;
}
