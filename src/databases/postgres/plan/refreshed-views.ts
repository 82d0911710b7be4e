/** Materialized views whose rows a plan changes after it has filled them. */

import { allowing, statement } from '../../../sql/statement.js';
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
  const stale = [...views.values()]
    .filter(({ materialized }) => materialized)
    .filter((view) => usesOf(view, views).some(({ table, columns }) => isFilled(table, columns)));
  // The views of the last transaction have been filled with the new values, unless they read one that has not.
  const last = parts.filter(({ phase }) => phase === 'views');
  const isLeft = (view: PlannedView) => stale.includes(view) && !isMadeIn(last, view);
  const due = stale
    .filter((view) => isLeft(view) || behindOf(view, views).some(isLeft))
    .map((view) => ({ view, behind: behindOf(view, views).length }));
  // One that reads another one is refreshed after it, since it has more behind it.
  return due
    .sort((one, other) => one.behind - other.behind)
    .map(({ view }) => refreshOf(view, isMadeIn(parts, view)));
}

/** Also through the views that it reads. */
function usesOf(view: PlannedView, views: ReadonlyMap<string, PlannedView>): PlannedView['uses'] {
  return [view, ...behindOf(view, views)].flatMap(({ uses }) => uses);
}

/** Every view that it reads, whatever is between them. */
function behindOf(view: PlannedView, views: ReadonlyMap<string, PlannedView>): readonly PlannedView[] {
  const found = new Set<PlannedView>();
  const add = (one: PlannedView) => {
    for (const name of one.views) {
      const next = views.get(name);
      if (!next || found.has(next)) continue;
      found.add(next);
      add(next);
    }
  };
  add(view);
  return [...found];
}

/** Lint reports no lock of a view that the same revisions create. */
function isMadeIn(parts: readonly PlannedPart[], { create }: PlannedView): boolean {
  return parts.some(({ up }) => up.some(({ statements }) => statements.some(({ sql }) => sql === create)));
}

const NO_KEY = 'CONCURRENTLY requires a unique index, and the view has none';

function refreshOf({ name, path, indexes }: PlannedView, isMade: boolean): PlannedPart {
  const isUnique = indexes.some(({ sql }) => /^CREATE UNIQUE INDEX /.test(sql) && !sql.includes(' WHERE '));
  const plain = statement(`REFRESH MATERIALIZED VIEW ${isUnique ? 'CONCURRENTLY ' : ''}${path}`);
  const refresh = isUnique || isMade ? plain : allowing('rewrite-table', NO_KEY, plain);
  return {
    ...{ phase: 'refresh', transaction: !isUnique, subject: name },
    up: [{ reason: `${name}: filled again, since rows of its tables have changed`, statements: [refresh] }],
    down: [],
    changes: [],
  };
}
