import type { TypeFact } from '../sql/action.js';
import { meantType, NUMBER_TYPES, TIME_TYPES } from '../../sql/postgres-types.js';
import { typeText } from '../sql/type.js';

/** A part of a parsed expression. */
type Tree = Readonly<Record<string, unknown>>;

/** One text for types that are the same: `numeric(8)` is `numeric(8, 0)`, `timestamptz(6)` is `timestamptz`. */
export function typeMeaning(type: TypeFact): string {
  return typeText(meantType(type));
}

/**
 * One text for defaults that give a column of that type the same value, however they are written: `'0'`, `0` and `0.0` of a
 * number, `now()` and `CURRENT_TIMESTAMP`.
 *
 * @param canonical as `ExpressionFact` has it
 */
export function defaultMeaning(canonical: string, type: TypeFact | null): string {
  if (!canonical.startsWith('{')) return canonical;
  const tree = JSON.parse(canonical) as Tree;
  if (isNext(tree)) return 'nextval';
  const constant = constantIn(tree);
  if (isNow(tree) || (constant === 'now' && TIME_TYPES.has(type?.name ?? ''))) return 'now()';
  if (constant === null) return '';
  return constant === undefined ? canonical : `'${valueMeaning(constant, type)}'`;
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
