import type { Node } from 'libpg-query';
import type { ColumnModel } from '../../schema/model.js';
import type { TypeFact } from '../sql/action.js';
import { textOf } from '../../databases/postgres/parse/names.js';
import { meantType, NUMBER_TYPES, TIME_TYPES } from '../../sql/postgres-types.js';
import { typeText } from '../sql/type.js';

/** A part of a parsed expression. */
type Tree = Readonly<Record<string, unknown>>;

/** One text for types that are the same: `numeric(8)` is `numeric(8, 0)`, `timestamptz(6)` is `timestamptz`. */
export function typeMeaning(type: TypeFact): string {
  return typeText(meantType(type));
}

/**
 * One text for defaults that give a column the same value, however they are written: `'0'`, `0` and `0.0` of a number,
 * `now()` and `CURRENT_TIMESTAMP`. Empty for none.
 *
 * @param type null where it is not known
 */
export function defaultMeaning(
  { default: value, identity }: Pick<ColumnModel, 'default' | 'identity'>,
  type: TypeFact | null,
): string {
  if (value === null) return identity === 'serial' ? 'nextval' : '';
  const tree = bare(JSON.parse(value.sql)) as Tree;
  if (isNext(tree)) return 'nextval';
  const constant = constantIn(tree);
  if (isNow(tree) || (constant === 'now' && TIME_TYPES.has(type?.name ?? ''))) return 'now()';
  if (constant === null) return '';
  return constant === undefined ? JSON.stringify(tree) : `'${valueMeaning(constant, type)}'`;
}

/** Whether a default is a text, whatever it is cast to. */
export function isText({ default: value }: ColumnModel, text: string): boolean {
  return value !== null && JSON.stringify(bare(JSON.parse(value.sql))) === JSON.stringify(literal(text));
}

function literal(text: string): Tree {
  return { A_Const: { sval: { sval: text } } };
}

/** What is left without casts, and without the schemas of functions. */
function bare(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(bare);
  const { TypeCast: cast, ...rest } = value as { readonly TypeCast?: { readonly arg?: Node } };
  if (cast !== undefined) return bare(cast.arg);
  return Object.fromEntries(
    Object.entries(rest).map(([key, child]) => [key, key === 'funcname' ? lastOf(child) : bare(child)]),
  );
}

function lastOf(names: unknown): string {
  return textOf((names as readonly Node[]).at(-1));
}

/** What a number is drawn from is known by its column. */
function isNext({ FuncCall: call }: Tree): boolean {
  return (call as Tree | undefined)?.['funcname'] === 'nextval';
}

function isNow({ FuncCall: call, SQLValueFunction: value }: Tree): boolean {
  const { funcname } = (call ?? {}) as Tree;
  const { op } = (value ?? {}) as Tree;
  return (
    funcname === 'now' ||
    funcname === 'transaction_timestamp' ||
    /^SVFOP_(CURRENT|LOCAL)_?(TIME|TIMESTAMP|DATE)(_N)?$/.test(typeof op === 'string' ? op : '')
  );
}

/** The text of a constant, null for NULL; undefined for what is computed. */
function constantIn(tree: Tree): string | null | undefined {
  if ('A_Const' in tree) return literalIn(tree['A_Const'] as Tree);
  if ('A_ArrayExpr' in tree) return arrayIn(tree['A_ArrayExpr'] as Tree);
  if (!('A_Expr' in tree)) return undefined;
  const { name, lexpr, rexpr } = tree['A_Expr'] as Tree;
  const isMinus = lexpr === undefined && JSON.stringify(name) === '[{"String":{"sval":"-"}}]';
  const inner = isMinus && rexpr !== undefined ? constantIn(rexpr as Tree) : undefined;
  return typeof inner === 'string' ? `-${inner}` : undefined;
}

/** A zero, a false and an empty text are left out by the parser. */
function literalIn({ isnull, ival, fval, boolval, sval, bsval }: Tree): string | null | undefined {
  if (isnull === true) return null;
  if (ival !== undefined) return numberIn((ival as Tree)['ival']);
  if (fval !== undefined) return numberIn((fval as Tree)['fval']);
  if (boolval !== undefined) return (boolval as Tree)['boolval'] === true ? 't' : 'f';
  if (bsval !== undefined) return undefined;
  const { sval: text = '' } = (sval ?? {}) as Tree;
  return typeof text === 'string' ? text : undefined;
}

function numberIn(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '0';
}

/** An array as its text is written, where none of its elements needs quotes. */
function arrayIn({ elements = [] }: Tree): string | undefined {
  const texts = (elements as readonly Tree[]).map(constantIn);
  const isPlain = texts.every((text) => typeof text === 'string' && /^[\w.-]+$/.test(text));
  return isPlain ? `{${texts.join(',')}}` : undefined;
}

function valueMeaning(text: string, type: TypeFact | null): string {
  if (type === null || type.array) return text;
  if (NUMBER_TYPES.has(type.name)) return numberMeaning(text);
  if (type.name === 'bool') return /^\s*(t(r(u(e)?)?)?|y(e(s)?)?|on|1)\s*$/i.test(text) ? 'true' : 'false';
  return type.name === 'jsonb' ? jsonMeaning(text) : text;
}

/** Without a plus, zeros in front, and zeros at the end of a fraction. */
function numberMeaning(text: string): string {
  const [, minus = '', whole = '', fraction = ''] = /^\s*\+?(-?)0*(\d*)(?:\.(\d*?)0*)?\s*$/.exec(text) ?? [];
  if (whole === '' && fraction === '') return /^[\s+-]*0*\.?0*\s*$/.test(text) ? '0' : text;
  return `${minus}${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function jsonMeaning(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text, sorted));
  } catch {
    return text;
  }
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
