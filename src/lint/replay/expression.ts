import type { Node } from 'libpg-query';
import { raw, type Expression, type IndexModel } from '../../schema/model.js';
import { columnName, columnsIn, notNullColumns } from '../sql/expression.js';

/** Every column that an expression of a known schema names. */
export function columnsOf({ sql }: Expression): readonly string[] {
  return columnsIn(JSON.parse(sql));
}

/** The column that it consists of. */
export function onlyColumn({ sql }: Expression): string | undefined {
  return columnName(JSON.parse(sql) as Node);
}

/** Columns that a condition proves not null, whatever else it requires. */
export function provenBy({ sql }: Expression): readonly string[] {
  return notNullColumns(JSON.parse(sql) as Node);
}

/** Columns that the expressions and the predicate of an index name. */
export function mentionsOf({ keys, where }: Pick<IndexModel, 'keys' | 'where'>): readonly string[] {
  const expressions = keys.flatMap(({ expression }) => (expression === null ? [] : [raw(expression)]));
  return [...expressions, ...(where ? [where] : [])].flatMap(columnsOf);
}

/** The key columns of an index. */
export function keyColumns({ keys }: Pick<IndexModel, 'keys'>): readonly string[] {
  return keys.flatMap(({ column }) => column ?? []);
}

/** Whether an index mentions a column anywhere. */
export function isOver(index: IndexModel, column: string): boolean {
  return [...keyColumns(index), ...index.include, ...mentionsOf(index)].includes(column);
}

/** The expression with another name for a column. */
export function renamedIn({ sql }: Expression, from: string, to: string): Expression {
  return raw(JSON.stringify(renamed(JSON.parse(sql), from, to)));
}

function renamed(tree: unknown, from: string, to: string): unknown {
  if (typeof tree !== 'object' || tree === null) return tree;
  if (Array.isArray(tree)) return tree.map((one) => renamed(one, from, to));
  const isColumn = columnName(tree as Node) === from;
  return isColumn
    ? { ColumnRef: { fields: [{ String: { sval: to } }] } }
    : Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, renamed(value, from, to)]));
}
