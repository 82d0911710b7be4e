/**
 * Words whose operator the server does not show, whatever schema it is of: IS DISTINCT FROM, NULLIF and the values of
 * CASE compare by `=`.
 */

import { parsePostgresType } from '../../../sql/postgres-types.js';
import type { Meaning } from './meaning.js';
import { isFields, namesIn, type Fields, type Tree } from './tree.js';

const HIDING = ['AEXPR_DISTINCT', 'AEXPR_NOT_DISTINCT', 'AEXPR_NULLIF'];

/** Whether a node compares by an operator that it does not show, and that may be one of several. */
export function hidesOneOfSeveral(tree: Fields, meaning: Meaning): boolean {
  const compared = comparedBy(tree);
  return compared.length > 0 && meaning.meanings.isOneOfSeveral('=', typesIn(compared, meaning));
}

function comparedBy({ A_Expr: operation, CaseExpr: choice }: Fields): readonly Tree[] {
  if (isFields(operation) && HIDING.includes(String(operation['kind'])))
    return [operation['lexpr'], operation['rexpr']];
  if (!isFields(choice) || !choice['arg']) return [];
  const ways = Array.isArray(choice['args']) ? (choice['args'] as readonly Tree[]) : [];
  const values = ways.map((way) =>
    isFields(way) && isFields(way['CaseWhen']) ? way['CaseWhen']['expr'] : null,
  );
  return [choice['arg'], ...values];
}

/** The names of the types that the values may have; null where one may have any. */
function typesIn(trees: readonly Tree[], meaning: Meaning): readonly string[] | null {
  const types: string[] = [];
  for (const tree of trees) {
    const own = typesOf(tree, meaning);
    if (own === null) return null;
    types.push(...own);
  }
  return types;
}

function typesOf(tree: Tree, meaning: Meaning): readonly string[] | null {
  if (!isFields(tree)) return [];
  const { ColumnRef: column, TypeCast: cast, A_Const: constant } = tree;
  if (isFields(column)) {
    const type = meaning.columns.get(namesIn(column['fields']).at(-1) ?? '');
    return type === undefined ? null : [parsePostgresType(type.replace(/^enum /, '')).name];
  }
  if (isFields(cast) && isFields(cast['typeName'])) return namesIn(cast['typeName']['names']).slice(-1);
  if (isFields(constant)) return 'sval' in constant ? ['text'] : ['int4'];
  return null;
}
