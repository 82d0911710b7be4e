/** NOT NULL constraints of columns that are more than an entity declares: they stay. */

import type { ColumnModel, NotNullModel, SchemaModel, TableModel } from './model.js';

/** A column that its entity declares required, and whose NOT NULL was never validated. */
export interface UnvalidatedColumn {
  readonly column: string;
  readonly live: Pick<ColumnModel, 'nullable'> & { readonly notNull: NotNullModel };
}

/** Those of a table. */
export function unvalidatedColumns(live: TableModel, desired: TableModel): readonly UnvalidatedColumn[] {
  return desired.columns.flatMap(({ name: column, nullable }) => {
    const { notNull } = columnOf(live, column) ?? {};
    return nullable || !notNull || notNull.validated ? [] : [{ column, live: { nullable: true, notNull } }];
  });
}

/** The desired schema with the constraints that its required columns have: what makes a column again keeps their names. */
export function withNotNull(desired: SchemaModel, live: SchemaModel): SchemaModel {
  const tables = new Map(live.tables.map((table) => [table.name, table]));
  return {
    ...desired,
    tables: desired.tables.map((table) => {
      const there = tables.get(table.name);
      return there?.columns.some(({ notNull }) => notNull)
        ? { ...table, columns: kept(table, there) }
        : table;
    }),
  };
}

function kept(table: TableModel, there: TableModel): readonly ColumnModel[] {
  return table.columns.map((column) => {
    const notNull = column.nullable ? undefined : columnOf(there, column.name)?.notNull;
    return notNull?.validated ? { ...column, notNull } : column;
  });
}

function columnOf({ columns }: TableModel, name: string): ColumnModel | undefined {
  return columns.find((column) => column.name === name);
}
