import type { A_Const, Node, PartitionBoundSpec } from 'libpg-query';
import { textsOf } from '../../databases/postgres/parse/names.js';
import type { BoundValue, PartitionBound } from './bound.js';

/** The bound of a partition, as far as it consists of constants. */
export function partitionBound(bound: PartitionBoundSpec | undefined): PartitionBound | null {
  if (bound === undefined) return null;
  if (bound.is_default === true) return { kind: 'default' };
  const { strategy, lowerdatums = [], upperdatums = [], listdatums = [] } = bound;
  if (strategy === 'l') return { kind: 'list', values: listdatums.map(valueOf) };
  const [lower, upper] = [lowerdatums.map(valueOf), upperdatums.map(valueOf)];
  return strategy === 'r' ? { kind: 'range', lower, upper } : { kind: 'hash' };
}

/** A constant, whatever it is cast to; a keyword for one that has no end; undefined for an expression. */
export function valueOf(node: Node | undefined): BoundValue {
  if (node === undefined) return undefined;
  if ('TypeCast' in node) return valueOf(node.TypeCast.arg);
  if ('ColumnRef' in node) return /^(minvalue|maxvalue)$/.test(wordOf(node)) ? null : undefined;
  return 'A_Const' in node ? constantOf(node.A_Const) : undefined;
}

function wordOf(node: Extract<Node, { ColumnRef: unknown }>): string {
  return textsOf(node.ColumnRef.fields).at(-1) ?? '';
}

function constantOf({ isnull, ival, sval, fval, boolval }: A_Const): BoundValue {
  if (isnull === true) return null;
  if (ival !== undefined) return ival.ival ?? 0;
  if (fval !== undefined) return Number(fval.fval);
  if (boolval !== undefined) return boolval.boolval === true;
  return sval?.sval;
}
