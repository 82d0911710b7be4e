import { SearchPathError, type SearchPathFacts } from '../../errors/base.js';
import type { ReadAll } from '../live-schema.js';
import { postgresLiteral, quoteIdentifier } from '../../sql/quote.js';
import { readName } from '../../sql/identifiers.js';

const FACTS = `
  SELECT current_user AS "role", session_user AS "login", pg_catalog.current_database() AS "database", pg_catalog.current_setting('search_path') AS "path",
         (SELECT pg_catalog.json_agg(nspname) FROM pg_catalog.pg_namespace) AS "schemas"`;

/** SQL: where the session looks names up, as JSON in the column `path`; see `SessionPath`. */
export const SESSION_PATH = `pg_catalog.json_build_object('setting', pg_catalog.current_setting('search_path'), 'role', current_user, 'schemas', pg_catalog.current_schemas(false))::pg_catalog.text AS "path"`;

/** Reads what is known about the search path of a session. */
export async function searchPathFacts(readAll: ReadAll): Promise<SearchPathFacts> {
  const [[row = {}] = []] = (await readAll([FACTS])) as readonly (readonly Readonly<
    Record<string, unknown>
  >[])[];
  const role = String(row['role']);
  const path = String(row['path']);
  const schemas = (row['schemas'] ?? []) as readonly string[];
  const existing = namesIn(path, role).filter((name) => schemas.includes(name) && !name.startsWith('pg_'));
  return { role, login: String(row['login']), database: String(row['database']), path, existing };
}

/** @throws SearchPathError always: the session has no schema for tables without one in their name */
export async function failForSearchPath(readAll: ReadAll): Promise<never> {
  throw new SearchPathError(await searchPathFacts(readAll));
}

/** The names in a list like `"$user", public`. */
export function namesIn(path: string, role: string): readonly string[] {
  const parts = path.match(/"(?:[^"]|"")*"|[^\s,"]+/g) ?? [];
  return parts.map(readName).map((name) => (name === '$user' ? role : name));
}

/** SQL: 1 where the database has no schema of that name, else 0. */
export function isAbsent(schema: string): string {
  const name = postgresLiteral(quoteIdentifier(schema));
  return `(pg_catalog.to_regnamespace(${name}) IS NULL)::pg_catalog.int4`;
}
