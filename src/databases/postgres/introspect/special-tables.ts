import type { SpecialTable } from '../../../schema/special-tables.js';
import type { DomainColumn } from '../../../schema/domains.js';
import type { ColumnRow, ConstraintRow, IndexRow, TableRow } from './rows.js';

/** A table and the rows of it that it may have from a parent. */
interface Rows {
  readonly table: TableRow;
  readonly columns: readonly ColumnRow[];
  readonly constraints: readonly ConstraintRow[];
  readonly indexes: readonly IndexRow[];
}

/** Foreign tables, and partitions and children with what they have from their parents. */
export function specialTables(
  tables: readonly Rows[],
  qualify: (schema: string, name: string) => string,
): readonly SpecialTable[] {
  const byId = new Map(tables.map(({ table }) => [table.oid, table]));
  const parentsOf = ({ parentIds }: TableRow): readonly TableRow[] =>
    (parentIds ?? []).flatMap((oid) => {
      const parent = byId.get(oid);
      return parent ? [parent, ...parentsOf(parent)] : [];
    });
  return tables.flatMap(({ table, columns, constraints, indexes }): readonly SpecialTable[] => {
    const kind = kindOf(table);
    if (kind === undefined) return [];
    const ofParent = (parts: readonly { readonly name: string; readonly inherited: boolean }[]) =>
      parts.filter((part) => part.inherited).map(({ name }) => name);
    const parents = parentsOf(table).map(({ schema, name }) => qualify(schema, name));
    return [
      {
        ...{ name: qualify(table.schema, table.name), kind, parents: [...new Set(parents)] },
        ...{ inherited: ofParent([...constraints, ...indexes]), columns: ofParent(columns) },
      },
    ];
  });
}

function kindOf({ kind, isPartition, parentIds }: TableRow): SpecialTable['kind'] | undefined {
  if (kind === 'f') return 'foreign table';
  if (isPartition) return 'partition';
  return parentIds === null ? undefined : 'child table';
}

/** The columns of a table whose types are domains. */
export function domainsOf(
  table: string,
  { columns }: { readonly columns: readonly ColumnRow[] },
): readonly DomainColumn[] {
  return columns.flatMap(({ name, domainOf }) =>
    domainOf === null ? [] : [{ table, column: name, base: domainOf }],
  );
}
