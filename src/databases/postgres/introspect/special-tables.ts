import type { SpecialTable } from '../../../schema/special-tables.js';
import type { DomainColumn } from '../../../schema/domains.js';
import type { ColumnRow, ConstraintRow, IndexRow, TableRow } from './rows.js';

/** A table and the rows of it that it may have from a parent. */
interface Rows {
  readonly table: TableRow;
  readonly constraints: readonly ConstraintRow[];
  readonly indexes: readonly IndexRow[];
}

/** Foreign tables, and partitions with what they have from their parents. */
export function specialTables(
  tables: readonly Rows[],
  qualify: (schema: string, name: string) => string,
): readonly SpecialTable[] {
  const nameOf = ({ schema, name }: TableRow) => qualify(schema, name);
  const names = new Map(tables.map(({ table }) => [table.oid, nameOf(table)]));
  return tables.flatMap(({ table, constraints, indexes }): readonly SpecialTable[] => {
    const { kind, parentId } = table;
    if (kind === 'f') return [{ name: nameOf(table), kind: 'foreign table', parent: null, inherited: [] }];
    if (parentId === null) return [];
    const inherited = [...constraints, ...indexes].filter((part) => part.inherited).map(({ name }) => name);
    return [{ name: nameOf(table), kind: 'partition', parent: names.get(parentId) ?? null, inherited }];
  });
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
