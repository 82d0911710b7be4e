/** Materialized views that a change makes again, and fills, while its transaction has the table locked. */

import { isViewChange, type Change, type ViewChange } from '../../../schema/change.js';
import type { PlanReading } from '../../planning.js';
import type { LiveView } from '../../view-facts.js';
import { isMadeAgainInMain } from './enum-ways.js';
import { altersGenerated } from './generated-column.js';
import { isRetyped } from './type-dependents.js';

/**
 * Those that read a column which the same revision gives another type, computes again or drops, also through other
 * views; and those that it creates or changes. They may read no table of the change: the transaction is the same.
 */
export function refilledViews(change: Change, reading: PlanReading): readonly string[] {
  return altersColumn(change) ? filledViews(reading) : [];
}

/** Further tables of the same transaction, which stay locked as long. */
export function tablesHeld(reading: PlanReading): readonly string[] {
  const { changes, from, renames } = reading;
  if (filledViews(reading).length === 0) return [];
  const asked = changes.filter(altersColumn).map(({ table }) => table);
  const renamed = renames.flatMap((rename) =>
    rename.kind === 'table' ? [rename.to] : rename.kind === 'column' ? [rename.table] : [],
  );
  const held = new Set([...renamed, ...changes.filter(isLocking).map(({ table }) => table)]);
  return from.tables.map(({ name }) => name).filter((name) => held.has(name) && !asked.includes(name));
}

/** Without a view to drop first, the changes of views have a transaction of their own: see views-apart.ts. */
export function filledViews({ changes, facts, to }: PlanReading): readonly string[] {
  const { live } = facts.views;
  if (!live.some((view) => changes.some((change) => isBlocking(change, view)))) return [];
  const gone = changes.filter(({ kind }) => kind === 'drop-view').map(({ object }) => object);
  const around = readersOf(changes, live)
    .filter(({ materialized, name }) => materialized && !gone.includes(name))
    .map(({ name }) => name);
  const made = changes
    .filter(isViewChange)
    .filter((one) => isFilled(one) && isMaterialized(one.object, to))
    .map(({ object }) => object);
  return [...new Set([...around, ...made])].sort();
}

/** Another index, or what TypeORM records, leaves the rows of a view as they are. */
function isFilled(change: ViewChange): boolean {
  return change.kind === 'add-view' || (change.kind === 'alter-view' && change.aspects.some(isOfRows));
}

function isOfRows(aspect: string): boolean {
  return aspect !== 'indexes' && aspect !== 'recorded';
}

function isMaterialized(name: string, { views = [] }: PlanReading['to']): boolean {
  return views.some((view) => view.name === name && view.materialized);
}

/** Whether PostgreSQL refuses it for a column that a view reads. */
function altersColumn(change: Change): boolean {
  return isRetyped(change) || altersGenerated(change) || change.kind === 'drop-column';
}

/** Whether it locks its table in the main transaction; the other changes of a table have revisions of their own. */
function isLocking(change: Change): boolean {
  if (change.kind === 'add-column') return true;
  if (change.kind !== 'alter-column' && change.kind !== 'alter-table') return false;
  return change.aspects.some((aspect) => !['comment', 'nullable'].includes(aspect));
}

/** Views that name what changes, and those that read them. */
function readersOf(changes: readonly Change[], live: readonly LiveView[]): readonly LiveView[] {
  const found = new Set(live.filter((view) => changes.some((change) => isReadBy(change, view))));
  for (let size = -1; size < found.size;) {
    size = found.size;
    const names = [...found].map(({ name }) => name);
    for (const view of live) if (view.views.some((name) => names.includes(name))) found.add(view);
  }
  return [...found];
}

/** Whether the view has to go first in any revision of the change, in either direction. */
function isBlocking(change: Change, view: LiveView): boolean {
  const { kind, table, object } = change;
  if (kind === 'alter-enum') return view.types.includes(object);
  if (kind === 'drop-table') return view.uses.some((use) => use.table === table);
  return isReadBy(change, view);
}

function isReadBy(change: Change, { uses, types }: LiveView): boolean {
  const { table, object } = change;
  if (isMadeAgainInMain(change)) return types.includes(object);
  return altersColumn(change) && uses.some((use) => use.table === table && use.columns.includes(object));
}
