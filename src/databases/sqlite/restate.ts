import type { Restated, Restatement } from '../restated.js';
import type { Session } from '../session.js';
import { quoteIdentifier } from '../../sql/quote.js';

/** SQLite keeps the statement of each object. What it made itself for a table has none, or comes with a virtual table. */
const OBJECTS = `SELECT type, name, tbl_name AS owner, sql FROM main.sqlite_schema
  WHERE sql IS NOT NULL AND tbl_name NOT IN (SELECT l.name FROM pragma_table_list l WHERE l.schema = 'main' AND l.type = 'shadow') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type = 'trigger', type = 'view', type = 'index', rowid`;

/** Restates a live SQLite database: the statements that it keeps. Tables of another one (`ATTACH`) are not in it. */
export async function restateSqlite(session: Session, { without }: Restated): Promise<Restatement> {
  const rows = (await session.query(OBJECTS)) as unknown as readonly Record<
    'type' | 'name' | 'owner' | 'sql',
    string
  >[];
  const objects = rows
    .filter(({ owner }) => !without.includes(owner))
    .map(({ type, name, sql }) => ({
      what: `${type} ${name}`,
      up: [sql],
      down: [`DROP ${type.toUpperCase()} ${quoteIdentifier(name)}`],
    }));
  return { settings: [], objects, unknown: [] };
}
