import { quoteLiteral } from '../../../sql/quote.js';
import type { LiveDefinitions } from '../../catalog.js';
import type { ReadAll } from '../../live-schema.js';
import { textOfView } from './view-text.js';

/** SQLite keeps the text of a view. */
export async function definedSqliteViews(
  readAll: ReadAll,
  names: readonly string[],
): Promise<LiveDefinitions> {
  const [rows = []] = (await readAll([
    `SELECT name, sql FROM sqlite_schema WHERE type = 'view' AND name IN (${names.map(quoteLiteral).join(', ')})`,
  ])) as unknown as readonly (readonly { readonly name: string; readonly sql: string }[])[];
  return {
    version: null,
    views: rows.map(({ name, sql }) => ({
      name,
      materialized: false,
      definition: textOfView(sql),
      outputs: [],
    })),
  };
}
