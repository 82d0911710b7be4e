/** Kinds of types that PostgreSQL converts in ways of its own. */
type Family = 'boolean' | 'whole' | 'fraction' | 'text' | 'date' | 'instant' | 'other';

const FAMILIES: readonly (readonly [Family, RegExp])[] = [
  ['boolean', /^bool/],
  ['whole', /int/],
  ['fraction', /^(?:real|double|float|numeric|decimal|dec\b)/],
  ['text', /char|clob|text/],
  ['instant', /^(?:datetime|timestamp)/],
  ['date', /^date/],
];

const TRUE = "'true', 't', 'yes', 'y', 'on', '1'";
const FALSE = "'false', 'f', 'no', 'n', 'off', '0'";

/** Converters by the types of both sides; each applies only to a value of the kind that its type declares. */
const CONVERSIONS: Readonly<Record<string, (value: string) => string>> = {
  'boolean to text': (value) => `CASE ${value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE ${value} END`,
  'text to boolean': (value) =>
    `CASE WHEN lower(${value}) IN (${TRUE}) THEN 1 WHEN lower(${value}) IN (${FALSE}) THEN 0 ELSE ${value} END`,
  'text to whole': (value) => exactly(value, `CAST(CAST(${value} AS integer) AS text) = trim(${value})`),
  'text to fraction': (value) =>
    exactly(
      value,
      `CAST(CAST(${value} AS numeric) AS text) IN (trim(${value}), ${withoutZeros(`trim(${value})`)}) OR printf('%!.17g', ${value}) = trim(${value})`,
    ),
  'text to date': (value) => exactly(value, `${value} GLOB '*[0-9][-:]*'`),
  'text to instant': (value) => exactly(value, `${value} GLOB '*[0-9][-:]*'`),
  'fraction to text': (value) =>
    when(value, {
      is: 'real',
      then: `CASE CAST(CAST(${value} AS text) AS real) WHEN ${value} THEN ${value} ELSE printf('%!.17g', ${value}) END`,
    }),
  'whole to boolean': (value) => when(value, { is: 'integer', then: `${value} <> 0` }),
  'fraction to whole': (value) => when(value, { is: 'real', then: `CAST(round(${value}) AS integer)` }),
  'instant to date': (value) => when(value, { is: 'text', then: `coalesce(date(${value}), ${value})` }),
  'date to instant': (value) =>
    when(value, {
      is: 'text',
      then: `coalesce(strftime('%Y-%m-%d %H:%M:%f', ${value}), ${value})`,
    }),
};

/**
 * Converts a value of a column whose type changes, so that the stored value is the one that PostgreSQL would produce.
 * SQLite's affinity covers all types that are not named here. It leaves what it cannot convert, see conversion-check.ts.
 *
 * @param value SQL
 */
export function converted(value: string, types: { readonly from: string; readonly to: string }): string {
  return CONVERSIONS[`${familyOf(types.from)} to ${familyOf(types.to)}`]?.(value) ?? value;
}

/** The kind of a type, by its name. */
export function familyOf(type: string): Family {
  return FAMILIES.find(([, pattern]) => pattern.test(type))?.[0] ?? 'other';
}

/**
 * A text that SQLite would change: its affinity takes the zero from '01067', digits from '12345678901234567.89', and a
 * date '2024' for a number.
 * conversion-check.ts stops at it.
 */
function exactly(value: string, isExact: string): string {
  return `CASE WHEN typeof(${value}) <> 'text' OR ${isExact} THEN ${value} ELSE 'inexact: ' || ${value} END`;
}

/** 1.10 is 1.1, and 12.0 is 12. */
function withoutZeros(value: string): string {
  return `CASE instr(${value}, '.') WHEN 0 THEN ${value} ELSE rtrim(rtrim(${value}, '0'), '.') END`;
}

function when(value: string, { is, then }: { readonly is: string; readonly then: string }): string {
  return `CASE typeof(${value}) WHEN '${is}' THEN ${then} ELSE ${value} END`;
}
