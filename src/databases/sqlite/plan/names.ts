import type { SchemaModel } from '../../../schema/model.js';

/**
 * What a table is called while it is built anew: `temporary_jobs`, the prefix by which the migrator knows a rebuild. The
 * name is that of no table and no index.
 */
export function temporaryName(table: string, schemas: readonly SchemaModel[]): string {
  const tables = schemas.flatMap((schema) => schema.tables);
  const names = tables.flatMap(({ name, indexes }) => [name, ...indexes.map((index) => index.name)]);
  const taken = new Set(names.map((name) => name.toLowerCase()));
  let name = `temporary_${table}`;
  for (let next = 2; taken.has(name.toLowerCase()); next += 1) name = `temporary_${table}_${next}`;
  return name;
}
