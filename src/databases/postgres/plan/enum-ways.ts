import { elementType } from '../../../schema/element-type.js';
import type { AlterChange, Change } from '../../../schema/change.js';
import type { ColumnModel, SchemaModel } from '../../../schema/model.js';

/**
 * How the values of a type change. One that grows is created again by `down` alone, one that shrinks by `up` alone, and
 * any other one by both.
 */
export function enumWay({
  live,
  desired,
}: Pick<AlterChange<'enum'>, 'live' | 'desired'>): 'grows' | 'shrinks' | 'other' {
  if (isWithin(live.values, desired.values)) return 'grows';
  return isWithin(desired.values, live.values) ? 'shrinks' : 'other';
}

/** Whether the other list contains all values of one list, in the same order. */
function isWithin(few: readonly string[], many: readonly string[]): boolean {
  const found = many.filter((value) => few.includes(value));
  return found.length === few.length && found.every((value, index) => value === few[index]);
}

/** Whether the change of a type has to rewrite its tables. */
export function recreatesEnum(change: Change): boolean {
  return change.kind === 'alter-enum' && enumWay(change) !== 'grows';
}

/** Whether a type is created again in the main part, in both directions. */
export function isMadeAgainInMain(change: Change): change is AlterChange<'enum'> {
  return change.kind === 'alter-enum' && enumWay(change) === 'other';
}

/** Whether a column of a schema has values of an enumerated type. */
export function isOfColumns({ tables }: SchemaModel, type: string): boolean {
  return tables.some(({ columns }) => columns.some((column) => isOfEnum(column, type)));
}

/** Whether a column has values of an enumerated type, or lists of them. */
export function isOfEnum(column: ColumnModel, type: string): boolean {
  return elementType(column.type) === `enum ${type}`;
}
