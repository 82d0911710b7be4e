import type { Change } from '../../../../schema/change.js';
import type { ExclusionModel, IndexModel, SchemaModel } from '../../../../schema/model.js';
import { statement, type Statement } from '../../../../sql/statement.js';
import type { PartProperties } from '../../../planning.js';
import { isMadeOf } from '../coexistence.js';
import type { PostgresNames } from '../sql.js';
import { elementMentions, sqlReader } from '../sql-reader.js';
import { isRetyped } from '../type-dependents.js';

/** The targets of an index, as an expression. PostgreSQL has one for a key that is an expression, no other one. */
export function targetsOf(index: string): string {
  return `ARRAY(
    SELECT json_build_object('key', attnum, 'target', attstattarget) FROM pg_attribute
     WHERE attrelid = ${index} AND attnum > 0 AND attstattarget >= 0 ORDER BY attnum)`;
}

/** The statements that give the targets to an index. */
export function targetsAgain(
  names: PostgresNames,
  { table, name, targets }: PartProperties,
): readonly Statement[] {
  const alter = `ALTER INDEX ${names.indexPath(table, name)} ALTER COLUMN`;
  return targets.map(({ key, target }) => statement(`${alter} ${key} SET STATISTICS ${target}`));
}

/** Those for which the part that takes the place of another one has an expression. */
export function targetsFor(part: object, { targets }: PartProperties): PartProperties['targets'] {
  return targets.filter(({ key }) => isExpression(part, key - 1));
}

function isExpression(part: Partial<IndexModel & ExclusionModel>, place: number): boolean {
  const element = part.elements?.[place]?.expression.sql;
  if (element !== undefined) return sqlReader().element(element)?.isComputed ?? false;
  return typeof part.keys?.[place]?.expression === 'string';
}

/** Those of indexes that PostgreSQL itself builds again for the new type of a column: it forgets their targets. */
export function targetsForgotten(
  properties: readonly PartProperties[],
  { from, changes }: { readonly from: SchemaModel; readonly changes: readonly Change[] },
): readonly PartProperties[] {
  const retyped = changes.filter(isRetyped);
  return properties.filter(({ table, name, targets }) => {
    const columns = retyped.filter((change) => change.table === table).map(({ object }) => object);
    const model = from.tables.find((one) => one.name === table);
    const index = model?.indexes.find((one) => one.name === name);
    const exclusion = model?.exclusions.find((one) => one.name === name);
    const uses = (column: string) =>
      (index !== undefined && isMadeOf(index, column)) ||
      (exclusion !== undefined && excludesBy(exclusion, column));
    return targets.length > 0 && columns.some(uses);
  });
}

function excludesBy({ elements, where }: ExclusionModel, column: string): boolean {
  const all = [...elements.map(({ expression }) => expression.sql), ...(where ? [where.sql] : [])];
  return all.some((sql) => elementMentions(sql, column));
}
