import { restatedTexts } from '../../metadata-rows.js';
import type { Restated, RestatedObject } from '../../restated.js';
import type { Session } from '../../session.js';
import { creatingRecords, recording } from '../plan/view-records.js';
import { PostgresNames } from '../plan/sql.js';
import { readRecorded } from '../views/recorded.js';
import { VIEW_NAMES } from '../views/queries.js';

/** What TypeORM has recorded of the views that are there; its own tools report a view without it as missing. */
export async function recordedTexts(
  session: Session,
  { viewTexts, defaultSchema }: Restated,
): Promise<readonly RestatedObject[]> {
  const recorded = (await readRecorded(session, { table: viewTexts, defaultSchema }))?.views;
  if (!recorded) return [];
  const views = (await session.query(VIEW_NAMES, [defaultSchema])) as unknown as readonly {
    readonly name: string;
    readonly materialized: boolean;
  }[];
  const texts = views.flatMap((view) => {
    const text = recorded.get(view.name);
    return text === undefined ? [] : [{ ...view, text }];
  });
  if (texts.length === 0) return [];
  const table = new PostgresNames(defaultSchema).path(viewTexts);
  const rows = texts.flatMap((view) => recording(table, view, defaultSchema));
  const gone = texts.flatMap((view) => recording(table, { ...view, text: null }, defaultSchema));
  return [
    {
      what: 'texts of views for TypeORM',
      up: restatedTexts(creatingRecords(table), rows),
      down: gone.map(({ sql }) => sql),
    },
  ];
}
