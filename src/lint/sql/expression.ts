import type { A_Const, FuncCall, Node, SQLValueFunction } from 'libpg-query';
import type { ExpressionFact } from './action.js';
import { textsOf } from '../../databases/postgres/parse/names.js';
import { NON_VOLATILE } from './non-volatile-functions.js';
import { raw, type Expression } from '../../schema/model.js';
import { loadParser, visitObjects } from '../../databases/postgres/parse/parser.js';

/** An expression as rules see it, and its text where that is known. */
export function expressionFact(node: Node, text = ''): ExpressionFact {
  return { volatile: volatileIn(node), tree: treeOf(node), text };
}

/** An expression as the model of lint has it: the tree of the parser, without places. */
export function treeOf(node: Node): Expression {
  return raw(treeText(node));
}

/** The same as a text. */
export function treeText(node: Node): string {
  return JSON.stringify(node, (key, value: unknown) => (PLACES.test(key) ? undefined : value));
}

const PLACES = /^location$|_(start|end)$/;

/**
 * Whether an SQL expression may give another value for each row, so that a column with that default makes PostgreSQL
 * rewrite a table. An unlisted function counts as volatile, and so does what cannot be parsed.
 */
export async function isVolatileExpression(sql: string): Promise<boolean> {
  const parsed = (await loadParser()).parse(`SELECT ${sql}`);
  return parsed.kind === 'unparsable' || parsed.nodes.some((node) => volatileIn(node).length > 0);
}

/** Columns that a condition proves not null, whatever else it requires. */
export function notNullColumns(node: Node | undefined): readonly string[] {
  if (node === undefined) return [];
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR')
    return (node.BoolExpr.args ?? []).flatMap(notNullColumns);
  if (!('NullTest' in node) || node.NullTest.nulltesttype !== 'IS_NOT_NULL') return [];
  const column = columnName(node.NullTest.arg);
  return column === undefined ? [] : [column];
}

/** The column that an expression consists of. */
export function columnName(node: Node | undefined): string | undefined {
  if (node === undefined || !('ColumnRef' in node)) return undefined;
  return textsOf(node.ColumnRef.fields).at(-1);
}

/** Every column that it names. */
export function columnsIn(tree: unknown): readonly string[] {
  const names = new Set<string>();
  visitObjects(tree, ({ ColumnRef: column }) => {
    const fields = (column as { readonly fields?: readonly Node[] } | undefined)?.fields;
    if (fields) names.add(textsOf(fields).at(-1) ?? '');
  });
  return [...names];
}

/** The columns among the parts of an index; a part may be an expression instead. */
export function indexColumns(parts: readonly Node[] = []): readonly string[] {
  return parts.flatMap((part) => columnOfPart(part) ?? []);
}

/** PostgreSQL takes a column in parentheses, also with a collation, for the column. */
function columnOfPart(part: Node): string | undefined {
  if (!('IndexElem' in part)) return undefined;
  const { name, expr } = part.IndexElem;
  const inner = expr && 'CollateClause' in expr ? expr.CollateClause.arg : expr;
  return name ?? (inner && 'ColumnRef' in inner ? columnsIn(inner)[0] : undefined);
}

/** The columns by which a table is partitioned, those that its expressions name included. */
export function partitionColumns(parts: readonly Node[] = []): readonly string[] {
  const names = parts.flatMap((node) => ('PartitionElem' in node ? (node.PartitionElem.name ?? []) : []));
  return [...names, ...columnsIn(parts)];
}

/** Every text in it. */
export function literalsIn(nodes: readonly Node[]): ReadonlySet<string> {
  const literals = new Set<string>();
  visitObjects(nodes, ({ sval }) => {
    const text = (sval as { readonly sval?: unknown } | undefined)?.sval;
    if (typeof text === 'string') literals.add(text);
  });
  return literals;
}

function volatileIn(node: Node): readonly string[] {
  const names: string[] = [];
  visitObjects(node, ({ FuncCall: call }) => {
    if (call === undefined) return;
    const name = functionName(call as FuncCall);
    if (!NON_VOLATILE.has(name)) names.push(name);
  });
  return names;
}

/** Functions that give another value in the next transaction, and constants that do. */
const TIMES = new Set(['now', 'transaction_timestamp', 'statement_timestamp', 'age']);
const TIME_WORDS = /^\s*(now|today|tomorrow|yesterday)\b/i;
const TIME_KEYWORDS = /^SVFOP_(CURRENT|LOCAL)_?TIME|^SVFOP_CURRENT_DATE/;

/** Whether an expression has another value in a later transaction, though one value for a whole statement. */
export function tellsTheTime(node: Node): boolean {
  let found = false;
  visitObjects(node, ({ FuncCall: call, SQLValueFunction: keyword, A_Const: constant }) => {
    found ||= call !== undefined && TIMES.has(functionName(call as FuncCall));
    found ||= keyword !== undefined && TIME_KEYWORDS.test(String((keyword as SQLValueFunction).op));
    found ||= constant !== undefined && TIME_WORDS.test((constant as A_Const).sval?.sval ?? '');
  });
  return found;
}

/**
 * Without the schema in which PostgreSQL's own are; a function of another schema keeps it, so that both stay distinct.
 */
function functionName({ funcname = [] }: FuncCall): string {
  const parts = textsOf(funcname);
  return parts[0] === 'pg_catalog' ? parts.slice(1).join('.') : parts.join('.');
}
