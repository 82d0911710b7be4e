import { isOver, type Catalog } from './catalog.js';

/** A partition, or a table that inherits. */
export interface Part {
  readonly name: string;
  readonly parent: string;
  /** Whether it is partitioned itself. */
  readonly isPartitioned: boolean;
}

/** Whether a table is partitioned, as far as revisions say. */
export function isPartitioned({ tables }: Pick<Catalog, 'tables'>, table: string | null): boolean {
  return table !== null && (tables.get(table)?.partitionKey ?? null) !== null;
}

/** All tables below a table that the revisions name, each behind its parent. */
export function partsOf(catalog: Pick<Catalog, 'tables'>, table: string): readonly Part[] {
  const found = new Map<string, Part>();
  const parents = [table];
  for (const parent of parents)
    for (const [name, { parents: own }] of catalog.tables)
      if (own.includes(parent) && name !== table && !found.has(name)) {
        found.set(name, { name, parent, isPartitioned: isPartitioned(catalog, name) });
        parents.push(name);
      }
  return [...found.values()];
}

/** Whether a column decides in which partition a row is, at any level. */
export function isPartitionKey(catalog: Catalog, table: string, column: string): boolean {
  const all = [table, ...partsOf(catalog, table).map(({ name }) => name)];
  return all.some((name) => catalog.tables.get(name)?.partitionKey?.includes(column) === true);
}

/** Whether a constraint, an index or the partitioning mentions a column, so that the column cannot go alone. */
export function isMentioned(catalog: Catalog, table: string, column: string): boolean {
  const parts = [table, ...partsOf(catalog, table).map(({ name }) => name)];
  return parts.some((part) => isMentionedIn(catalog, part, column));
}

function isMentionedIn({ tables, indexes }: Catalog, table: string, column: string): boolean {
  const constraints = [...(tables.get(table)?.constraints.values() ?? [])];
  const own = [...indexes.values()].filter((index) => index.table === table);
  return (
    constraints.some(({ columns, mentions }) => [...columns, ...mentions].includes(column)) ||
    own.some((index) => isOver(index, column)) ||
    tables.get(table)?.partitionKey?.includes(column) === true
  );
}
