import type { SchemaModel } from '../../../schema/model.js';

/**
 * The name of a table during its rebuild: `temporary_jobs`, the prefix by which the migrator recognizes a rebuild. No
 * table and no index has the name.
 */
export function temporaryName(table: string, schemas: readonly SchemaModel[]): string {
  const tables = schemas.flatMap((schema) => schema.tables);
  const names = tables.flatMap(({ name, indexes }) => [name, ...indexes.map((index) => index.name)]);
  const taken = new Set(names.map((name) => name.toLowerCase()));
  let name = `temporary_${table}`;
  for (let next = 2; taken.has(name.toLowerCase()); next += 1) name = `temporary_${table}_${next}`;
  return name;
}
