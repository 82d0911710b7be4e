import { NUMBER_TYPES, TEXT_TYPES } from '../../../sql/postgres-types.js';
import type { ForeignCode } from './foreign-code.js';
import { loadPgQuery } from '../parse/pg-query.js';

/** A tree of the server's own parser, as plain data. */
type Tree = unknown;
type Fields = Readonly<Record<string, Tree>>;

/** Gives an expression one spelling without running or planning it; null where it cannot be read. */
type ParsedCanonicalizer = (sql: string) => string | null;

/** What names mean. */
interface Meaning {
  readonly foreign: ForeignCode;
  /** What a function without a schema in its name is in. */
  readonly defaultSchema: string;
}

/** Loads the parser, so call it where some expression needs it. */
export async function parsedCanonicalizer(meaning: Meaning): Promise<ParsedCanonicalizer> {
  const library = await loadPgQuery();
  return (sql) => {
    try {
      return JSON.stringify(canonical(library.parseSync(`SELECT (${sql}\n)`), meaning));
    } catch {
      return null;
    }
  };
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
};

/** A text is cast to a text wherever one is stored, a number to the type beside which it stands. */
function castOf(node: Fields, meaning: Meaning): Tree {
  const arg = canonical(node['arg'], meaning);
  const type = typeOf(node['typeName']);
  if (type.plain && TEXT_TYPES.has(type.name)) return arg;
  if (type.plain && NUMBER_TYPES.has(type.name) && isFields(arg) && 'constant' in arg)
    return { constant: String(arg['constant']) };
  return { cast: arg, to: others(node['typeName'] as Fields, meaning) };
}

function typeOf(typeName: Tree): { readonly name: string; readonly plain: boolean } {
  const fields = isFields(typeName) ? typeName : {};
  return { name: namesIn(fields['names']).at(-1) ?? '', plain: !('typmods' in fields) };
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
  const left = canonical(node['lexpr'], meaning);
  const right = canonical(node['rexpr'], meaning);
  const list = listOf(right);
  if (kind === 'AEXPR_BETWEEN' && list) return both('AND_EXPR', [left, '>=', list[0]], [left, '<=', list[1]]);
  if (kind === 'AEXPR_NOT_BETWEEN' && list)
    return both('OR_EXPR', [left, '<', list[0]], [left, '>', list[1]]);
  if (kind === 'AEXPR_IN') return { left, name, of: list ?? right, any: name === '=' };
  if (kind === 'AEXPR_OP_ANY' || kind === 'AEXPR_OP_ALL')
    return { left, name, of: list ?? right, any: kind === 'AEXPR_OP_ANY' };
  const same = ['AEXPR_OP', 'AEXPR_LIKE', 'AEXPR_ILIKE'].includes(kind);
  return { left, name, right, ...(same ? {} : { kind }) };
}

function both(boolop: string, ...sides: readonly (readonly [Tree, string, Tree])[]): Tree {
  return { boolop, args: sides.map(([left, name, right]) => ({ left, name, right })) };
}

/** AND within AND is one, as is OR within OR. */
function connectionOf({ boolop, args }: Fields, meaning: Meaning): Tree {
  const sides = Array.isArray(args) ? args.map((one: Tree) => canonical(one, meaning)) : [];
  const isInner = (side: Tree): side is Fields =>
    isFields(side) && side['boolop'] === boolop && boolop !== 'NOT_EXPR';
  return {
    boolop,
    args: sides.flatMap((side) => (isInner(side) ? (side['args'] as readonly Tree[]) : [side])),
  };
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
