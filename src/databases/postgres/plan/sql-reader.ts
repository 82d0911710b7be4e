import { loadParser } from '../parse/parser.js';
import { postgresReader, type PostgresReader } from '../parse/sql-reader.js';

let reader: PostgresReader | undefined;

/** Loads PostgreSQL's parser for the plan; the functions below need it. */
export async function loadSqlReader(): Promise<PostgresReader> {
  reader ??= postgresReader(await loadParser());
  return reader;
}

/** Reads SQL for the plan. @throws Error before `loadSqlReader` has ended */
export function sqlReader(): PostgresReader {
  if (!reader) throw new Error('The parser of PostgreSQL is not loaded: await loadSqlReader() first.');
  return reader;
}

/** Whether an expression may read a column. What the parser cannot read may read every column. */
export function mentions(sql: string, column: string): boolean {
  return sqlReader().expression(sql)?.reads(column) ?? true;
}

/** Whether an element of an index or of an exclusion constraint may name a type. */
export function elementNamesType(sql: string, type: string): boolean {
  return sqlReader().names(`CREATE INDEX ON t (${sql}\n)`, type.slice(type.indexOf('.') + 1)) !== false;
}

/** Whether an expression may name a type. */
export function namesType(sql: string, type: string): boolean {
  return sqlReader().names(`SELECT (${sql}\n)`, type.slice(type.indexOf('.') + 1)) !== false;
}

/** The same for an element of an index or of an exclusion constraint. */
export function elementMentions(sql: string, column: string): boolean {
  return sqlReader().element(sql)?.reads(column) ?? true;
}
