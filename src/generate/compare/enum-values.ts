import type { SchemaModel, TableModel } from '../../schema/model.js';
import { enumCheckOf } from '../../schema/enum-check.js';

/** The values of an enumerated column, in its order; none for any other column. */
export function valuesIn(
  { enums }: SchemaModel,
  table: TableModel | undefined,
  column: string,
): readonly string[] {
  const type = table?.columns.find(({ name }) => name === column)?.type ?? '';
  const name = type.replace(/^enum /, '').replace(/(\[\])+$/, '');
  const listed = enums.find((one) => one.name === name && type.startsWith('enum '))?.values;
  if (listed) return listed;
  const check = (table?.checks ?? []).map(enumCheckOf).find((one) => one?.column === column);
  return (check?.literals ?? []).map((literal) => literal.replace(/^'|'$/g, '').replaceAll("''", "'"));
}
