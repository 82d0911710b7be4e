import type { SchemaModel } from '../../../schema/model.js';
import type { OwnIndex } from '../../planning.js';

/** A schema with the indexes of its tables that entities exclude: an operation that drops one creates it again. */
export function withIndexes(schema: SchemaModel, own: readonly OwnIndex[]): SchemaModel {
  const tables = schema.tables.map((table) => {
    const more = own.filter((one) => one.table === table.name).map(({ index }) => index);
    return { ...table, indexes: [...table.indexes, ...more] };
  });
  return { ...schema, tables };
}
