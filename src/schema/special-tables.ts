/** Tables that an entity may be mapped to although a revision cannot change them like any other. */

import type { Change } from './change.js';
import type { SchemaModel, TableModel } from './model.js';

/** Such a table. */
export interface SpecialTable {
  readonly name: string;
  /** A child table inherits from others without being a partition. */
  readonly kind: 'partition' | 'child table' | 'foreign table' | 'virtual table';
  /** The tables of which it is a partition or a child, and theirs. */
  readonly parents: readonly string[];
  /** Names of the indexes and constraints that it has from them. */
  readonly inherited: readonly string[];
  /** The columns that it has from them. */
  readonly columns: readonly string[];
}

/**
 * A live schema as entities can declare it: a foreign table counts as if it had the keys and indexes that its entity
 * declares, since it can have none, and a partition has those of its parent without a name of their own.
 */
export function fitted(
  live: SchemaModel,
  desired: SchemaModel,
  specials: readonly SpecialTable[],
): SchemaModel {
  if (specials.length === 0) return live;
  const declared = new Map(desired.tables.map((table) => [table.name, table]));
  const tables = live.tables.map((table) => {
    const special = specials.find(({ name }) => name === table.name);
    const own = declared.get(table.name);
    if (!special || !own) return table;
    return special.parents.length > 0 && special.kind !== 'foreign table'
      ? withInherited(table, own, special)
      : withKeysOf(table, own);
  });
  return { ...live, tables };
}

function withKeysOf(
  table: TableModel,
  { primaryKey, uniques, indexes, foreignKeys, exclusions }: TableModel,
): TableModel {
  return { ...table, primaryKey, uniques, indexes, foreignKeys, exclusions };
}

function withInherited(live: TableModel, desired: TableModel, { inherited }: SpecialTable): TableModel {
  const list = <T extends { readonly name: string | null }>(own: readonly T[], declared: readonly T[]) =>
    own.flatMap((part) => (inherited.includes(part.name ?? '') ? asDeclared(part, declared) : [part]));
  const key = <T>(value: T | null) => (value === null ? [] : [value]);
  return {
    ...live,
    primaryKey: list(key(live.primaryKey), key(desired.primaryKey))[0] ?? null,
    uniques: list(live.uniques, desired.uniques),
    indexes: list(live.indexes, desired.indexes),
    foreignKeys: list(live.foreignKeys, desired.foreignKeys),
    checks: list(live.checks, desired.checks),
    exclusions: list(live.exclusions, desired.exclusions),
  };
}

/** The part with the name that the entity gives it; none where the entity leaves it to the parent. */
function asDeclared<T extends { readonly name: string | null }>(
  part: T,
  declared: readonly T[],
): readonly T[] {
  if (declared.some(({ name }) => name === part.name)) return [part];
  const same = declared.find((one) => meaning(one) === meaning(part));
  return same ? [{ ...part, name: same.name }] : [];
}

function meaning(part: object): string {
  return JSON.stringify({ ...part, name: null }, (key, value: unknown) =>
    key === 'canonical' ? undefined : value,
  );
}

/**
 * The changes without those of partitions and child tables that the same change of a parent makes. A comment is of one
 * table alone.
 */
export function withoutFollowers(
  changes: readonly Change[],
  specials: readonly SpecialTable[],
): readonly Change[] {
  const parents = new Map(specials.map((special) => [special.name, special.parents]));
  return changes.flatMap((change) => {
    const own = parents.get(change.table) ?? [];
    const isLed = changes.some((other) => own.includes(other.table) && isSameChange(other, change));
    return isLed && FOLLOWS.test(change.kind) ? ownComment(change) : [change];
  });
}

function isSameChange(one: Change, other: Change): boolean {
  if (!isOfSameObject(one, other) || !hasSameTarget(one, other)) return false;
  const aspects = 'aspects' in one ? one.aspects : [];
  return 'aspects' in other
    ? other.aspects.every((aspect) => aspect === 'comment' || aspects.includes(aspect))
    : true;
}

function isOfSameObject(one: Change, other: Change): boolean {
  return one.kind === other.kind && one.object === other.object;
}

/** Whether both tables are to have the same afterwards, as far as the other one changes in it. */
function hasSameTarget(one: Change, other: Change): boolean {
  if (!('desired' in one) || !('desired' in other)) return true;
  const aspects: readonly string[] | null = 'aspects' in other ? other.aspects : null;
  return targetOf(one.desired, aspects) === targetOf(other.desired, aspects);
}

/** Each table has a comment of its own. */
function targetOf(desired: object, aspects: readonly string[] | null): string {
  const fields = Object.entries(desired).filter(
    ([field]) => field !== 'comment' && (aspects === null || aspects.includes(field)),
  );
  return meaning(Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1))));
}

const FOLLOWS = /-column$|-check$/;

function ownComment(change: Change): readonly Change[] {
  const { table, object } = change;
  if (change.kind === 'alter-column')
    return change.aspects.includes('comment') ? [{ ...change, aspects: ['comment'] }] : [];
  if (change.kind !== 'add-column' && change.kind !== 'drop-column') return [];
  const column = change.kind === 'add-column' ? change.desired : change.live;
  if (column.comment === null) return [];
  const bare = { ...column, comment: null };
  const sides =
    change.kind === 'add-column' ? { live: bare, desired: column } : { live: column, desired: bare };
  return [{ kind: 'alter-column', table, object, aspects: ['comment'], ...sides }];
}

/** A change that a revision cannot make, and why. */
interface ImpossibleChange {
  readonly table: SpecialTable;
  readonly change: Change;
}

/** The changes of special tables that only their parent, or a revision by hand, can have. */
export function impossibleChanges(
  changes: readonly Change[],
  specials: readonly SpecialTable[],
): readonly ImpossibleChange[] {
  return changes.flatMap((change) => {
    const table = specials.find(({ name }) => name === change.table);
    const isRefused = table && (!isPossible(change, table) || isAgainstParent(change, table, changes));
    return isRefused ? [{ table, change }] : [];
  });
}

/** Whether a parent gets the same object in another form in the same revision, which PostgreSQL gives its tables too. */
function isAgainstParent(change: Change, { parents }: SpecialTable, changes: readonly Change[]): boolean {
  return (
    FOLLOWS.test(change.kind) &&
    changes.some(
      (other) =>
        parents.includes(other.table) && isOfSameObject(other, change) && !hasSameTarget(other, change),
    )
  );
}

/** What a partition or a child table decides for itself, and what a foreign table takes. */
function isPossible(change: Change, special: SpecialTable): boolean {
  if (change.kind === 'alter-table') return true;
  if (special.kind === 'virtual table' || isOfParent(change, special)) return false;
  if (special.kind === 'child table') return true;
  if (special.kind === 'partition') return !change.kind.endsWith('-table');
  return change.kind !== 'drop-table';
}

/** Whether it changes what the table has from its parent; a partition has all columns from there. */
function isOfParent(change: Change, { kind, columns, inherited }: SpecialTable): boolean {
  if (!change.kind.endsWith('-column')) return 'live' in change && inherited.includes(change.live.name ?? '');
  if (kind !== 'partition' && !columns.includes(change.object)) return false;
  return !('aspects' in change && change.aspects.every((aspect) => OWN_ASPECTS.includes(aspect)));
}

const OWN_ASPECTS: readonly string[] = ['default', 'nullable', 'comment'];
