import type { FuncCall, Node, SQLValueFunction } from 'libpg-query';
import type { TypeFact, ZoneOrigin, ZoneStep, ZoneUse } from './action.js';
import { typeFact } from './type.js';
import { columnName } from './expression.js';
import { textsOf } from '../../databases/postgres/parse/names.js';

/**
 * Where an expression may read the time zone of the session: each conversion in it, the last one to the type of the
 * column, and what reads that zone whatever it is given.
 */
export function zoneUse(node: Node, target: TypeFact): ZoneUse {
  const reading: Reading = { reads: false, steps: [] };
  const origins = originsOf(node, reading);
  return { reads: reading.reads, steps: [...reading.steps, ...into(origins, target)] };
}

/** What is found on the way down an expression. */
interface Reading {
  reads: boolean;
  readonly steps: ZoneStep[];
}

type Origins = readonly ZoneOrigin[];

const UNKNOWN: Origins = [{ kind: 'unknown' }];

function ofType(name: string): Origins {
  return [{ kind: 'type', type: { name, modifiers: [], array: false } }];
}

function into(origins: Origins, to: ZoneStep['to']): readonly ZoneStep[] {
  return origins.map((from) => ({ from, to }));
}

/** Of which types the value may be; what reads the zone on the way is noted. */
function originsOf(node: Node | undefined, reading: Reading): Origins {
  if (node === undefined) return UNKNOWN;
  if ('ColumnRef' in node) return [{ kind: 'column', name: columnName(node) ?? '' }];
  if ('A_Const' in node) return constant(node.A_Const);
  if ('TypeCast' in node)
    return converted(originsOf(node.TypeCast.arg, reading), typeFact(node.TypeCast.typeName), reading);
  if ('FuncCall' in node) return called(node.FuncCall, reading);
  if ('SQLValueFunction' in node) return ofClock(node.SQLValueFunction, reading);
  if ('CollateClause' in node) return originsOf(node.CollateClause.arg, reading);
  if ('CoalesceExpr' in node) return ofAny(node.CoalesceExpr.args, reading);
  if ('MinMaxExpr' in node) return ofAny(node.MinMaxExpr.args, reading);
  if ('CaseExpr' in node) {
    const { args = [], defresult, arg } = node.CaseExpr;
    const whens = args.flatMap((one) => ('CaseWhen' in one ? [one.CaseWhen] : []));
    for (const one of [arg, ...whens.map(({ expr }) => expr)]) originsOf(one, reading);
    return ofAny(
      [...whens.flatMap(({ result }) => result ?? []), ...(defresult ? [defresult] : [])],
      reading,
    );
  }
  if ('A_Expr' in node) {
    const { name, lexpr, rexpr } = node.A_Expr;
    const [left, right] = [originsOf(lexpr, reading), originsOf(rexpr, reading)];
    const operator = textsOf(name).at(-1);
    if (operator === '||') return isZone(rexpr) ? UNKNOWN : ofType('text');
    if (operator === '+') return [...left, ...right];
    return operator === '-' || node.A_Expr.kind === 'AEXPR_NULLIF' ? left : UNKNOWN;
  }
  return within(node, reading);
}

function ofAny(nodes: readonly Node[] = [], reading: Reading): Origins {
  return nodes.flatMap((one) => originsOf(one, reading));
}

/** An unlisted node: its type is unknown, but its parts are read. */
function within(node: unknown, reading: Reading): Origins {
  if (typeof node !== 'object' || node === null) return UNKNOWN;
  for (const child of Object.values(node)) {
    for (const one of Array.isArray(child) ? child : [child]) part(one, reading);
  }
  return UNKNOWN;
}

function part(value: unknown, reading: Reading): void {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (keys.length === 1 && /^[A-Z]/.test(keys[0] ?? '')) originsOf(value as Node, reading);
  else within(value, reading);
}

const OWN_ZONE = String.raw`(?:[+-]\d\d(?::?\d\d)*|Z|UTC|GMT|[a-z_]+/\w+)\s*$`;
/** A text that has its own zone depends on no other one. */
const ZONED_TEXT = new RegExp(String.raw`:\d\d(?:\.\d+)?\s*${OWN_ZONE}`, 'i');
const ZONE_TEXT = new RegExp(String.raw`^\s*${OWN_ZONE}`, 'i');

function isZone(node: Node | undefined): boolean {
  const text = textIn(node);
  return text !== undefined && ZONE_TEXT.test(text);
}

function textIn(node: Node | undefined): string | undefined {
  return node !== undefined && 'A_Const' in node ? node.A_Const.sval?.sval : undefined;
}

function constant(value: { readonly sval?: { readonly sval?: string } }): Origins {
  const text = value.sval?.sval;
  return text === undefined || ZONED_TEXT.test(text) ? UNKNOWN : ofType('text');
}

function converted(origins: Origins, to: TypeFact, reading: Reading): Origins {
  reading.steps.push(...into(origins, to));
  return [{ kind: 'type', type: to }];
}

const CLOCKS: Readonly<Record<string, string>> = {
  CURRENT_TIMESTAMP: 'timestamptz',
  LOCALTIMESTAMP: 'timestamp',
  CURRENT_DATE: 'date',
  CURRENT_TIME: 'timetz',
  LOCALTIME: 'time',
};

function ofClock({ op = 'SVFOP_CURRENT_USER' }: SQLValueFunction, reading: Reading): Origins {
  const type = CLOCKS[op.replace(/^SVFOP_|_N$/g, '')];
  if (type !== undefined && type !== 'timestamptz') reading.reads = true;
  return type === undefined ? UNKNOWN : ofType(type);
}

const CASTS = new Set(['timestamptz', 'timestamp', 'date', 'time', 'timetz', 'text']);
const RESULTS: Readonly<Record<string, string>> = {
  to_date: 'date',
  make_date: 'date',
  make_time: 'time',
  make_timestamp: 'timestamp',
  ...Object.fromEntries(
    ['now', 'transaction_timestamp', 'statement_timestamp', 'clock_timestamp'].map((one) => [
      one,
      'timestamptz',
    ]),
  ),
};

/** Functions that read a part of a moment, and where they take it. */
const PARTS = new Set(['extract', 'date_part', 'date_trunc']);

function called({ funcname, args = [] }: FuncCall, reading: Reading): Origins {
  const name = textsOf(funcname).at(-1) ?? '';
  const given = args.map((one) => originsOf(one, reading));
  const [first = UNKNOWN, second = UNKNOWN] = given;
  if (name === 'timezone') return shifted(given, reading);
  if (CASTS.has(name)) return converted(first, { name, modifiers: [], array: false }, reading);
  if (name === 'current_setting') {
    if ((textIn(args[0]) ?? 'timezone').toLowerCase() === 'timezone') reading.reads = true;
    return ofType('text');
  }
  if (name === 'to_timestamp' || name === 'make_timestamptz') {
    if (!hasOwnZone(name, args)) reading.reads = true;
    return ofType('timestamptz');
  }
  if (name === 'to_char') return converted(first, { name: 'text', modifiers: [], array: false }, reading);
  if (PARTS.has(name)) {
    const isFree = args.length > 2 || textIn(args[0])?.toLowerCase() === 'epoch';
    if (!isFree) reading.steps.push(...into(second, 'parts'));
    return name === 'date_trunc' ? second : UNKNOWN;
  }
  return RESULTS[name] === undefined ? UNKNOWN : ofType(RESULTS[name]);
}

/** The format of a text says that it has a zone; a number of seconds has none, and a moment in parts is given one. */
function hasOwnZone(name: string, args: readonly Node[]): boolean {
  if (name === 'make_timestamptz') return args.length === 7;
  return args.length === 1 || /TZ|OF/i.test(textIn(args[1]) ?? '');
}

/** AT TIME ZONE has the zone before the value; AT LOCAL has the value alone. */
function shifted(given: readonly Origins[], reading: Reading): Origins {
  const [value = UNKNOWN] = given.slice(-1);
  if (given.length < 2) reading.reads = true;
  reading.steps.push(...into(value, 'zone'));
  return value.map((of) => ({ kind: 'shifted', of }));
}
