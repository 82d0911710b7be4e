import type { Restated, RestatedObject, Restatement } from '../restated.js';
import type { Session } from '../session.js';
import { quoteIdentifier } from '../../sql/quote.js';
import { restatedTexts } from '../metadata-rows.js';
import { creatingRecords, recording } from './plan/views.js';
import { readRecorded } from './views/recorded.js';

/** SQLite keeps the statement of each object. What it made itself for a table has none, or comes with a virtual table. */
const OBJECTS = `SELECT type, name, tbl_name AS owner, sql FROM main.sqlite_schema
  WHERE sql IS NOT NULL AND tbl_name NOT IN (SELECT l.name FROM pragma_table_list l WHERE l.schema = 'main' AND l.type = 'shadow') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type = 'trigger', type = 'view', type = 'index', rowid`;

/** Restates a live SQLite database: the statements that it keeps. Tables of another one (`ATTACH`) are not in it. */
export async function restateSqlite(
  session: Session,
  { without, viewTexts }: Restated,
): Promise<Restatement> {
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
  const views = rows.filter(({ type }) => type === 'view').map(({ name }) => name);
  const texts = await recordedTexts(session, viewTexts, views);
  return { settings: [], objects: [...objects, ...texts], unknown: [] };
}

/** What TypeORM has recorded of the views that are there; its own tools report a view without it as missing. */
async function recordedTexts(
  session: Session,
  viewTexts: string,
  views: readonly string[],
): Promise<readonly RestatedObject[]> {
  const recorded = (await readRecorded(session, viewTexts))?.views;
  const own = views.filter((name) => recorded?.has(name));
  if (own.length === 0) return [];
  const table = quoteIdentifier(viewTexts);
  const statements = (textOf: (name: string) => string | null) =>
    own.flatMap((name) => recording(table, name, textOf(name)));
  return [
    {
      what: 'texts of views for TypeORM',
      up: restatedTexts(
        creatingRecords(table),
        statements((name) => recorded?.get(name) ?? null),
      ),
      down: statements(() => null).map(({ sql }) => sql),
    },
  ];
}
