/** What changing the type of a column means for a table that exists, PostgreSQL. */
export interface TypeChange {
  /** Whether every row is written anew, with the table locked meanwhile. */
  readonly rewrites: boolean;
  /** Whether values are rounded or cut without a word; null for nothing of the sort. */
  readonly loses: string | null;
  /** Whether a value has to be converted by a cast that PostgreSQL does not make by itself. */
  readonly needsCast: boolean;
}

/** A type in its parts: `character varying(20)[]`. */
interface Parsed {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly isArray: boolean;
}

const NUMBERS = ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision', 'money'];
const TEXTS = ['character varying', 'text', 'character', 'citext'];
const BITS = ['bit', 'bit varying'];
const MOMENTS = ['timestamp without time zone', 'timestamp with time zone', 'date'];
const TIMES = ['time without time zone', 'time with time zone', 'interval'];
const DOCUMENTS = ['json', 'jsonb'];
/** In which one value becomes another without a cast being said. */
const FAMILIES = [NUMBERS, BITS, MOMENTS, TIMES, DOCUMENTS];
const WHOLE = ['smallint', 'integer', 'bigint'];

/**
 * What PostgreSQL does when a column of one type gets another one.
 * https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
 */
export function typeChange(from: string, to: string): TypeChange {
  const [live, desired] = [parse(from), parse(to)];
  return {
    rewrites: !isCatalogOnly(live, desired),
    loses: lossOf(live, desired),
    needsCast: needsCast(live, desired),
  };
}

function parse(type: string): Parsed {
  const [, before = type, parameters = '', behind = '', dimensions = ''] =
    /^([^([]*)(?:\(([\d,]+)\))?([^([]*)((?:\[\])*)$/.exec(type) ?? [];
  return {
    name: `${before}${behind}`.trim(),
    parameters: parameters === '' ? [] : parameters.split(',').map(Number),
    isArray: dimensions !== '',
  };
}

/** Only what a type allows becomes more, and the bytes of a row stay as they are. */
function isCatalogOnly(live: Parsed, desired: Parsed): boolean {
  if (live.isArray || desired.isArray) return false;
  if (TEXTS.slice(0, 2).includes(live.name) && desired.name === 'text') return true;
  if (live.name === 'text' && desired.name === 'character varying') return desired.parameters.length === 0;
  if (live.name === 'cidr' && desired.name === 'inet') return true;
  return live.name === desired.name && isWider(live, desired);
}

function isWider({ name, parameters: live }: Parsed, { parameters: desired }: Parsed): boolean {
  const [from, to] = [live[0] ?? Infinity, desired[0] ?? Infinity];
  if (name === 'numeric') return to >= from && (desired.length === 0 || live[1] === desired[1]);
  if (name === 'character' || name === 'bit') return to === from;
  return to >= from;
}

function lossOf(live: Parsed, desired: Parsed): string | null {
  const [from, to] = [live.name, desired.name];
  if (NUMBERS.includes(from) && NUMBERS.includes(to))
    return isCoarser(live, desired) ? 'values are rounded' : null;
  if (MOMENTS.includes(from) && to === 'date' && from !== 'date') return 'the time of day is lost';
  if (from === to && /^(time|interval)/.test(from))
    return (desired.parameters[0] ?? 6) < (live.parameters[0] ?? 6) ? 'fractions of a second are lost' : null;
  if (from === 'json' && to === 'jsonb') return 'spaces, the order of keys and repeated keys are lost';
  return null;
}

/** Digits behind the point; many for a number with a floating one. */
function digits({ name, parameters }: Parsed): number {
  if (WHOLE.includes(name)) return 0;
  if (name === 'money') return 2;
  if (name === 'real') return 100;
  return name === 'numeric' && parameters.length > 0 ? (parameters[1] ?? 0) : 1000;
}

function isCoarser(live: Parsed, desired: Parsed): boolean {
  return (
    digits(desired) < digits(live) ||
    (desired.name === 'real' && live.name !== 'real' && live.name !== 'smallint')
  );
}

/** An explicit cast to a type with a length would cut a text; the implicit one of an assignment refuses it. */
function needsCast(live: Parsed, desired: Parsed): boolean {
  if (!desired.isArray && !live.isArray && TEXTS.includes(desired.name)) return false;
  if (live.name === desired.name && live.isArray === desired.isArray) return false;
  return !FAMILIES.some((family) => family.includes(live.name) && family.includes(desired.name));
}
