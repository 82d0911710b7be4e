import { NUMBER_TYPES, TEXT_TYPES } from '../../../sql/postgres-types.js';
import type { PostgresExpression } from './expression.js';
import { typeName, type ForeignCode } from './foreign-code.js';
import { loadPgQuery } from '../parse/pg-query.js';

/** A tree of the server's own parser, as plain data. */
type Tree = unknown;
type Fields = Readonly<Record<string, Tree>>;

/**
 * Gives an expression one spelling without running or planning it; null where it cannot be read.
 *
 * @param columns the types of columns beside which the server writes the type of a constant
 */
export type ParsedCanonicalizer = (expression: PostgresExpression, columns: ColumnTypes) => string | null;

/** By the name of a column, the name of its type. */
type ColumnTypes = ReadonlyMap<string, string>;

/** What names mean in a database. */
interface NamesMeaning {
  readonly foreign: ForeignCode;
  /** What a function without a schema in its name is in. */
  readonly defaultSchema: string;
}

interface Meaning extends NamesMeaning {
  readonly columns: ColumnTypes;
}

/** Loads the parser, so call it where some expression needs it. */
export async function parsedCanonicalizer(names: NamesMeaning): Promise<ParsedCanonicalizer> {
  const library = await loadPgQuery();
  return ({ sql, type }, columns) => {
    const meaning = { ...names, columns };
    try {
      const tree = valueIn(canonical(library.parseSync(`SELECT (${sql}\n)`), meaning));
      return JSON.stringify(type === null ? tree : uncast(tree, constantTypes(typeName(type), meaning)));
    } catch {
      return null;
    }
  };
}

/** The expression alone. */
function valueIn(tree: Tree): Tree {
  const [{ stmt }] = (tree as { readonly stmts: readonly [Fields] }).stmts;
  const { targetList } = (stmt as { readonly SelectStmt: { readonly targetList: readonly [Fields] } })
    .SelectStmt;
  return (targetList[0]['ResTarget'] as Fields)['val'];
}

/** Where a node stands in the text. */
const PLACES = /location|_start$|_end$|^stmt_len$|^funcformat$|^version$/;

/** The tree without what a server adds and takes away when it stores an expression. */
function canonical(tree: Tree, meaning: Meaning): Tree {
  if (Array.isArray(tree)) return tree.map((one: Tree) => canonical(one, meaning));
  if (!isFields(tree)) return tree;
  for (const [kind, rule] of Object.entries(RULES)) {
    const node = tree[kind];
    if (isFields(node)) return rule(node, meaning);
  }
  return others(tree, meaning);
}

function others(tree: Fields, meaning: Meaning): Tree {
  const entries = Object.entries(tree).filter(([name]) => !PLACES.test(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, canonical(value, meaning)]));
}

const RULES: Readonly<Record<string, (node: Fields, meaning: Meaning) => Tree>> = {
  TypeCast: castOf,
  A_Const: constantOf,
  A_Expr: operationOf,
  BoolExpr: connectionOf,
  ColumnRef: (node) => ({ column: namesIn(node['fields']).at(-1) }),
  FuncCall: callOf,
  CoalesceExpr: ({ args }, meaning) => ({ op: 'COALESCE', values: valuesOf(args, meaning) }),
  MinMaxExpr: ({ op, args }, meaning) => ({ op, values: valuesOf(args, meaning) }),
};

/** A text is cast to a text wherever one is stored, a number to the type beside which it stands. */
function castOf(node: Fields, meaning: Meaning): Tree {
  const arg = canonical(node['arg'], meaning);
  const type = typeOf(node['typeName']);
  if (type.plain && TEXT_TYPES.has(type.name)) return arg;
  if (type.plain && NUMBER_TYPES.has(type.name) && isFields(arg) && 'constant' in arg)
    return { constant: String(arg['constant']) };
  if (isUnderlying(type, arg, meaning)) return arg;
  return { cast: arg, to: others(node['typeName'] as Fields, meaning) };
}

interface TypeName {
  readonly name: string;
  /** Whether it has neither a length nor a precision. */
  readonly plain: boolean;
  /** With `[]` where it is an array. */
  readonly full: string;
}

function typeOf(tree: Tree): TypeName {
  const fields = isFields(tree) ? tree : {};
  const name = namesIn(fields['names']).at(-1) ?? '';
  return { name, plain: !('typmods' in fields), full: 'arrayBounds' in fields ? `${name}[]` : name };
}

/** A domain is cast to the type under it wherever it is compared. */
function isUnderlying({ full }: TypeName, arg: Tree, { columns, foreign }: Meaning): boolean {
  const type = columnType(arg, columns);
  return type !== undefined && full !== type && foreign.constants.get(type) === full;
}

/** Of a column, or of values of which a column is one. */
function columnType(tree: Tree, columns: ColumnTypes): string | undefined {
  if (!isFields(tree)) return undefined;
  if (Array.isArray(tree['values']))
    return tree['values'].map((one: Tree) => columnType(one, columns)).find((type) => type !== undefined);
  return 'column' in tree ? columns.get(String(tree['column'])) : undefined;
}

/** Values of one type, without the cast of a constant to the type of a column among them, which the server adds. */
function valuesOf(list: Tree, meaning: Meaning): readonly Tree[] {
  const values = (Array.isArray(list) ? list : []).map((one: Tree) => canonical(one, meaning));
  const types = values.flatMap((value) => typesBeside(value, meaning));
  return values.map((value) => uncast(value, types));
}

function typesBeside(value: Tree, meaning: Meaning): readonly string[] {
  const type = columnType(value, meaning.columns);
  return type === undefined ? [] : constantTypes(type, meaning);
}

/** What a constant beside a value of the type is read as. */
function constantTypes(type: string, { foreign }: Meaning): readonly string[] {
  const under = foreign.constants.get(type);
  return under === undefined ? [] : [type, under];
}

function uncast(value: Tree, types: readonly string[]): Tree {
  if (!isFields(value) || !isFields(value['cast']) || value['cast']['quoted'] !== true) return value;
  const { plain, full } = typeOf(value['to']);
  return plain && types.includes(full) ? value['cast'] : value;
}

function constantOf(node: Fields): Tree {
  const [value] = Object.entries(node).filter(([name]) => !PLACES.test(name));
  const [kind = '', inner] = value ?? [];
  if (!isFields(inner)) return { constant: null, kind };
  if (kind === 'boolval') return { truth: inner['boolval'] === true };
  // What is zero or empty is left out of the tree.
  const [content = kind === 'sval' ? '' : 0] = Object.values(inner);
  return { constant: String(content), ...(kind === 'sval' ? { quoted: true } : {}) };
}

/** IN is = ANY of an array, and BETWEEN two comparisons. */
function operationOf(node: Fields, meaning: Meaning): Tree {
  const name = namesIn(node['name']).at(-1) ?? '';
  const kind = String(node['kind']);
  const { left, right, list } = sidesOf(node, meaning);
  if (kind === 'AEXPR_BETWEEN' && list) return both('AND_EXPR', [left, '>=', list[0]], [left, '<=', list[1]]);
  if (kind === 'AEXPR_NOT_BETWEEN' && list)
    return both('OR_EXPR', [left, '<', list[0]], [left, '>', list[1]]);
  if (kind === 'AEXPR_IN' && list?.length === 1) return { left, name, right: list[0] };
  if (kind === 'AEXPR_IN') return { left, name, of: list ?? right, any: name === '=' };
  if (kind === 'AEXPR_OP_ANY' || kind === 'AEXPR_OP_ALL')
    return { left, name, of: list ?? right, any: kind === 'AEXPR_OP_ANY' };
  const same = ['AEXPR_OP', 'AEXPR_LIKE', 'AEXPR_ILIKE'].includes(kind);
  return { left, name, right, ...(same ? {} : { kind }) };
}

/** Both sides, and the values of the right one where it is a list. */
function sidesOf({ lexpr, rexpr }: Fields, meaning: Meaning) {
  const right = canonical(rexpr, meaning);
  const list = listOf(right);
  if (!list) {
    const [left, other] = valuesOf([lexpr, rexpr], meaning);
    return { left, right: other, list };
  }
  const left = canonical(lexpr, meaning);
  const types = typesBeside(left, meaning);
  return { left, right, list: list.map((value) => uncast(value, types)) };
}

function both(boolop: string, ...sides: readonly (readonly [Tree, string, Tree])[]): Tree {
  return { boolop, args: sides.map(([left, name, right]) => ({ left, name, right })) };
}

/** AND within AND is one, as is OR within OR. */
function connectionOf({ boolop, args: parts }: Fields, meaning: Meaning): Tree {
  const sides = Array.isArray(parts) ? parts.map((one: Tree) => canonical(one, meaning)) : [];
  const isInner = (side: Tree): side is Fields =>
    isFields(side) && side['boolop'] === boolop && boolop !== 'NOT_EXPR';
  const args = sides.flatMap((side) => (isInner(side) ? (side['args'] as readonly Tree[]) : [side]));
  return listFrom(String(boolop), args) ?? { boolop, args };
}

/** The server writes IN of an array or a row as comparisons joined by OR, and NOT IN by AND. */
function listFrom(boolop: string, args: readonly Tree[]): Fields | undefined {
  const name = { OR_EXPR: '=', AND_EXPR: '<>' }[boolop];
  const [first] = args;
  const isAlike = (one: Tree): one is Fields =>
    isFields(one) &&
    isFields(first) &&
    one['name'] === name &&
    'right' in one &&
    !('kind' in one) &&
    isSame(one['left'], first['left']);
  if (args.length < 2 || !args.every(isAlike)) return undefined;
  return { left: args[0]?.['left'], name, of: args.map(({ right }) => right), any: name === '=' };
}

function isSame(one: Tree, other: Tree): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function listOf(tree: Tree): readonly Tree[] | undefined {
  const { List, A_ArrayExpr } = isFields(tree) ? tree : {};
  const items = isFields(List) ? List['items'] : isFields(A_ArrayExpr) ? A_ArrayExpr['elements'] : undefined;
  return Array.isArray(items) ? items : undefined;
}

/** An argument is of the type that the only function of that name has, whether that is written or not. */
function callOf(node: Fields, meaning: Meaning): Tree {
  const path = namesIn(node['funcname']);
  const isPlain = path.length < 2 || ['pg_catalog', meaning.defaultSchema].includes(path[0] ?? '');
  const args = Array.isArray(node['args']) ? (node['args'] as readonly Tree[]) : [];
  const [types, ...more] = (meaning.foreign.functions.get((path.at(-1) ?? '').toLowerCase()) ?? []).filter(
    ({ length }) => length === args.length,
  );
  const known = more.length === 0 ? types : undefined;
  const rest = Object.fromEntries(
    Object.entries(node).filter(([name]) => name !== 'funcname' && name !== 'args'),
  );
  return {
    call: isPlain ? path.at(-1) : path.join('.'),
    args: args.map((arg, index) => canonical(withoutCast(arg, known?.[index]), meaning)),
    ...(others(rest, meaning) as Fields),
  };
}

function withoutCast(arg: Tree, type: string | undefined): Tree {
  const cast = isFields(arg) ? arg['TypeCast'] : undefined;
  if (!isFields(cast) || type === undefined) return arg;
  const { name, plain } = typeOf(cast['typeName']);
  return plain && name === type ? cast['arg'] : arg;
}

function namesIn(list: Tree): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: Tree) => {
    const text = isFields(one) ? one['String'] : undefined;
    return isFields(text) ? String(text['sval']) : [];
  });
}

function isFields(tree: Tree): tree is Fields {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}
