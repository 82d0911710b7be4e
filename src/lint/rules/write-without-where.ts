import { actionRule, BOTH } from '../rule.js';
import { typeIn, type KnownSchema } from '../replay/known-schema.js';
import { isPartitionKey, isUniqueKey } from '../replay/parts.js';
import type { WriteAction } from '../sql/action.js';
import { batches, differs } from '../advice/batches.js';
import { ALONE, script } from '../advice/replacements.js';
import { typeText } from '../sql/type.js';
import { quotePath } from '../../sql/quote.js';

/** Every row of a table in one transaction. */
export const writeWithoutWhere = actionRule({
  id: 'write-without-where',
  directions: BOTH,
  on: ['write'],
  check: (action, { before, isNew }) => {
    if (action.hasWhere || isNew(action.table)) return null;
    const table = quotePath(action.table);
    return {
      message: action.inMerge
        ? `MERGE deletes every matching row of ${table} in one transaction and keeps each locked until its end.`
        : action.verb === 'DELETE'
          ? `DELETE without WHERE deletes every row of ${table} in one transaction and keeps each locked until its end.`
          : `UPDATE without WHERE rewrites every row of ${table} in one transaction: each stays locked until its end, and the table grows to twice its size.`,
      replacement: action.inMerge ? null : replacement(action, before),
    };
  },
});

/**
 * Null where running it twice would give another value, so that batches could not be resumed, and where a row moves to
 * another partition.
 */
function replacement({ verb, table, assignments }: WriteAction, before: KnownSchema): string | null {
  if (verb === 'DELETE') return script(ALONE, batches({ table, change: { verb }, left: null }));
  if (verb === 'INSERT' || assignments === null || assignments.length === 0) return null;
  if (assignments.some(({ unstable }) => unstable)) return null;
  if (assignments.some(({ column }) => isPartitionKey(before, { table, column }))) return null;
  const set = assignments.map(({ column, value }) => `${quotePath(column)} = ${value}`).join(', ');
  const left = assignments.map(({ column, value }) => {
    const type = typeIn(before, { table, column });
    const name = quotePath(column);
    return type ? differs(name, `(${value})::${typeText(type)}`) : `${name} IS DISTINCT FROM (${value})`;
  });
  const isKey = assignments.some(({ column }) => isUniqueKey(before, { table, column }));
  const change = { verb, set, isKey } as const;
  return script(
    ALONE,
    batches({ table, change, left: left.length === 1 ? left.join('') : `(${left.join(' OR ')})` }),
  );
}
