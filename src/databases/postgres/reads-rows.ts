import { loadParser, visitObjects, type Parser } from './parse/parser.js';

/** Tells a question about rows from one about the schema. Loads PostgreSQL's own parser. */
export async function rowReader(): Promise<(sql: string) => boolean> {
  const parser = await loadParser();
  return (sql) => readsRows(parser, sql);
}

type Tree = Readonly<Record<string, unknown>>;

function readsRows(parser: Parser, sql: string): boolean {
  const parsed = parser.parse(sql);
  if (parsed.kind === 'unparsable') return true;
  const named = new Set<unknown>();
  const filled = new Set<unknown>();
  const tables: Tree[] = [];
  visitObjects(parsed.nodes, (object) => {
    if ('ctename' in object) named.add(object['ctename']);
    // RETURNING answers with the rows that the statement itself has, except where it meets others.
    const insert = object['InsertStmt'] as Tree | undefined;
    if (insert && !('onConflictClause' in insert)) filled.add(insert['relation']);
    if (typeof object['relname'] === 'string') tables.push(object);
  });
  const isQuery = ({ schemaname, relname }: Tree) => schemaname === undefined && named.has(relname);
  return tables.some((table) => !filled.has(table) && !isQuery(table) && !isCatalog(table));
}

/** TypeORM keeps views and generated columns in a table of its own. */
function isCatalog({ schemaname, relname }: Tree): boolean {
  if (schemaname === 'information_schema' || relname === 'typeorm_metadata') return true;
  // Statistics count rows.
  return (schemaname ?? 'pg_catalog') === 'pg_catalog' && /^pg_(?!stat)/.test(String(relname));
}
