import { addForeignKeyStatement, type Statement } from '../../../sql/statement.js';
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
