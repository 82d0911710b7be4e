import { NUMBER_TYPES, TEXT_TYPES } from '../../../sql/postgres-types.js';
import type { PostgresExpression } from './expression.js';
import { typeName } from './foreign-code.js';
import { hidesOneOfSeveral } from './hidden-operators.js';
import type { ColumnTypes, Meaning, NamesMeaning } from './meaning.js';
import { loadPgQuery } from '../parse/pg-query.js';
import { isFields, isSame, listOf, namesIn, type Fields, type Tree } from './tree.js';

/**
 * Gives an expression one spelling without running or planning it; null where it cannot be read.
 *
 * @param columns the types of columns: beside some, the server writes the type of a constant
 */
export type ParsedCanonicalizer = (expression: PostgresExpression, columns: ColumnTypes) => string | null;

/** Loads the parser, so call it where some expression needs it. */
export async function parsedCanonicalizer(names: NamesMeaning): Promise<ParsedCanonicalizer> {
  const library = await loadPgQuery();
  return ({ sql, type }, columns) => {
    const meaning = { ...names, columns };
    try {
      const tree = valueIn(canonical(library.parseSync(`SELECT (${sql}\n)`), meaning));
      return JSON.stringify(type === null ? tree : unquoted(uncast(tree, constantTypes(type, meaning))));
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
const PLACES = /location|_start$|_end$|^stmt_len$|^funcformat$|^row_format$|^version$/;

/** The tree without what a server adds and takes away when it stores an expression. */
function canonical(tree: Tree, meaning: Meaning): Tree {
  if (Array.isArray(tree)) return tree.map((one: Tree) => canonical(one, meaning));
  if (!isFields(tree)) return tree;
  if (hidesOneOfSeveral(tree, meaning)) throw new Error('The text does not show which operator it uses.');
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
  CollateClause: collationOf,
  CoalesceExpr: ({ args }, meaning) => ({ op: 'COALESCE', values: valuesOf(args, meaning) }),
  MinMaxExpr: ({ op, args }, meaning) => ({ op, values: valuesOf(args, meaning) }),
};

/** A text is cast to a text wherever one is stored, a number to the type beside which it stands. */
function castOf(node: Fields, meaning: Meaning): Tree {
  const arg = canonical(node['arg'], meaning);
  const type = typeOf(node['typeName'], meaning);
  if (type.plain && TEXT_TYPES.has(type.own) && isTextual(arg, meaning)) return arg;
  if (type.plain && NUMBER_TYPES.has(type.own) && isFields(arg) && 'constant' in arg && !meaning.keepsCasts)
    return { constant: String(arg['constant']) };
  if (isUnderlying(type, arg, meaning) && !meaning.keepsCasts) return arg;
  return {
    cast: arg,
    to: typeNameOf(node['typeName'] as Fields, meaning),
    plain: type.plain ? type.full : '',
  };
}

/** Types of columns that the server casts to a text, and that mean the same as one. */
const TEXTUAL = /^(?:text|character varying)(?:\(\d+\))?(?:\[\])*$/;

/** Whether a value means the same as a text: a constant, a column of texts, and several of them. */
function isTextual(arg: Tree, meaning: Meaning): boolean {
  if (!isFields(arg)) return false;
  const parts = listOf(arg) ?? arg['values'];
  if (Array.isArray(parts)) return parts.every((one: Tree) => isTextual(one, meaning));
  if ('constant' in arg) return arg['quoted'] === true || arg['constant'] === null;
  return meaning.keepsCasts !== true && TEXTUAL.test(columnType(arg, meaning.columns) ?? '');
}

interface TypeName {
  /** Of the type or of its elements, where it is PostgreSQL's own; else empty. */
  readonly own: string;
  /** Whether it has neither a length nor a precision. */
  readonly plain: boolean;
  /** With `[]` where it is an array, and without its schema where no other one has a type of that name. */
  readonly full: string;
}

function typeOf(tree: Tree, { meanings }: Meaning): TypeName {
  const fields = isFields(tree) ? tree : {};
  const path = namesIn(fields['names']);
  const name = meanings.named('type', path);
  const short = meanings.isOneType(path.at(-1) ?? '') ? (path.at(-1) ?? '') : name;
  const array = 'arrayBounds' in fields ? '[]' : '';
  const own = name.startsWith('pg_catalog.') ? name.slice('pg_catalog.'.length) : '';
  return { own, plain: !('typmods' in fields), full: `${short}${array}` };
}

function typeNameOf(node: Fields, meaning: Meaning): Fields {
  const { names, ...rest } = node;
  return { type: meaning.meanings.named('type', namesIn(names)), ...(others(rest, meaning) as Fields) };
}

function collationOf({ arg, collname }: Fields, meaning: Meaning): Tree {
  return {
    collated: canonical(arg, meaning),
    by: meaning.meanings.named('collation', namesIn(collname)),
  };
}

/** A domain is cast to the type under it wherever it is compared. */
function isUnderlying({ full }: TypeName, arg: Tree, { columns, foreign }: Meaning): boolean {
  const type = columnType(arg, columns);
  const [short, under] = type === undefined ? [] : [typeName(type), foreign.constants.get(typeName(type))];
  return under === full && full !== short;
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
  const under = foreign.constants.get(typeName(type));
  return under === undefined ? [] : [typeName(type), under];
}

function uncast(value: Tree, types: readonly string[]): Tree {
  if (!isFields(value) || !isFields(value['cast']) || value['cast']['quoted'] !== true) return value;
  return types.includes(String(value['plain'])) ? value['cast'] : value;
}

/** A default of a number: TypeORM quotes it, and the server does not, whatever the type of the column is. */
function unquoted(value: Tree): Tree {
  if (!isFields(value) || value['quoted'] !== true) return value;
  const { constant } = value;
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(String(constant)) ? { constant } : value;
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
function operationOf(node: Fields, outer: Meaning): Tree {
  const kind = String(node['kind']);
  const path = namesIn(node['name']);
  const compared = COMPARED[kind] ?? [path];
  const meaning = {
    ...outer,
    keepsCasts: compared.some((one) => outer.meanings.isChosenByCast('operator', one)),
  };
  const { left, right, list } = sidesOf(node, meaning);
  const [name = '', other = ''] = compared.map((one) => meaning.meanings.named('operator', one));
  if (kind in COMPARED && list) {
    const [inner, outerBool] = kind.includes('NOT') ? ['OR_EXPR', 'AND_EXPR'] : ['AND_EXPR', 'OR_EXPR'];
    const between = (low: Tree, high: Tree) =>
      joined(inner, { left, name, right: low }, { left, name: other, right: high });
    const [low, high] = list;
    return kind.endsWith('SYM')
      ? joined(outerBool, between(low, high), between(high, low))
      : between(low, high);
  }
  if (kind === 'AEXPR_IN' && list?.length === 1) return { left, name, right: list[0] };
  if (kind === 'AEXPR_IN') return { left, name, of: list ?? right, any: bare(name) === '=' };
  if (kind === 'AEXPR_OP_ANY' || kind === 'AEXPR_OP_ALL')
    return { left, name, of: list ?? right, any: kind === 'AEXPR_OP_ANY' };
  // The server writes it so.
  if (kind === 'AEXPR_NOT_DISTINCT') return joined('NOT_EXPR', { left, name, right, kind: 'AEXPR_DISTINCT' });
  const same = ['AEXPR_OP', 'AEXPR_LIKE', 'AEXPR_ILIKE', 'AEXPR_SIMILAR'].includes(kind);
  return { left, name, right, ...(same ? {} : { kind }) };
}

/** The operators of two comparisons that are written as one. */
const COMPARED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  AEXPR_BETWEEN: [['>='], ['<=']],
  AEXPR_BETWEEN_SYM: [['>='], ['<=']],
  AEXPR_NOT_BETWEEN: [['<'], ['>']],
  AEXPR_NOT_BETWEEN_SYM: [['<'], ['>']],
};

/** An operator without its schema. */
function bare(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
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

function joined(boolop: string, ...args: readonly Tree[]): Tree {
  return { boolop, args };
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
  const [first] = args;
  const name = isFields(first) ? String(first['name']) : '';
  if (bare(name) !== { OR_EXPR: '=', AND_EXPR: '<>' }[boolop]) return undefined;
  const isAlike = (one: Tree): one is Fields =>
    isFields(one) &&
    isFields(first) &&
    one['name'] === name &&
    'right' in one &&
    !('kind' in one) &&
    isSame(one['left'], first['left']);
  if (args.length < 2 || !args.every(isAlike)) return undefined;
  return { left: args[0]?.['left'], name, of: args.map(({ right }) => right), any: bare(name) === '=' };
}

/** An argument is of the type that the only function of that name has, whether that is written or not. */
function callOf(node: Fields, outer: Meaning): Tree {
  const { meanings } = outer;
  const { funcname, args: list, ...rest } = node;
  const path = namesIn(funcname);
  const meaning = { ...outer, keepsCasts: meanings.isChosenByCast('function', path) };
  const args = Array.isArray(list) ? (list as readonly Tree[]) : [];
  const types = meanings.argumentsOf(path, args.length);
  return {
    call: meanings.named('function', path),
    args: args.map((arg, index) => canonical(withoutCast(arg, types?.[index], meaning), meaning)),
    ...(others(rest, outer) as Fields),
  };
}

function withoutCast(arg: Tree, type: string | undefined, { meanings }: Meaning): Tree {
  const cast = isFields(arg) ? arg['TypeCast'] : undefined;
  if (!isFields(cast) || !isFields(cast['typeName'])) return arg;
  const { names, typmods, arrayBounds } = cast['typeName'];
  const isBare = typmods === undefined && arrayBounds === undefined;
  return isBare && meanings.named('type', namesIn(names)) === type ? cast['arg'] : arg;
}
