/** Materialized views that a change makes again, and fills, while its transaction has the table locked. */

import { isViewChange, type Change } from '../../../schema/change.js';
import type { PlanReading } from '../../planning.js';
import type { LiveView } from '../../view-facts.js';
import { altersGenerated } from './generated-column.js';
import { isRetyped } from './type-dependents.js';

/**
 * Those that read a column which gets another type, is computed again or is dropped, also through other views; and those
 * that the same revision creates or changes.
 */
export function refilledViews(change: Change, { changes, facts, to }: PlanReading): readonly string[] {
  if (!(isRetyped(change) || altersGenerated(change) || change.kind === 'drop-column')) return [];
  const { live } = facts.views;
  const gone = changes.filter(({ kind }) => kind === 'drop-view').map(({ object }) => object);
  const around = readersOf(change, live)
    .filter(({ materialized, name }) => materialized && !gone.includes(name))
    .map(({ name }) => name);
  const made = changes
    .filter(isViewChange)
    .filter(({ kind, object }) => kind !== 'drop-view' && isMaterialized(object, to))
    .map(({ object }) => object);
  return [...new Set([...around, ...made])].sort();
}

function isMaterialized(name: string, { views = [] }: PlanReading['to']): boolean {
  return views.some((view) => view.name === name && view.materialized);
}

/** Views that name the column, and those that read them. */
function readersOf({ table, object }: Change, live: readonly LiveView[]): readonly LiveView[] {
  const isUse = (use: LiveView['uses'][number]) => use.table === table && use.columns.includes(object);
  const found = new Set(live.filter(({ uses }) => uses.some(isUse)));
  for (let size = -1; size < found.size;) {
    size = found.size;
    const names = [...found].map(({ name }) => name);
    for (const view of live) if (view.views.some((name) => names.includes(name))) found.add(view);
  }
  return [...found];
}
