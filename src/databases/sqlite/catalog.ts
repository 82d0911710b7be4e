import { sqliteColumns } from './column-rules.js';
import { canonicalSqlite } from './expression.js';
import { canonicalizeExpressions } from '../../schema/expressions-of.js';
import { introspectSqlite } from './introspect/introspect.js';
import type { SchemaModel, TableModel } from '../../schema/model.js';
import { definedSqliteViews } from './views/live-definitions.js';
import type { Catalog } from '../catalog.js';

export const sqliteCatalog: Catalog = {
  columns: sqliteColumns,
  introspect: (readAll) => introspectSqlite(readAll),
  views: definedSqliteViews,
  canonicalize: ({ live, desired }) =>
    Promise.resolve({ live: canonicalizeSqlite(live), desired: canonicalizeSqlite(desired) }),
};

/** SQLite keeps expressions as they were written, so their one spelling is found without asking it. */
export function canonicalizeSqlite(schema: SchemaModel): SchemaModel {
  const defaults = new Map<string, string>();
  return canonicalizeExpressions(schema, (expression, { table, use }) => {
    const { sql } = expression;
    const canonical = use === 'default' ? defaultOf(sql, defaults) : canonicalSqlite(sql, namesOf(table));
    return canonical === expression.canonical ? expression : { sql, canonical };
  });
}

/** A default means the same in every table, and most occur many times. */
function defaultOf(sql: string, known: Map<string, string>): string {
  const canonical = known.get(sql) ?? canonicalSqlite(sql, null);
  known.set(sql, canonical);
  return canonical;
}

function namesOf({ columns }: TableModel): readonly string[] {
  return columns.map(({ name }) => name);
}
