import type { ForeignKeyModel, TableModel } from '../../../schema/model.js';

/** Tables, parents before children; where foreign keys go in a circle, those first that can do without their parent. */
export function parentsFirst(tables: readonly TableModel[]): readonly TableModel[] {
  const waiting = [...tables];
  const ordered: TableModel[] = [];
  while (waiting.length > 0) {
    const isHere = (name: string) => !waiting.some((table) => table.name === name);
    const ready = (needs: Needs) => (table: TableModel) => parentsOf(table, needs).every(isHere);
    const found = [ready(anyOf), ready(withoutNull), () => true].map((rule) => waiting.findIndex(rule));
    const at = found.find((index) => index >= 0) ?? 0;
    ordered.push(...waiting.splice(at, 1));
  }
  return ordered;
}

/** Whether the row may do without a parent: a column of the key takes NULL, every one where it is MATCH FULL. */
export function isOptional({ columns, match }: ForeignKeyModel, table: TableModel): boolean {
  const takesNull = (name: string) => nullableColumns(table).includes(name);
  return match === 'SIMPLE' ? columns.some(takesNull) : columns.every(takesNull);
}

/** SQLite calls a key that is not said to be NOT NULL nullable. */
export function nullableColumns({ columns, primaryKey }: TableModel): readonly string[] {
  return columns
    .filter(({ name, nullable }) => nullable && !primaryKey?.columns.includes(name))
    .map(({ name }) => name);
}

type Needs = (foreignKey: ForeignKeyModel, table: TableModel) => boolean;

const anyOf: Needs = () => true;
const withoutNull: Needs = (foreignKey, table) => !isOptional(foreignKey, table);

/** Itself aside. */
function parentsOf(table: TableModel, needs: Needs): readonly string[] {
  return table.foreignKeys
    .filter((foreignKey) => foreignKey.table !== table.name && needs(foreignKey, table))
    .map((foreignKey) => foreignKey.table);
}
