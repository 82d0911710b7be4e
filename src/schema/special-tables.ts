/** Tables that an entity may be mapped to although a revision cannot change them like any other. */

import type { Change } from './change.js';
import type { SchemaModel, TableModel } from './model.js';

/** Such a table. */
export interface SpecialTable {
  readonly name: string;
  readonly kind: 'partition' | 'foreign table' | 'virtual table';
  /** The table of which it is a partition; null for the others. */
  readonly parent: string | null;
  /** Names of the indexes and constraints that a partition has from its parent. */
  readonly inherited: readonly string[];
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
    return special.kind === 'partition' ? withInherited(table, own, special) : withKeysOf(table, own);
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

/** The changes without those of partitions that the same change of the parent makes. */
export function withoutFollowers(
  changes: readonly Change[],
  specials: readonly SpecialTable[],
): readonly Change[] {
  const parents = new Map(specials.map(({ name, parent }) => [name, parent]));
  return changes.filter((change) => {
    const parent = parents.get(change.table);
    if (parent === undefined || parent === null || !change.kind.endsWith('-column')) return true;
    return !changes.some((other) => other.table === parent && isSameChange(other, change));
  });
}

function isSameChange(one: Change, other: Change): boolean {
  if (one.kind !== other.kind || one.object !== other.object) return false;
  const aspects = 'aspects' in one ? one.aspects : [];
  return 'aspects' in other ? other.aspects.every((aspect) => aspects.includes(aspect)) : true;
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
    return table && !isPossible(change, table) ? [{ table, change }] : [];
  });
}

/** What a partition decides for itself, and what a foreign table takes. */
function isPossible(change: Change, { kind, inherited }: SpecialTable): boolean {
  if (change.kind === 'alter-table') return true;
  if (kind === 'foreign table')
    return change.kind === 'alter-column'
      ? !change.aspects.includes('nullable')
      : change.kind !== 'drop-table';
  if (kind === 'virtual table' || change.kind.endsWith('-table')) return false;
  if (change.kind === 'alter-column')
    return change.aspects.every((aspect) => ['default', 'nullable', 'comment'].includes(aspect));
  const live = 'live' in change ? change.live.name : null;
  return !change.kind.endsWith('-column') && !inherited.includes(live ?? '');
}
