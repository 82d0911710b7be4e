/** The values of a type, as texts. */
export interface ValueDomain {
  /** Values that differ from one another, as many as are asked for, after so many others; or all that there are. */
  readonly series: (count: number, after: number) => readonly string[];
  /** How many values the series has; undefined for a list, which is always given as a whole. */
  readonly room?: number;
  /** More values, for a check that accepts none of the series. */
  readonly others: readonly string[];
  /** Whether a literal of a check may be a value of this type. */
  readonly accepts: (text: string) => boolean;
  /** The number of characters that fit; undefined where the type is no text. */
  readonly length?: number;
  /** True where the type is unknown, so that each value has to be tried. */
  readonly uncertain?: true;
  /** The value as SQL. */
  readonly write: (text: string) => string;
}

/** A family without the form of its values. */
export type UnwrittenDomain = Omit<ValueDomain, 'write'>;

const NUMBER = /^-?\d+(\.\d+)?$/;
const WHOLE = /^-?\d+$/;
const MOMENT = /^-?(\d{1,4}[-:]\d|infinity)/;

/** Every value of the rules below fits into a byte. */
const ROOM = 250;

/** Small, so that they fit into every type of number, and keep their value when the type becomes another one. */
const DIGITS = 4;

const DAYS = 28;
const MONTHS = 12;

/** Values of a list. */
export function listed(...values: readonly string[]): UnwrittenDomain {
  return { series: () => values, others: values, accepts: (text) => values.includes(text) };
}

/** Values of a rule; n counts from 1 and is at most 250. */
export function counted(at: (n: number) => string, ...others: readonly string[]): UnwrittenDomain {
  return {
    series: (count, after) => Array.from({ length: count }, (_, index) => at(after + index + 1)),
    room: ROOM,
    others,
    accepts: () => true,
  };
}

export const wholeNumbers: UnwrittenDomain = {
  ...counted(String, '0', '-1', '10', '100', '1000'),
  room: 10 ** DIGITS - 1,
  accepts: (text) => WHOLE.test(text),
};

/** With a fraction, where there is room for one. */
export function decimals(precision = 38, scale = 1): UnwrittenDomain {
  const whole = precision - scale;
  const mixed = scale > 0 && whole > 0;
  const at = (n: number) => (mixed ? `${n}.5` : shifted(n, scale));
  const room = 10 ** Math.min(DIGITS, mixed ? whole : precision) - 1;
  return { ...counted(at, '0', '-1', '10', '0.1'), room, accepts: (text) => NUMBER.test(text) };
}

/** Digits first, so that most become numbers when the column does. */
export function texts(length = Number.MAX_SAFE_INTEGER): UnwrittenDomain {
  const others = ['', 'a', 'b', 'abc', 'abd', 'ABC', 'ABD', 'Abc', 'A1', 'a@b.cd', 'https://a.bc'];
  const long = ['2024-01-02', uuidOf(1), '{}', '[]', 'x'.repeat(40)];
  const fits = (text: string) => text.length <= length;
  const base = length < DIGITS ? 36 : 10;
  return {
    ...counted((n) => n.toString(base), ...[...others, ...long].filter(fits)),
    room: base ** Math.min(DIGITS, length) - 1,
    accepts: fits,
    length,
  };
}

/** Days and times of day, as a pattern in which `DAY` stands for a date, `HH` for an hour and `MM` for a minute. */
export function moments(pattern: string, ...others: readonly string[]): UnwrittenDomain {
  const at = (n: number) =>
    pattern
      .replace('DAY', dayOf(n))
      .replace('HH', padded(n % 24))
      .replace('MM', padded(n % 60));
  // Hours and minutes repeat together after 120.
  const room = pattern.includes('DAY') ? DAYS * MONTHS - 1 : 119;
  return { ...counted(at, ...others), room, accepts: (text) => MOMENT.test(text) };
}

/** One day after the other in 2024, without the ends of the months. */
export function dayOf(n: number): string {
  return `2024-${padded(1 + (Math.floor((n - 1) / DAYS) % MONTHS))}-${padded(1 + ((n - 1) % DAYS))}`;
}

/** A uuid of version 4. */
export function uuidOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

function padded(n: number): string {
  return String(n).padStart(2, '0');
}

/** n times the tenth part that many times, without the noise of floating point. */
function shifted(n: number, scale: number): string {
  return scale > 0 ? `0.${String(n).padStart(scale, '0')}` : `${n}${'0'.repeat(-scale)}`;
}
