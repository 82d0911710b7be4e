import type { TestDatabase } from './databases.js';
import { rowsOf } from './cli-database.js';

/**
 * How the version before expand and contract reads the format of the log and decides. It is a copy, which does not
 * follow the code: replicas with that version stay as they are.
 */
const QUERIES: Readonly<Record<TestDatabase['dialect'], string>> = {
  postgres: `SELECT (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d
      JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
     WHERE d.adrelid = pg_catalog.to_regclass('"migrations_run"') AND a.attname = 'format') AS "format"`,
  sqlite: `SELECT (SELECT dflt_value FROM pragma_table_info('migrations_run', 'main') WHERE name = 'format') AS "format"`,
};
const KNOWN = 1;

/** Whether that version refuses the database, whatever is asked of it. */
export async function formerVersionRefuses(database: TestDatabase): Promise<boolean> {
  const [row] = await rowsOf(database, QUERIES[database.dialect]);
  return Number(row?.['format'] ?? KNOWN) > KNOWN;
}
