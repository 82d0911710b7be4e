import type { SchemaModel } from './model.js';

/** A column whose type is a domain, and the type that the domain restricts. */
export interface DomainColumn {
  readonly table: string;
  readonly column: string;
  readonly base: string;
}

/** A live schema in which a domain over the type that the entity declares is that type: the column keeps the domain. */
export function withBases(
  live: SchemaModel,
  desired: SchemaModel,
  domains: readonly DomainColumn[],
): SchemaModel {
  if (domains.length === 0) return live;
  const keyOf = (table: string, column: string) => `${table}\0${column}`;
  const bases = new Map(domains.map(({ table, column, base }) => [keyOf(table, column), base]));
  const types = new Map(
    desired.tables.flatMap(({ name, columns }) =>
      columns.map((column) => [keyOf(name, column.name), column.type] as const),
    ),
  );
  const tables = live.tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) => {
      const key = keyOf(table.name, column.name);
      const base = bases.get(key);
      return base !== undefined && base === types.get(key) ? { ...column, type: base } : column;
    }),
  }));
  return { ...live, tables };
}
