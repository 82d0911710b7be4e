/** Materialized views whose rows a plan changes after it has filled them. */

import { statement } from '../../../sql/statement.js';
import type { PlannedPart } from '../../planning.js';
import type { PlannedView } from './view-states.js';

/**
 * One part for each materialized view that reads a column which the plan fills in existing rows: it is refreshed at the
 * end, while others read it where it has a unique index. On `down` nothing is due, since the rows of the table stay.
 */
export function refreshParts(
  parts: readonly PlannedPart[],
  views: ReadonlyMap<string, PlannedView>,
): readonly PlannedPart[] {
  const filled = parts.filter(({ phase }) => phase === 'backfill').flatMap(({ changes }) => changes);
  const isFilled = (table: string, columns: readonly string[]) =>
    filled.some((change) => change.table === table && columns.includes(change.object));
  return [...views.values()]
    .filter(({ materialized }) => materialized)
    .filter((view) => usesOf(view, views).some(({ table, columns }) => isFilled(table, columns)))
    .map(refreshOf);
}

/** Also through the views that it reads. */
function usesOf(view: PlannedView, views: ReadonlyMap<string, PlannedView>): PlannedView['uses'] {
  return [...view.uses, ...view.views.flatMap((name) => views.get(name)?.uses ?? [])];
}

function refreshOf({ name, path, indexes }: PlannedView): PlannedPart {
  const isUnique = indexes.some(({ sql }) => /^CREATE UNIQUE INDEX /.test(sql) && !sql.includes(' WHERE '));
  const how = isUnique ? 'CONCURRENTLY ' : '';
  const statements = [statement(`REFRESH MATERIALIZED VIEW ${how}${path}`)];
  return {
    ...{ phase: 'refresh', transaction: !isUnique, subject: name },
    up: [{ reason: `${name}: filled again, since rows of its tables have changed`, statements }],
    down: [],
    changes: [],
  };
}
