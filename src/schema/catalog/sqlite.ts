import { sqliteColumns } from '../describe/describe-column.js';
import { canonicalSqlite } from '../expression/sqlite-expression.js';
import { spellExpressions } from '../expressions-of.js';
import { introspectSqlite } from '../introspect/sqlite.js';
import type { SchemaModel } from '../model.js';
import type { Catalog } from './catalog.js';

export const sqliteCatalog: Catalog = {
  columns: sqliteColumns,
  introspect: (readAll) => introspectSqlite(readAll),
  spell: ({ live, desired }) => Promise.resolve({ live: spellSqlite(live), desired: spellSqlite(desired) }),
};

/** SQLite keeps expressions as they were written, so their one spelling is found without asking it. */
export function spellSqlite(schema: SchemaModel): SchemaModel {
  return spellExpressions(schema, ({ sql }) => ({ sql, canonical: canonicalSqlite(sql) }));
}
