/** Names of checks that exist only while a change runs. */

import { keptName, NAME_BYTES, truncated } from '../../../sql/identifiers.js';
import { EQ } from '../../../sql/postgres-operators.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import { alterTable, type Statement } from '../../../sql/statement.js';
import { whereFound } from './if-gone.js';
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

/** Drops the check that a part of `down` has left; another one may have its name in a database. */
export function dropLeftHelper(path: string, name: string, column: string): Statement {
  const condition = `pg_catalog.format('(%I IS NOT NULL)', ${quoteLiteral(column)})`;
  const query =
    `SELECT FROM pg_catalog.pg_constraint c WHERE c.conrelid ${EQ} ${quoteLiteral(path)}::pg_catalog.regclass` +
    ` AND c.conname ${EQ} ${quoteLiteral(name)} AND c.contype ${EQ} 'c'` +
    ` AND pg_catalog.pg_get_expr(c.conbin, c.conrelid) ${EQ} ${condition}`;
  return whereFound(query, [alterTable(path, `DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)}`)]);
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
