/** The schema between two halves of a change. */

import { applyChanges } from '../../../../schema/apply.js';
import type { Change } from '../../../../schema/change.js';
import type { SchemaModel, TableModel } from '../../../../schema/model.js';

/** The schema after some of the changes. Columns have the order of the entities, as far as these declare them. */
export function between(from: SchemaModel, changes: readonly Change[], to: SchemaModel): SchemaModel {
  const after = applyChanges(from, changes);
  const wanted = new Map(to.tables.map((table) => [table.name, table]));
  const isNew = (name: string) => !from.tables.some((table) => table.name === name);
  return {
    ...after,
    tables: after.tables.map((table) => {
      const full = wanted.get(table.name);
      if (!full) return table;
      return isNew(table.name) ? full : inOrder(table, full);
    }),
  };
}

function inOrder(table: TableModel, { columns }: TableModel): TableModel {
  const place = ({ name }: { readonly name: string }) => columns.findIndex((one) => one.name === name);
  return { ...table, columns: [...table.columns].sort((a, b) => place(a) - place(b)) };
}
