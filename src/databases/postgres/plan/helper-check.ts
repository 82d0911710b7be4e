/** Names of checks that exist only while a change runs. */

import { keptName, NAME_BYTES, truncated } from '../../../sql/identifiers.js';
import type { SchemaModel, TableModel } from '../../../schema/model.js';
import type { Facts } from '../../planning.js';

/** How the names of these checks begin. */
export const HELPER_PREFIX = 'nn_';

/** The name of a check that proves NOT NULL of a column, unless another constraint has it. */
export function helperName(column: string): string {
  return keptName(`${HELPER_PREFIX}${column}`);
}

/** The first free name of that kind: the same for the same schema. */
export function freeHelperName(column: string, taken: ReadonlySet<string>): string {
  const name = helperName(column);
  let [free, number] = [name, 1];
  while (taken.has(free)) {
    number += 1;
    const ending = `_${number}`;
    free = `${truncated(name, NAME_BYTES - ending.length)}${ending}`;
  }
  return free;
}

/** The names that constraints of a table have at head or get in this change, as PostgreSQL keeps them. */
export function takenNames(
  table: string,
  sides: readonly SchemaModel[],
  { around = [] }: Pick<Facts, 'around'>,
): ReadonlySet<string> {
  const found = around.find((one) => one.table === table)?.checks ?? [];
  const models = sides.flatMap(({ tables }) => tables.filter(({ name }) => name === table));
  return new Set([...found, ...models.flatMap(constraintNames)].map(keptName));
}

/** The names of the constraints of a table. */
export function constraintNames(table: TableModel): readonly string[] {
  const { primaryKey, uniques, checks, foreignKeys, exclusions, columns } = table;
  const parts = [primaryKey, ...uniques, ...checks, ...foreignKeys, ...exclusions];
  return [...parts, ...columns.map(({ notNull }) => notNull)].flatMap((part) => part?.name ?? []);
}
