import type { SchemaModel } from '../../../schema/model.js';
import type { OwnIndex } from '../../planning.js';

/** A schema with indexes of its tables that entities leave alone: what takes one off puts it back. */
export function withIndexes(schema: SchemaModel, own: readonly OwnIndex[]): SchemaModel {
  const tables = schema.tables.map((table) => {
    const more = own.filter((one) => one.table === table.name).map(({ index }) => index);
    return { ...table, indexes: [...table.indexes, ...more] };
  });
  return { ...schema, tables };
}
