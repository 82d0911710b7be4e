import type { SchemaModel, TableModel } from '../../schema/model.js';
import { enumCheckOf, valuesOf } from '../../schema/enum-check.js';

/** The values of an enumerated column, in its order; none for any other column. */
export function valuesIn(
  { enums }: SchemaModel,
  table: TableModel | undefined,
  column: string,
): readonly string[] {
  const type = table?.columns.find(({ name }) => name === column)?.type ?? '';
  const listed = enums.find(({ name }) => name === enumIn(type))?.values;
  if (listed) return listed;
  return valuesOf((table?.checks ?? []).map(enumCheckOf).find((one) => one?.column === column));
}

/** Of `enum jobs_status_enum[]`, the name of the type; empty for any other type. */
export function enumIn(type: string): string {
  return /^enum (.*?)(?:\[\])*$/.exec(type)?.[1] ?? '';
}
