/** Whether the changes of views get a transaction of their own, so that no table is locked while one is filled. */

import type { ViewChange } from '../../../schema/change.js';
import type { Statement, TableLock } from '../../../sql/statement.js';
import type { PlannedPart, StatementGroup } from '../../planning.js';
import { blockedBy, isBlocked } from './blocked-views.js';
import type { PostgresNames } from './sql.js';
import type { ViewStates } from './view-states.js';

/** The changes of views, and the views on either side of them. */
interface Sides {
  readonly names: PostgresNames;
  readonly states: ViewStates;
  readonly changes: readonly ViewChange[];
}

/**
 * Where one direction would work on a materialized view while the main part has a table locked. It is not possible where
 * a former view reads what the parts change: that view is dropped before and created again after it, in their
 * transaction.
 */
export function areApart(parts: readonly PlannedPart[], { names, states, changes }: Sides): boolean {
  const { start, end } = states;
  const works = (after: ViewStates['end']) =>
    changes.some((change) => isWork(change) && after.get(change.object)?.materialized);
  const main = parts.find(({ phase }) => phase === 'main');
  if (!main || !((works(end) && isLocking(main, 'up')) || (works(start) && isLocking(main, 'down'))))
    return false;
  const blocks = parts.flatMap(({ up, down }) => statementsOf([...up, ...down]).flatMap(blockedBy));
  return ![...start.values()].some((view) => blocks.some((block) => isBlocked(view, block, names)));
}

/** TypeORM's record of a view is one row. */
function isWork(change: ViewChange): boolean {
  return change.kind !== 'alter-view' || change.aspects.some((aspect) => aspect !== 'recorded');
}

function isLocking(part: PlannedPart, way: 'up' | 'down'): boolean {
  return heldLocks(part, way).length > 0;
}

/** The locks in the way of readers or writers that one direction takes on tables which are there before and after it. */
export function heldLocks({ up, down }: PlannedPart, way: 'up' | 'down'): readonly TableLock[] {
  const created = new Set(statementsOf([...up, ...down]).flatMap(({ creates }) => creates));
  return statementsOf(way === 'up' ? up : down)
    .flatMap(({ locks }) => locks)
    .filter(({ table, mode }) => mode !== 'SHARE UPDATE EXCLUSIVE' && !created.has(table));
}

/** All statements of one direction of a part. */
export function statementsOf(groups: readonly StatementGroup[]): readonly Statement[] {
  return groups.flatMap(({ statements }) => statements);
}
