/** An enumerated type whose values change: it has those of both releases until contract. */

import type { AlterChange, Change } from '../../../../schema/change.js';
import type { ColumnModel, EnumModel } from '../../../../schema/model.js';
import { isOfEnum } from '../enum-ways.js';

/** The halves of a change of values; each is empty where it changes nothing. */
export function enumChange({ live, desired }: Pick<AlterChange<'enum'>, 'live' | 'desired'>): {
  readonly expand: readonly Change[];
  readonly contract: readonly Change[];
} {
  const both = { ...desired, values: valuesOfBoth(live.values, desired.values) };
  return { expand: changed(live, both), contract: changed(both, desired) };
}

function changed(live: EnumModel, desired: EnumModel): readonly Change[] {
  if (live.values.join('\0') === desired.values.join('\0')) return [];
  return [{ kind: 'alter-enum', table: '', object: desired.name, aspects: ['values'], live, desired }];
}

/** The values of the older release in their order, and each new one before the one that follows it. */
function valuesOfBoth(live: readonly string[], desired: readonly string[]): readonly string[] {
  return desired.reduce<readonly string[]>((all, value, index) => {
    if (all.includes(value)) return all;
    const next = desired.slice(index + 1).find((other) => all.includes(other));
    const at = next === undefined ? all.length : all.indexOf(next);
    return [...all.slice(0, at), value, ...all.slice(at)];
  }, live);
}

/** Whether the default of a column may be a value that the older release does not know. */
export function isOfNewValue(column: ColumnModel, changes: readonly Change[]): boolean {
  const isIn = (value: string) => column.default?.sql.includes(value) ?? false;
  return changes.some(
    (one) =>
      one.kind === 'alter-enum' &&
      isOfEnum(column, one.object) &&
      one.desired.values.some((value) => !one.live.values.includes(value) && isIn(value)),
  );
}
