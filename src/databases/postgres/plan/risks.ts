import type { AlterChange, Change } from '../../../schema/change.js';
import type { Confirmations, PlanReading, DestructiveChange } from '../../planning.js';
import { recreatesEnum } from './enum-ways.js';
import { altersGenerated } from './generated-column.js';
import { withIndexes } from './own-indexes.js';
import { costOfRetyping, readsZone } from './type-cost.js';
import { filledUnderLock, refilledViews, tablesHeld } from './refilled-views.js';
import { blockingParts } from './type-dependents.js';
import { lossOfTypeChange } from './type-loss.js';

/** What PostgreSQL asks about a change: a time zone, and whether it may rewrite the rows of a table. */
export function risksOf(change: Change, confirmations: Confirmations): readonly DestructiveChange[] {
  return [
    ...missingZoneOf(change, confirmations),
    ...(confirmations.allowRewrite ? [] : rewriteOf(change, confirmations)),
  ];
}

/** Without a confirmation, the session that runs the revision would decide what time a value means. */
function missingZoneOf(change: Change, confirmations: Confirmations): readonly DestructiveChange[] {
  if (!isRetyped(change) || change.live.generated || change.desired.generated) return [];
  const place = `${change.table}.${change.object}`;
  const [live, desired] = [change.live.type, change.desired.type];
  const [up, down] = [readsZone(live, desired), readsZone(desired, live)];
  const isOpen = (up && !confirmations.usings.has(place)) || (down && !confirmations.usingsDown.has(place));
  if (!isOpen || confirmations.timeZones.has(place)) return [];
  return [
    {
      kind: 'time-zone',
      table: change.table,
      column: change.object,
      problem: `type ${live} becomes ${desired}: the conversion depends on the time zone of its values, and none is specified. node-postgres writes a Date into a column without time zone in the local time of its process (TZ)`,
      remedies: [`--time-zone ${place}=UTC`, `--time-zone "${place}=<time zone>"`],
    },
  ];
}

function isRetyped(change: Change): change is AlterChange<'column'> {
  return change.kind === 'alter-column' && change.aspects.includes('type');
}

/** PostgreSQL rewrites every row, or builds an object while writes are blocked. */
function rewriteOf(change: Change, confirmations: Confirmations): readonly DestructiveChange[] {
  const problem = problemOfRewrite(change, confirmations);
  if (problem === undefined) return [];
  const column = change.kind === 'alter-enum' || change.kind === 'alter-table' ? null : change.object;
  const table = change.table === '' ? change.object : change.table;
  return [{ kind: 'rewrite', table, column, problem, remedies: ['--allow-rewrite'] }];
}

const LOCKED = 'the table is rewritten and locked';

function problemOfRewrite(change: Change, confirmations: Confirmations): string | undefined {
  if (altersGenerated(change) && change.desired.storage === 'stored') return LOCKED;
  switch (change.kind) {
    case 'alter-column':
      return isRetyped(change) && !change.desired.generated
        ? problemOfType(change, confirmations)
        : undefined;
    case 'add-column': {
      const { storage, identity } = change.desired;
      return storage === 'stored' || identity !== null ? LOCKED : undefined;
    }
    case 'alter-table':
      return change.aspects.includes('persistence') ? LOCKED : undefined;
    case 'add-exclusion':
    case 'alter-exclusion':
      return 'the table is locked for writes while the constraint is built';
    case 'alter-enum':
      return recreatesEnum(change)
        ? 'removed or reordered values require a new type: its tables are rewritten and locked'
        : undefined;
    default:
      return undefined;
  }
}

function problemOfType(
  { table, object, live, desired }: AlterChange<'column'>,
  { timeZones, usings }: Confirmations,
): string | undefined {
  const place = `${table}.${object}`;
  const words = `type ${live.type} becomes ${desired.type}`;
  if (usings.has(place)) return `${words} with an expression: ${LOCKED}`;
  // Without a given time zone, UTC may be the answer, which rewrites no row.
  const { work } = costOfRetyping({ from: live, to: desired }, timeZones.get(place) ?? 'UTC');
  if (work !== 'heap') return undefined;
  const loses = lossOfTypeChange(live.type, desired.type);
  return `${words}: ${LOCKED}${loses === null ? '' : `; ${loses}`}`;
}

/** What PostgreSQL does besides, while the change has the table locked: it builds objects and fills views. */
export function blockingRebuilds(
  reading: PlanReading,
  confirmations: Confirmations,
): readonly DestructiveChange[] {
  const { from, changes, ownIndexes } = reading;
  const sides = { from: withIndexes(from, ownIndexes), changes };
  const underLock = filledUnderLock(reading, confirmations);
  const own = changes.flatMap((change) => {
    const blocking = blockingParts(change, sides, confirmations);
    const filled = refilledViews(change, underLock);
    if (blocking.length + filled.length === 0) return [];
    const { table, object: column } = change;
    const problem =
      filled.length === 0
        ? `${changeWords(change)}: no row is rewritten, but PostgreSQL rebuilds ${blocking.join(', ')} and blocks reads and writes of the table`
        : problemOfViews(change, { blocking, filled }, confirmations);
    return [{ kind: 'rewrite' as const, table, column, problem, remedies: ['--allow-rewrite'] }];
  });
  return [...own, ...tablesHeld(changes, underLock).map((table) => heldTable(table, underLock.views))];
}

/** A table that only shares the transaction. */
function heldTable(table: string, filled: readonly string[]): DestructiveChange {
  const problem = `the revision changes the table: PostgreSQL ${fillingWords(filled)}`;
  return { kind: 'rewrite', table, column: null, problem, remedies: ['--allow-rewrite'] };
}

function changeWords(change: Change): string {
  if (change.kind !== 'alter-column') return 'the column is dropped';
  const { live, desired, aspects } = change;
  if (aspects.includes('type')) return `type ${live.type} becomes ${desired.type}`;
  if (aspects.includes('collation'))
    return `collation ${live.collation ?? 'default'} becomes ${desired.collation ?? 'default'}`;
  return 'the column is computed in another way';
}

interface Locked {
  readonly blocking: readonly string[];
  readonly filled: readonly string[];
}

/** A view can be filled outside the lock only if it is empty for its readers meanwhile, which nobody has asked for. */
function problemOfViews(change: Change, { blocking, filled }: Locked, confirmations: Confirmations): string {
  const rewrite = problemOfRewrite(change, confirmations);
  const rebuilds = blocking.length === 0 ? '' : `rebuilds ${blocking.join(', ')}, and `;
  return `${rewrite ?? changeWords(change)}: PostgreSQL ${rebuilds}${fillingWords(filled)}`;
}

function fillingWords(filled: readonly string[]): string {
  const [views, each] = filled.length > 1 ? ['views', 'each view'] : ['view', 'the view'];
  return `creates the materialized ${views} ${filled.join(', ')} again in the same transaction, and blocks reads and writes of the table until the query of ${each} has ended`;
}
