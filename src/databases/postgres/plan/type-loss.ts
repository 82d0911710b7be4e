import { parsePostgresType, TEXT_TYPES, TIME_TYPES, type PostgresType } from '../../../sql/postgres-types.js';

const WHOLE = ['int2', 'int4', 'int8'];
const NUMBERS = [...WHOLE, 'numeric', 'float4', 'float8', 'money'];

/** Whether a change of type rounds or cuts values, or fails at some of them, in words; null where it does not. */
export function lossOfTypeChange(from: string, to: string): string | null {
  const [live, desired] = [parsePostgresType(from), parsePostgresType(to)];
  if (TEXT_TYPES.has(live.name) && !isText(desired))
    return `the revision fails if a text is not of type ${to}`;
  if (NUMBERS.includes(live.name) && NUMBERS.includes(desired.name))
    return isCoarser(live, desired) ? 'values are rounded' : null;
  if (desired.name === 'date' && /^timestamp/.test(live.name)) return 'the time of day is lost';
  if (live.name === desired.name && (TIME_TYPES.has(live.name) || live.name.startsWith('interval')))
    return secondsOf(desired) < secondsOf(live) ? 'fractions of a second are lost' : null;
  if (live.name === 'json' && desired.name === 'jsonb')
    return 'spaces, the order of keys and repeated keys are lost';
  return null;
}

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
  return (
    digits(desired) < digits(live) ||
    (desired.name === 'float4' && live.name !== 'float4' && live.name !== 'int2')
  );
}
