import { parsePostgresType, TEXT_TYPES, type PostgresType } from '../../../sql/postgres-types.js';
import { isNarrower } from './spatial-conversions.js';

const WHOLE = ['int2', 'int4', 'int8'];
const NUMBERS = [...WHOLE, 'numeric', 'float4', 'float8', 'money'];

/** Whether a change of type rounds or cuts values, or fails at some of them, in words; null where it does not. */
export function lossOfTypeChange(from: string, to: string): string | null {
  const [live, desired] = [parsePostgresType(from), parsePostgresType(to)];
  if (TEXT_TYPES.has(live.name) && !isText(desired))
    return `the revision fails if a text is not of type ${to}`;
  if (isNarrower(from, to)) return `the revision fails if a value is not of type ${to}`;
  if (NUMBERS.includes(live.name) && NUMBERS.includes(desired.name))
    return isCoarser(live, desired) ? 'values are rounded' : null;
  const cut = CUTS.find(({ from: was, to: is }) => was.test(live.name) && is.test(desired.name));
  if (cut) return cut.loss;
  if (HAS_SECONDS.test(live.name) && HAS_SECONDS.test(desired.name))
    return secondsOf(desired) < secondsOf(live) ? 'fractions of a second are lost' : null;
  if (live.name === 'json' && desired.name === 'jsonb')
    return 'spaces, the order of keys and repeated keys are lost';
  return null;
}

/** Types of which PostgreSQL keeps a part. */
const CUTS: readonly { readonly from: RegExp; readonly to: RegExp; readonly loss: string }[] = [
  { from: /^timestamp/, to: /^date$/, loss: 'the time of day is lost' },
  { from: /^timestamp/, to: /^time(?:tz)?$/, loss: 'the date is lost' },
  { from: /^interval/, to: /^time(?:tz)?$/, loss: 'whole days are lost' },
  { from: /^timetz$/, to: /^time$/, loss: 'the time zone is lost' },
  { from: /^inet$/, to: /^cidr$/, loss: 'the part of an address behind its network is lost' },
];

const HAS_SECONDS = /^(?:time|interval)/;

/** Types that read any text. */
function isText({ name }: PostgresType): boolean {
  return TEXT_TYPES.has(name) || name === 'citext' || name === 'name';
}

function secondsOf({ modifiers }: PostgresType): number {
  return Number(modifiers[0] ?? 6);
}

/** Digits after the point; many for a number with a floating one. */
function digits({ name, modifiers }: PostgresType): number {
  if (WHOLE.includes(name)) return 0;
  if (name === 'money') return 2;
  if (name === 'float4') return 100;
  return name === 'numeric' && modifiers.length > 0 ? Number(modifiers[1] ?? 0) : 1000;
}

function isCoarser(live: PostgresType, desired: PostgresType): boolean {
  return digits(desired) < digits(live) || isInexact(live, desired);
}

/** A floating number has 6 or 15 digits in all. */
function isInexact(live: PostgresType, desired: PostgresType): boolean {
  if (desired.name === 'float4') return live.name !== 'float4' && live.name !== 'int2';
  return desired.name === 'float8' && allDigits(live) > 15;
}

/** Digits before and after the point; 0 for a floating number, of which a wider one keeps all. */
function allDigits({ name, modifiers }: PostgresType): number {
  if (name === 'numeric') return Number(modifiers[0] ?? 1000);
  return name === 'int8' || name === 'money' ? 19 : 0;
}
