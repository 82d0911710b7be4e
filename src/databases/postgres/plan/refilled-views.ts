/** Materialized views that a plan fills while its transaction has tables locked. */

import { ViewRefusedError } from '../../../errors/views.js';
import type { Change } from '../../../schema/change.js';
import {
  NO_CONFIRMED_VALUES,
  type Confirmations,
  type PlannedPart,
  type PlanReading,
} from '../../planning.js';
import { altersGenerated } from './generated-column.js';
import { renderPostgres } from './render.js';
import { PostgresNames } from './sql.js';
import { isRetyped } from './type-dependents.js';
import { heldLocks, statementsOf } from './views-apart.js';

/** What `up` fills, and the tables that nobody reads or writes meanwhile, by their new names. */
interface FilledUnderLock {
  readonly views: readonly string[];
  readonly tables: readonly string[];
}

const NOTHING: FilledUnderLock = { views: [], tables: [] };

/** Those that PostgreSQL fills again because it refuses the change of a column under a view. */
export function refilledViews(change: Change, { views }: FilledUnderLock): readonly string[] {
  return altersColumn(change) ? views : [];
}

/** Further tables of the same transaction, which stay locked as long. */
export function tablesHeld(changes: readonly Change[], { tables }: FilledUnderLock): readonly string[] {
  const asked = changes.filter(altersColumn).map(({ table }) => table);
  return tables.filter((name) => !asked.includes(name));
}

/**
 * Reads the statements of the plan itself: what the changes alone show is not what the plan does, which computes
 * further columns again and has a transaction apart for views where it can.
 */
export function filledUnderLock(
  reading: PlanReading,
  confirmed: Pick<Confirmations, 'backfills' | 'timeZones' | 'usings' | 'usingsDown'> = NO_CONFIRMED_VALUES,
): FilledUnderLock {
  const { to, facts } = reading;
  const views = (to.views ?? []).filter(({ name }) => isThere(name, reading));
  if (![...views, ...facts.views.live].some(({ materialized }) => materialized)) return NOTHING;
  const parts = planned({ ...reading, to: { ...to, views } }, confirmed);
  const filling = parts.filter((part) => part.transaction && filledBy(part).length > 0);
  const locked = new Set(filling.flatMap(tablesOf));
  if (locked.size === 0) return NOTHING;
  return {
    views: [...new Set(filling.filter((part) => tablesOf(part).length > 0).flatMap(filledBy))].sort(),
    tables: namesOf(locked, reading),
  };
}

/** A view of the entities that a part of the changes alone does not create. */
function isThere(name: string, { changes, facts }: PlanReading): boolean {
  return (
    facts.views.live.some((view) => view.name === name) ||
    changes.some(({ kind, object }) => kind === 'add-view' && object === name)
  );
}

/** None where a view cannot be made again: the plan is refused for it later, with its name. */
function planned(
  reading: PlanReading,
  { backfills, timeZones, usings, usingsDown }: Parameters<typeof filledUnderLock>[1] & object,
): readonly PlannedPart[] {
  try {
    return renderPostgres(reading, { ...NO_CONFIRMED_VALUES, backfills, timeZones, usings, usingsDown });
  } catch (error) {
    if (error instanceof ViewRefusedError) return [];
    throw error;
  }
}

function filledBy({ up }: PlannedPart): readonly string[] {
  return statementsOf(up).flatMap(({ fills }) => fills ?? []);
}

/** As SQL. */
function tablesOf(part: PlannedPart): readonly string[] {
  return heldLocks(part, 'up')
    .filter(({ mode }) => mode === 'ACCESS EXCLUSIVE')
    .map(({ table }) => table);
}

/** A table that the transaction renames has its former name in the first of its statements. */
function namesOf(
  paths: ReadonlySet<string>,
  { from, renames, defaultSchema, facts }: PlanReading,
): readonly string[] {
  const names = new PostgresNames(defaultSchema, facts.properties);
  const former = (name: string) =>
    renames.flatMap((rename) => (rename.kind === 'table' && rename.to === name ? [rename.from] : []));
  return from.tables
    .map(({ name }) => name)
    .filter((name) => [name, ...former(name)].some((one) => paths.has(names.path(one))));
}

/** Whether PostgreSQL refuses it for a column that a view reads. */
function altersColumn(change: Change): boolean {
  return isRetyped(change) || altersGenerated(change) || change.kind === 'drop-column';
}
