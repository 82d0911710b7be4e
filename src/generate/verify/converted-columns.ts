import type { ConvertedColumn } from '../../databases/planner.js';
import { columnNameAfter, tableNameAfter, type PreservedInput } from './preserved-data.js';

/** The columns whose values one of these expressions converts, by `table.column` in the names of the entities. */
export function convertedColumns(
  { head, desired, renames }: PreservedInput,
  usings: ReadonlyMap<string, string>,
): readonly ConvertedColumn[] {
  return head.tables.flatMap((table): readonly ConvertedColumn[] => {
    const after = desired.tables.find(({ name }) => name === tableNameAfter(table.name, renames));
    return table.columns.flatMap((column) => {
      const name = columnNameAfter(after?.name ?? '', column.name, renames);
      const later = after?.columns.find((one) => one.name === name);
      const expression = usings.get(`${after?.name ?? ''}.${name}`);
      if (!later || expression === undefined) return [];
      return [{ place: `${table.name}.${column.name}`, name, from: column.type, to: later.type, expression }];
    });
  });
}
