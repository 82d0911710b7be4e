/** Which tables of a change have two names until contract. */

import { hiddenName } from '../../../../schema/bridge-trigger.js';
import type { ConfirmedValues, PlanReading } from '../../../planning.js';
import type { TableAlias } from './alias.js';
import type { ColumnRename } from './bridge.js';

/**
 * Each renamed table, with its renamed columns. So has a table with a renamed column by which the new release upserts: an
 * upsert needs a unique index under its name, and a copy of the column has none.
 */
export function aliasesOf(
  { renames }: PlanReading,
  { upserts = new Set() }: ConfirmedValues,
): readonly TableAlias[] {
  const columns = renames.filter((one) => one.kind === 'column');
  const of = (table: string): readonly ColumnRename[] => columns.filter((one) => one.table === table);
  const renamed = renames
    .filter((one) => one.kind === 'table')
    .map((rename) => ({ rename, head: rename.from, columns: of(rename.to) }));
  const upserted = columns.filter(({ table, to }) => upserts.has(`${table}.${to}`)).map(({ table }) => table);
  const hidden = [...new Set(upserted)].filter((table) => !renamed.some(({ rename }) => rename.to === table));
  return [
    ...renamed,
    ...hidden.map((table): TableAlias => {
      return {
        rename: { kind: 'table', from: hiddenName(table), to: table },
        head: table,
        columns: of(table),
      };
    }),
  ];
}
