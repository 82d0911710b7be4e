import type { StoredRelation } from '../../databases/fixture-syntax.js';

/**
 * The former tables and their indexes that were rewritten, in words. The indexes of a rewritten table are not listed.
 *
 * @param planned names of indexes that are built on purpose
 */
export function rewrittenTables(
  before: readonly StoredRelation[],
  after: readonly StoredRelation[],
  planned: ReadonlySet<string>,
): readonly string[] {
  const files = new Set(before.map(({ file }) => file));
  const tables = new Set(before.map(({ table }) => table));
  const fresh = after.filter(({ file, table }) => tables.has(table) && !files.has(file));
  const rewritten = new Set(fresh.filter(({ isIndex }) => !isIndex).map(({ table }) => table));
  return fresh
    .filter(({ table, isIndex, name }) => !isIndex || !(rewritten.has(table) || planned.has(name)))
    .map(({ name, tableName, isIndex }) =>
      isIndex ? `the index ${name} of ${tableName} is rebuilt` : `the table ${name} is rewritten`,
    );
}
