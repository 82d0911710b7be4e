import type { Catalog } from '../catalog/catalog.js';
import { actionRule, BOTH } from '../rule.js';
import type { WriteAction } from '../sql/action.js';
import { quote } from '../sql/names.js';
import { ALONE } from './replacements.js';

/** Every row of a table in one transaction. */
export const writeWithoutWhere = actionRule({
  id: 'write-without-where',
  directions: BOTH,
  on: ['write'],
  check: (action, { before, isNew }) => {
    if (action.hasWhere || isNew(action.table)) return null;
    const table = quote(action.table);
    return {
      message:
        action.verb === 'DELETE'
          ? `DELETE without WHERE takes every row of ${table} away, and holds all of them locked until the end of the transaction.`
          : `UPDATE without WHERE writes every row of ${table} anew in one transaction: each stays locked until its end, and the table grows to twice its size.`,
      replacement: batches(action, before),
    };
  },
});

/** A block that goes through the table by its key, a few thousand rows a transaction. */
function batches({ verb, table, columns }: WriteAction, catalog: Catalog): string {
  const key = quote(keyOf(catalog, table));
  const whole = quote(table);
  const sets = columns.map((column) => `${quote(column)} = ...`).join(', ');
  const change = verb === 'DELETE' ? `DELETE FROM ${whole}` : `UPDATE ${whole} SET ${sets}`;
  const left = columns.map((column) => `${quote(column)} IS NULL`).join(' OR ');
  const condition = verb === 'DELETE' ? '...' : left;
  return [
    ALONE,
    'DO $$ BEGIN LOOP',
    `  ${change} WHERE ${key} IN (SELECT ${key} FROM ${whole} WHERE ${condition} LIMIT 5000);`,
    '  EXIT WHEN NOT FOUND;',
    '  COMMIT;',
    'END LOOP; END $$;',
  ].join('\n');
}

function keyOf(catalog: Catalog, table: string): string {
  const constraints = [...(catalog.tables.get(table)?.constraints.values() ?? [])];
  return constraints.find(({ kind }) => kind === 'primary-key')?.columns[0] ?? 'id';
}
