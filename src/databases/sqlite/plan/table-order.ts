import { compareText, type TableModel } from '../../../schema/model.js';

/**
 * Parents before their children, otherwise by name. Where foreign keys form a circle, one table precedes its parent,
 * which SQLite allows.
 */
export function parentsFirst(tables: readonly TableModel[]): readonly TableModel[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const begun = new Set<string>();
  const placed: TableModel[] = [];
  const place = (name: string): void => {
    const table = byName.get(name);
    if (!table || begun.has(name)) return;
    begun.add(name);
    for (const parent of table.foreignKeys.map((foreignKey) => foreignKey.table).sort(compareText))
      place(parent);
    placed.push(table);
  };
  for (const name of [...byName.keys()].sort(compareText)) place(name);
  return placed;
}
