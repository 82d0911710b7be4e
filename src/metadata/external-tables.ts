import type { DataSource } from 'typeorm';
import type { TableModel } from '../schema/model.js';
import { describeTables } from './describe.js';
import { externalEntities, managedEntities } from './managed.js';

/**
 * The tables of entities with `synchronize: false`, as far as a foreign key needs them: their columns and keys. A table
 * that another entity manages is none of them.
 */
export function externalTables(dataSource: DataSource): readonly TableModel[] {
  const external = externalEntities(dataSource);
  if (external.length === 0) return [];
  const managed = new Set(describeTables(dataSource, managedEntities(dataSource)).map(({ name }) => name));
  const tables = describeTables(dataSource, external).filter(({ name }) => !managed.has(name));
  return [...new Map(tables.map((table) => [table.name, plain(table)])).values()];
}

function plain(table: TableModel): TableModel {
  return {
    ...table,
    comment: null,
    columns: table.columns.map((column) => ({
      ...column,
      // An enumerated type may belong to a table of the project, whose revision creates it.
      type: column.type.replace(/^enum .*?(\[\])?$/, 'text$1'),
      ...{ default: null, identity: null, generated: null, storage: null, collation: null, comment: null },
    })),
    indexes: table.indexes.filter(({ unique, where }) => unique && where === null),
    foreignKeys: [],
    checks: [],
    exclusions: [],
  };
}
