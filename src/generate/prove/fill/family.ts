/** The values of a type, as texts. */
export interface Family {
  /** Values that differ from one another, the first ones first; as many as are asked for, or all that the type has. */
  readonly series: (count: number) => readonly string[];
  /** More of them, for a check that lets none of the series pass. */
  readonly others: readonly string[];
  /** Whether a literal of a check may be a value of this type. */
  readonly accepts: (text: string) => boolean;
  /** How many characters fit; undefined where the type is no text. */
  readonly length?: number;
  /** True where the type is not known, so that each value has to be tried. */
  readonly uncertain?: true;
  /** The value as SQL. */
  readonly write: (text: string) => string;
}

/** A family but for how its values are written. */
export type Values = Omit<Family, 'write'>;

const NUMBER = /^-?\d+(\.\d+)?$/;
const WHOLE = /^-?\d+$/;
const MOMENT = /^-?(\d{1,4}[-:]\d|infinity)/;

/** Of a list that is at hand. */
export function listed(...values: readonly string[]): Values {
  return {
    series: (count) => values.slice(0, count),
    others: values,
    accepts: (text) => values.includes(text),
  };
}

/** Of a rule; n counts from 1. */
export function counted(at: (n: number) => string, ...others: readonly string[]): Values {
  return { series: (count) => upTo(count).map(at), others, accepts: () => true };
}

/** Small, so that they fit into every type of number, and stay what they are when the type becomes another one. */
export const wholeNumbers: Values = {
  ...counted(String, '0', '-1', '10', '100', '1000'),
  accepts: (text) => WHOLE.test(text),
};

/** With a fraction, where there is room for one. */
export function decimals(precision = 38, scale = 1): Values {
  const whole = precision - scale;
  const at = (n: number) => (scale > 0 && whole > 0 ? `${n}.5` : shifted(n, scale));
  return { ...counted(at, '0', '-1', '10', '0.1'), accepts: (text) => NUMBER.test(text) };
}

/** Digits, so that they become numbers where the column does. */
export function texts(length = Number.MAX_SAFE_INTEGER): Values {
  const others = ['', 'a', 'b', 'abc', 'abd', 'ABC', 'ABD', 'Abc', 'A1', 'a@b.cd', 'https://a.bc'];
  const long = ['2024-01-02', uuidOf(1), '{}', '[]', 'x'.repeat(40)];
  const fits = (text: string) => text.length <= length;
  return { ...counted((n) => n.toString(36), ...[...others, ...long].filter(fits)), accepts: fits, length };
}

/** Days and times of day, as a pattern in which `DD` stands for the day and `HH` for the hour. */
export function moments(pattern: string, ...others: readonly string[]): Values {
  const at = (n: number) => pattern.replace('DD', padded(n)).replace('HH', padded(n % 24));
  return { ...counted(at, ...others), accepts: (text) => MOMENT.test(text) };
}

/** A uuid of version 4. */
export function uuidOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

/** A text as SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function padded(n: number): string {
  return String(n).padStart(2, '0');
}

/** n times the tenth part that many times, without the noise of floating point. */
function shifted(n: number, scale: number): string {
  return scale > 0 ? `0.${String(n).padStart(scale, '0')}` : `${n}${'0'.repeat(-scale)}`;
}
