import type { Node } from 'libpg-query';
import type { ExpressionParts, SqlLiteral, SqlReader } from '../../sql-reader.js';
import { questionIn } from '../../../sql/question.js';
import { textsOf } from './names.js';
import { visitObjects, type Parser } from './parser.js';

/** What PostgreSQL's own parser finds in an expression. */
export interface PostgresExpression extends ExpressionParts {
  /** Names of the functions that it calls, without their schemas. */
  readonly functions: ReadonlySet<string>;
  /** Whether it is more than the name of a column. */
  readonly isComputed: boolean;
}

/** Reads SQL of PostgreSQL. It parses each expression once, however often it is asked for. */
export interface PostgresReader extends SqlReader {
  readonly expression: (sql: string) => PostgresExpression | undefined;
  /**
   * An element of an index or of an exclusion constraint, which may have a collation and an operator class behind it.
   */
  readonly element: (sql: string) => PostgresExpression | undefined;
}

/** Reads with PostgreSQL's own parser; what its grammar does not take is undefined. */
export function postgresReader(parser: Parser): PostgresReader {
  return {
    expression: once((sql) => partsOf(expressionIn(parser, sql))),
    element: once((sql) => partsOf(elementIn(parser, sql))),
    names: (statement, name) => namesIn(parser, questionIn(statement) ?? statement)?.has(name),
  };
}

function once<T>(read: (sql: string) => T): (sql: string) => T {
  const known = new Map<string, { readonly found: T }>();
  return (sql) => {
    const { found } = known.get(sql) ?? { found: read(sql) };
    known.set(sql, { found });
    return found;
  };
}

/** What a SELECT of one expression has in its tree. */
const SELECT_OF_ONE = new Set(['targetList', 'limitOption', 'op']);

/** The line break ends a comment at the end of the expression. */
function expressionIn(parser: Parser, sql: string): Node | undefined {
  const node = onlyNode(parser, `SELECT (${sql}\n)`);
  if (!node || !('SelectStmt' in node)) return undefined;
  const { targetList = [] } = node.SelectStmt;
  const [target] = targetList;
  const isAlone =
    targetList.length === 1 && Object.keys(node.SelectStmt).every((key) => SELECT_OF_ONE.has(key));
  return isAlone && target && 'ResTarget' in target ? target.ResTarget.val : undefined;
}

function elementIn(parser: Parser, sql: string): Node | undefined {
  const node = onlyNode(parser, `CREATE INDEX ON t (${sql}\n)`);
  if (!node || !('IndexStmt' in node)) return undefined;
  const { indexParams = [], whereClause } = node.IndexStmt;
  const [element] = indexParams;
  if (indexParams.length !== 1 || whereClause || !element || !('IndexElem' in element)) return undefined;
  const { name, expr } = element.IndexElem;
  return name === undefined ? expr : { ColumnRef: { fields: [{ String: { sval: name } }] } };
}

function onlyNode(parser: Parser, sql: string): Node | undefined {
  const parsed = parser.parse(sql);
  return parsed.kind === 'parsed' && parsed.nodes.length === 1 ? parsed.nodes[0] : undefined;
}

function partsOf(node: Node | undefined): PostgresExpression | undefined {
  if (node === undefined) return undefined;
  const { columns, functions, literals, hasQuery } = contentOf(node);
  return {
    reads: (column) => columns.has(column),
    functions,
    literals,
    isLiteral: isLiteral(node),
    isConstant: (volatile) =>
      columns.size === 0 && !hasQuery && ![...functions].some((name) => volatile.has(name)),
    isComputed: !('ColumnRef' in node),
  };
}

interface Content {
  readonly columns: Set<string>;
  readonly functions: Set<string>;
  readonly literals: SqlLiteral[];
  hasQuery: boolean;
}

/** The last part of a name is the column; before it are its table and its schema. */
function contentOf(node: Node): Content {
  const content: Content = { columns: new Set(), functions: new Set(), literals: [], hasQuery: false };
  visitObjects(node, (object) => {
    const { ColumnRef, FuncCall, A_Const, SubLink } = object as Partial<Record<Kind, Fields>>;
    if (ColumnRef) content.columns.add(lastOf(ColumnRef.fields));
    if (FuncCall) content.functions.add(lastOf(FuncCall.funcname));
    if (A_Const) content.literals.push(...literalOf(A_Const));
    if (SubLink) content.hasQuery = true;
  });
  return content;
}

type Kind = 'ColumnRef' | 'FuncCall' | 'A_Const' | 'SubLink';

/** What of the nodes of these kinds is read. */
interface Fields {
  readonly fields?: readonly Node[];
  readonly funcname?: readonly Node[];
  readonly sval?: { readonly sval?: string };
  readonly bsval?: { readonly bsval?: string };
  readonly ival?: { readonly ival?: number };
  readonly fval?: { readonly fval?: string };
}

function lastOf(names: readonly Node[] | undefined): string {
  return textsOf(names).at(-1) ?? '';
}

/**
 * What is zero or empty is left out of the tree; a bit string has its base in front. NULL and truth values are words.
 */
function literalOf({ sval, bsval, ival, fval }: Fields): readonly SqlLiteral[] {
  if (sval) return [{ text: sval.sval ?? '', number: false }];
  if (bsval) return [{ text: (bsval.bsval ?? '').slice(1), number: false }];
  if (ival) return [{ text: String(ival.ival ?? 0), number: true }];
  return fval ? [{ text: plainNumber(fval.fval ?? '0'), number: true }] : [];
}

function plainNumber(text: string): string {
  return /^-?\d+(\.\d+)?$/.test(text) ? text : String(Number(text));
}

/** The parser joins a sign with the number behind it, unless something stands between them. */
function isLiteral(node: Node | undefined): boolean {
  if (node === undefined) return true;
  if ('A_Const' in node) return literalOf(node.A_Const).length > 0;
  if (!('A_Expr' in node)) return false;
  const { kind, name, lexpr, rexpr } = node.A_Expr;
  return kind === 'AEXPR_OP' && /^[-+]$/.test(lastOf(name)) && isLiteral(lexpr) && isLiteral(rexpr);
}

/** Every name in a statement, and in the statements of a DO block. */
function namesIn(parser: Parser, statement: string): ReadonlySet<string> | undefined {
  const parsed = parser.parse(statement);
  if (parsed.kind === 'unparsable') return undefined;
  const names = new Set(textsIn(parsed.nodes));
  if (!parsed.nodes.some((node) => 'DoStmt' in node)) return names;
  const inner = parser.parseBlock(statement)?.queries.map((query) => namesIn(parser, query));
  if (!inner || inner.includes(undefined)) return undefined;
  return new Set([...names, ...inner.flatMap((found) => [...(found ?? [])])]);
}

/** The texts of a tree that are not those of a literal. */
function textsIn(tree: unknown): readonly string[] {
  if (typeof tree === 'string') return [tree];
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([kind, part]) => (kind === 'A_Const' ? [] : textsIn(part)));
}
