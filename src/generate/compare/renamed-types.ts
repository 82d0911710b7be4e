import { enumIn } from './enum-values.js';
import type { SchemaModel } from '../../schema/model.js';
import { columnNameAfter, tableNameAfter } from '../verify/preserved-data.js';
import type { Rename } from '../../schema/rename.js';

type TypeRename = Extract<Rename, { readonly kind: 'type' }>;

/**
 * A column that keeps its place and gets an enumerated type of another name: the type is renamed. TypeORM's default
 * name contains those of the table and the column, so the type is renamed with these; or `enumName` differs. The rows do
 * not change. A new column may declare a type under the former name, where no other column keeps that one.
 */
export function renamedTypes(
  head: SchemaModel,
  desired: SchemaModel,
  renames: readonly Rename[],
): readonly TypeRename[] {
  const pairs = head.tables.flatMap((table) => {
    const after = desired.tables.find(({ name }) => name === tableNameAfter(table.name, renames));
    return table.columns.flatMap(({ name, type }) => {
      const later = after?.columns.find((one) => one.name === columnNameAfter(after.name, name, renames));
      return later ? [{ from: enumIn(type), to: enumIn(later.type) }] : [];
    });
  });
  const isIn = ({ enums }: SchemaModel, type: string) => enums.some(({ name }) => name === type);
  const isKept = (type: string) => pairs.some(({ from, to }) => from === type && to === type);
  const moved = pairs.filter(
    ({ from, to }) => isIn(head, from) && !isKept(from) && isIn(desired, to) && !isIn(head, to),
  );
  const byOld = new Map(moved.map(({ from, to }) => [from, to]));
  const byNew = new Map([...byOld].map(([from, to]) => [to, from]));
  return [...byNew].map(([to, from]) => ({ kind: 'type', from, to }));
}
