/** Parts of the queries for what depends on tables, columns and types. `$1` is the schema of names without one. */

const OURS = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** A relation as the model calls it. */
export const named = (relation: string, schema: string): string =>
  `CASE WHEN ${schema}.nspname = $1 THEN ${relation}.relname::text ELSE ${schema}.nspname || '.' || ${relation}.relname END`;

/** Statements, without those that are NULL. */
export const list = (...statements: readonly string[]): string =>
  `array_remove(ARRAY[${statements.join(', ')}]::text[], NULL)`;

/** Tables as `c`, in their schemas as `n`. */
export const TABLES = `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND ${OURS} AND c.relkind IN ('r', 'p', 'f')`;

/** The table in a statement. */
export const PATH = `c.oid::regclass::text`;
