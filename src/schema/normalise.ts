/** Sorts both sides before they are compared. */

import { sorted, type SchemaModel, type TableModel } from './model.js';

/** Brings a schema into the order that the model requires. */
export function normalise(schema: SchemaModel): SchemaModel {
  const { tables, enums, views } = schema;
  return {
    ...schema,
    ...{ tables: sorted(tables.map(sortTable)), enums: sorted(enums) },
    ...(views ? { views: sorted(views) } : {}),
  };
}

function sortTable(table: TableModel): TableModel {
  return {
    ...table,
    columns: sorted(table.columns),
    uniques: sorted(table.uniques),
    indexes: sorted(table.indexes),
    foreignKeys: sorted(table.foreignKeys),
    checks: sorted(table.checks),
    exclusions: sorted(table.exclusions),
  };
}
