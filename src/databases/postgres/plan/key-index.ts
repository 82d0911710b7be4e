import type { IndexModel, KeyModel } from '../../../schema/model.js';

/** The index of a key. */
export function keyIndex({ name, columns, include, nulls }: KeyModel): IndexModel {
  const usual = { expression: null, order: 'ASC', nulls: 'LAST', opclass: null, collation: null } as const;
  return {
    name: name ?? '',
    keys: columns.map((column) => ({ column, ...usual })),
    include,
    unique: true,
    nulls,
    method: 'btree',
    where: null,
    valid: true,
  };
}
