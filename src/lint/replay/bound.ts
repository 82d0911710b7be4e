/** Whether a validated check proves that all rows of a table are within a bound, or that none of them is. */

import type { Node } from 'libpg-query';
import { columnName } from '../sql/expression.js';
import type { BoundValue, PartitionBound } from '../sql/bound.js';
import { textsOf } from '../../databases/postgres/parse/names.js';
import { valueOf } from '../sql/partition-bound.js';
import { tableIn, type KnownSchema } from './known-schema.js';
import { isProvenNotNull } from './parts.js';

/** The rows of a partition, by one column. */
export interface Bounded {
  readonly column: string;
  readonly bound: PartitionBound;
}

/** Whether all rows of a table are known to be within the bound. */
export function isWithin(schema: KnownSchema, table: string, { column, bound }: Bounded): boolean {
  if (!isProvenNotNull(schema, { table, column })) return false;
  const facts = comparisonsOf(schema, table, column);
  if (bound.kind === 'list') {
    return facts.some(
      ({ values }) => values.length > 0 && values.every((value) => bound.values.includes(value)),
    );
  }
  if (bound.kind !== 'range' || bound.lower.length !== 1 || bound.upper.length !== 1) return false;
  const [[lower], [upper]] = [bound.lower, bound.upper];
  const isAbove = lower === null || facts.some(({ from }) => isOrdered(lower, from));
  return isAbove && (upper === null || facts.some(({ below }) => isOrdered(below, upper)));
}

/** Whether no row of a table is within the bound: a check rejects each value of a list. */
export function isOutside(schema: KnownSchema, table: string, { column, bound }: Bounded): boolean {
  if (bound.kind !== 'list') return false;
  const facts = comparisonsOf(schema, table, column);
  return bound.values.every((value) => value !== null && facts.some(({ not }) => not === value));
}

/** What one comparison of a check says of a column; undefined for nothing. */
interface Comparison {
  readonly from: BoundValue;
  readonly below: BoundValue;
  readonly not: BoundValue;
  readonly values: readonly BoundValue[];
}

const NOTHING: Comparison = { from: undefined, below: undefined, not: undefined, values: [] };

function comparisonsOf(schema: KnownSchema, table: string, column: string): readonly Comparison[] {
  const checks = (tableIn(schema, table)?.checks ?? []).filter(({ validated }) => validated);
  return checks
    .flatMap(({ expression }) => conjuncts(JSON.parse(expression.sql) as Node))
    .map((node) => comparison(node, column));
}

function conjuncts(node: Node): readonly Node[] {
  const isAnd = 'BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR';
  return isAnd ? (node.BoolExpr.args ?? []).flatMap(conjuncts) : [node];
}

function comparison(node: Node, column: string): Comparison {
  if (!('A_Expr' in node) || columnName(node.A_Expr.lexpr) !== column) return NOTHING;
  const { name, rexpr, kind } = node.A_Expr;
  const operator = textsOf(name).at(-1);
  if (kind === 'AEXPR_IN' && operator === '=' && rexpr !== undefined && 'List' in rexpr)
    return { ...NOTHING, values: (rexpr.List.items ?? []).map(valueOf) };
  const value = kind === 'AEXPR_OP' ? valueOf(rexpr) : undefined;
  if (operator === '=') return { ...NOTHING, values: [value] };
  if (operator === '>=') return { ...NOTHING, from: value };
  if (operator === '<') return { ...NOTHING, below: value };
  return operator === '<>' ? { ...NOTHING, not: value } : NOTHING;
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Numbers by size, days by their order; other texts only if they are the same. */
function isOrdered(low: BoundValue, high: BoundValue): boolean {
  if (low === undefined || high === undefined || low === null || high === null) return false;
  if (low === high) return true;
  if (typeof low === 'number' && typeof high === 'number') return low < high;
  return [low, high].every((one) => typeof one === 'string' && DAY.test(one)) && low < high;
}
