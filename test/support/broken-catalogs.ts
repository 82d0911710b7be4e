import type { TableModel } from '../../src/schema/model.js';
import { broken, type Broken } from './break-database.js';

/** A catalog that does not see one aspect of tables. */
export function blind(fault: string, seen: (table: TableModel) => Partial<TableModel>): Broken {
  return broken(fault, ({ catalog }) => ({
    catalog: {
      ...catalog,
      introspect: async (...given) => {
        const live = await catalog.introspect(...given);
        const tables = live.schema.tables.map((table) => ({ ...table, ...seen(table) }));
        return { ...live, schema: { ...live.schema, tables } };
      },
    },
  }));
}

/** Each is blind for one aspect of what the check creates. */
export const BLIND: readonly Broken[] = [
  blind('a column missing', ({ columns }) => ({ columns: columns.slice(1) })),
  blind('every column nullable', ({ columns }) => ({
    columns: columns.map((column) => ({ ...column, nullable: true })),
  })),
  blind('no primary keys', () => ({ primaryKey: null })),
  blind('no foreign keys', () => ({ foreignKeys: [] })),
  blind('no checks', () => ({ checks: [] })),
  blind('no indexes', () => ({ indexes: [] })),
  blind('no unique indexes', ({ indexes }) => ({
    indexes: indexes.map((index) => ({ ...index, unique: false })),
  })),
  blind('no conditions of indexes', ({ indexes }) => ({
    indexes: indexes.map((index) => ({ ...index, where: null })),
  })),
];
