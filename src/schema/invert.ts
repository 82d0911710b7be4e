import { changedPart, objectOf, type AlterChange, type Change, type TableChange } from './change.js';
import { compareText, type Part } from './model.js';

/**
 * The changes that lead back: additions become drops, drops become additions, and both sides of an alteration change
 * places. `invert(diff(a, b))` contains the changes of `diff(b, a)`, in an order of its own: backwards, so that the
 * last change is undone first.
 */
export function invert(changes: readonly Change[]): readonly Change[] {
  return changes.map(invertChange).reverse();
}

/** The same in the order of `diff`, so that nothing has to be compared for the way back. */
export function invertInOrder(changes: readonly Change[]): readonly Change[] {
  return changes.map(invertChange).sort(compareChanges);
}

/** As `diff` orders what it finds. */
const PARTS = [
  'table',
  'column',
  'primary-key',
  'unique',
  'index',
  'foreign-key',
  'check',
  'exclusion',
  'enum',
  'view',
];
const VERBS = ['alter', 'create', 'add', 'drop'];

function compareChanges(one: Change, other: Change): number {
  const rank = (change: Change) => PARTS.indexOf(changedPart(change));
  const verb = ({ kind }: Change) => VERBS.indexOf(kind.slice(0, kind.indexOf('-')));
  return (
    compareText(one.table, other.table) ||
    rank(one) - rank(other) ||
    compareText(nameOf(one), nameOf(other)) ||
    verb(one) - verb(other)
  );
}

function nameOf(change: Change): string {
  return ('desired' in change ? change.desired : change.live).name ?? '';
}

function invertChange(change: Change): Change {
  switch (change.kind) {
    case 'create-table':
    case 'drop-table':
    case 'alter-table':
      return invertTable(change);
    default:
      return invertPart(change);
  }
}

function invertTable(change: TableChange): Change {
  const { table, object } = change;
  switch (change.kind) {
    case 'create-table':
      return { kind: 'drop-table', table, object, live: change.desired };
    case 'drop-table':
      return { kind: 'create-table', table, object, desired: change.live };
    case 'alter-table':
      return { ...change, live: change.desired, desired: change.live };
  }
}

/** The casts join a kind and its models, which belong to the same part. */
function invertPart(change: Exclude<Change, TableChange>): Change {
  const part = changedPart(change) as Part;
  const { table, object } = change;
  if (!('live' in change)) return { kind: `drop-${part}`, table, object, live: change.desired } as Change;
  if (!('desired' in change)) return { kind: `add-${part}`, table, object, desired: change.live } as Change;
  const { live, desired } = change as AlterChange<Part>;
  return {
    ...change,
    object: objectOf(part, live),
    live: desired,
    desired: live,
  } as Change;
}
