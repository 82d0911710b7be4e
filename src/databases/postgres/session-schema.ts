import { SchemaMissingError } from '../../errors/server.js';
import { EQ } from '../../sql/postgres-operators.js';
import type { ReadAll } from '../live-schema.js';
import { isAbsent } from './search-path.js';

/** The schema in which a session creates what has none in its name; empty where it has none. */
export async function sessionSchema(readAll: ReadAll): Promise<string> {
  const [[row] = []] = await readAll(['SELECT pg_catalog.current_schema() AS "schema"']);
  const { schema } = (row ?? {}) as { readonly schema?: string | null };
  return schema ?? '';
}

/** @throws SchemaMissingError, with the database as it is shown */
export async function assertSchemaExists(schema: string, shown: string, readAll: ReadAll): Promise<void> {
  const [rows = []] = await readAll([`SELECT 1 WHERE ${isAbsent(schema)} ${EQ} 1`]);
  if (rows.length > 0) throw new SchemaMissingError(schema, shown);
}
