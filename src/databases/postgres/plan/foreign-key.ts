import type { ForeignKeyModel, SchemaModel } from '../../../schema/model.js';
import { addForeignKeyStatement, lockTable, type Statement } from '../../../sql/statement.js';
import type { PostgresContext } from './context.js';

/** Adds a foreign key, whose locks mark a parent that no entity manages. */
export function addKeyTo(
  { names, from, to }: PostgresContext,
  [table, parent]: readonly [table: string, parent: string],
  action: string,
): Statement {
  const path = names.path(parent);
  const add = addForeignKeyStatement(names.path(table), path, action);
  if ([from, to].some(({ tables }) => tables.some(({ name }) => name === parent))) return add;
  return {
    ...add,
    locks: add.locks.map((lock) => (lock.table === path ? { ...lock, external: true } : lock)),
  };
}

/** Locks both tables, one after the other; the child first, since its writers then look for the key in the parent. */
export function locksToDropForeignKey(
  context: PostgresContext,
  table: string,
  model: ForeignKeyModel,
): readonly Statement[] {
  if (!hasOtherParent(context, table, model)) return [];
  return [table, model.table].map((name) => lockTable(context.names.path(name), 'ACCESS EXCLUSIVE'));
}

/** Whether it refers to another table that exists before and afterwards, so that other sessions use it. */
export function hasOtherParent(
  { from, to }: PostgresContext,
  table: string,
  { table: parent }: ForeignKeyModel,
): boolean {
  const isIn = ({ tables }: SchemaModel) => tables.some(({ name }) => name === parent);
  return parent !== table && isIn(from) && isIn(to);
}
