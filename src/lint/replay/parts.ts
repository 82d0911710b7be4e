import type { ColumnModel } from '../../schema/model.js';
import { constraintsOf, namedBy } from './constraints.js';
import { isOver, provenBy } from './expression.js';
import {
  columnIn,
  EVERY_FACET,
  isKnown,
  tableIn,
  type ColumnPath,
  type KnownSchema,
} from './known-schema.js';

/** A partition, or a table that inherits. */
export interface Part {
  readonly name: string;
  readonly parent: string;
  /** Whether it is partitioned itself. */
  readonly isPartitioned: boolean;
}

/** Whether a table is partitioned, as far as the revisions show. */
export function isPartitioned({ notes }: KnownSchema, table: string | null): boolean {
  return table !== null && (notes.get(table)?.partitionKey ?? null) !== null;
}

/** All tables below a table that the revisions name, each behind its parent. */
export function partitionsOf(schema: KnownSchema, table: string): readonly Part[] {
  const found = new Map<string, Part>();
  const parents = [table];
  for (const parent of parents)
    for (const { name } of schema.model.tables)
      if (schema.notes.get(name)?.parents.includes(parent) && name !== table && !found.has(name)) {
        found.set(name, { name, parent, isPartitioned: isPartitioned(schema, name) });
        parents.push(name);
      }
  return [...found.values()];
}

function withParts(schema: KnownSchema, table: string): readonly string[] {
  return [table, ...partitionsOf(schema, table).map(({ name }) => name)];
}

/** Whether a column decides in which partition a row is, at any level. */
export function isPartitionKey(schema: KnownSchema, { table, column }: ColumnPath): boolean {
  return withParts(schema, table).some(
    (part) => schema.notes.get(part)?.partitionKey?.includes(column) === true,
  );
}

/** Whether a unique index may be over a column; so it is where the table is not known. */
export function isUniqueKey(schema: KnownSchema, { table, column }: ColumnPath): boolean {
  return withParts(schema, table).some((part) => {
    const known = tableIn(schema, part);
    if (!known) return true;
    const { primaryKey, uniques, indexes } = known;
    return (
      [...(primaryKey ? [primaryKey] : []), ...uniques].some((key) => key.columns.includes(column)) ||
      indexes.some((index) => index.unique && isOver(index, column))
    );
  });
}

/** Whether a constraint, an index or the partitioning mentions a column, so that the column cannot go alone. */
function isMentioned(schema: KnownSchema, { table, column }: ColumnPath): boolean {
  return withParts(schema, table).some((part) => isMentionedIn(schema, { table: part, column }));
}

function isMentionedIn(schema: KnownSchema, { table: name, column }: ColumnPath): boolean {
  const [table, note] = [tableIn(schema, name), schema.notes.get(name)];
  if (!table || !note) return false;
  return (
    constraintsOf(table).some((constraint) => namedBy(constraint).includes(column)) ||
    [...note.unplaced.values()].some((one) => one.column === column) ||
    table.indexes.some((index) => isOver(index, column)) ||
    note.partitionKey?.includes(column) === true
  );
}

/**
 * A column of which all is known, and that would lose nothing but its values: no default, no identity, nothing over it.
 */
export function plainColumn(schema: KnownSchema, path: ColumnPath): ColumnModel | undefined {
  const column = columnIn(schema, path.table, path.column);
  const isBare = column?.default === null && column.identity === null && column.generated === null;
  const isWhole = [...EVERY_FACET].every((facet) => isKnown(schema, path, facet));
  return isBare && isWhole && !isMentioned(schema, path) ? column : undefined;
}

/** Whether no row can hold a null there: the column or a validated check forbids it. */
export function isProvenNotNull(schema: KnownSchema, { table: name, column }: ColumnPath): boolean {
  if (columnIn(schema, name, column)?.nullable === false) return true;
  const checks = tableIn(schema, name)?.checks ?? [];
  const unplaced = [...(schema.notes.get(name)?.unplaced.values() ?? [])];
  return (
    checks.some(({ validated, expression }) => validated && provenBy(expression).includes(column)) ||
    unplaced.some((one) => one.validated && one.column === column)
  );
}
