import { JOINED } from '../../../sql/postgres-operators.js';

/** How a conversion depends on the session: by reading a text, by writing one, or by a cast of the catalog. */
export interface SettingRoute {
  readonly route: 'read' | 'write' | 'cast';
  /** The type whose function depends on a setting, as `pg_type` names it. */
  readonly type: string;
  readonly from: string;
  readonly to: string;
  /** Whether neither side is a list or a range. */
  readonly plain: boolean;
  /** As SQL. */
  readonly column: string;
}

const SETTINGS: readonly (readonly [types: RegExp, setting: string])[] = [
  [/^(?:date|time|timetz|timestamp|timestamptz)$/, 'DateStyle'],
  [/^interval$/, 'IntervalStyle'],
  [/^money$/, 'lc_monetary'],
  [/^bytea$/, 'bytea_output'],
  [/^xml$/, 'xmloption'],
  [/^reg/, 'search_path'],
];

/** The setting that such a type depends on; null for one of an extension, for example. */
export function settingOf({ route, type }: Pick<SettingRoute, 'route' | 'type'>): string | null {
  const setting = SETTINGS.find(([types]) => types.test(type))?.[1] ?? null;
  return route === 'cast' && setting === 'DateStyle' ? 'TimeZone' : setting;
}

const AMBIGUOUS =
  ', which decides whether 01/02/2026 is January 2 or February 1. In the expression, replace the format with the format of your texts';

/** The problem of the conversion, as a part of a sentence. */
export function settingProblem({
  from,
  to,
  route,
  setting,
}: Readonly<Record<'from' | 'to', string>> & {
  readonly route: SettingRoute['route'];
  readonly setting: string | null;
}): string {
  const own = setting === 'lc_monetary' ? '; the revision uses the value of your database' : '';
  const on = setting === null ? 'a setting of the session' : `the setting ${setting}${own}`;
  const words = `type ${from} becomes ${to}: `;
  if (route === 'cast') return `${words}the conversion depends on ${on}`;
  if (route === 'write') return `${words}the text that PostgreSQL writes for a value depends on ${on}`;
  return `${words}the reading of the text depends on ${on}${setting === 'DateStyle' ? AMBIGUOUS : ''}`;
}

const DAY = 'YYYY-MM-DD';
const CLOCK = 'HH24:MI:SS.US';

/** Texts with a stated format -> type. */
const READERS: Readonly<Record<string, (column: string) => string>> = {
  date: (column) => `pg_catalog.to_date(${column}, '${DAY}')`,
  timestamp: (column) => `pg_catalog.to_timestamp(${column}, '${DAY} ${CLOCK}')::timestamp`,
  timestamptz: (column) =>
    `pg_catalog.to_timestamp(${column}, '${DAY} ${CLOCK}')::timestamp AT TIME ZONE 'UTC'`,
  time: (column) => `pg_catalog.to_timestamp(${column}, '${CLOCK}')::time`,
  timetz: (column) => `(pg_catalog.to_timestamp(${column}, '${CLOCK}')::time::text ${JOINED} '+00')::timetz`,
  money: (column) => `${column}::numeric::money`,
};

/** Type -> texts in a stated format. */
const WRITERS: Readonly<Record<string, (column: string) => string>> = {
  date: (column) => `pg_catalog.to_char(${column}, '${DAY}')`,
  timestamp: (column) => `pg_catalog.to_char(${column}, '${DAY} ${CLOCK}')`,
  timestamptz: (column) => `pg_catalog.to_char(${column} AT TIME ZONE 'UTC', '${DAY} ${CLOCK}')`,
  money: (column) => `${column}::numeric::text`,
  bytea: (column) => `'\\x' ${JOINED} pg_catalog.encode(${column}, 'hex')`,
};

/**
 * An expression for the conversion. Where no function takes a format it is the cast: a person has then chosen what a
 * generated revision sets for it.
 *
 * @param type the new one, as SQL; a text of a length is assigned, which refuses what is too long
 */
export function suggestedExpression(of: SettingRoute, type: string): string {
  const { route, from, to, plain, column } = of;
  if (route === 'cast' && plain && settingOf(of) === 'TimeZone') return inUtc(of, type);
  const [known, name] = route === 'write' ? [WRITERS, from] : [READERS, to];
  const format = plain && route !== 'cast' ? known[name] : undefined;
  const value = format?.(column);
  if (/^(?:text|varchar|bpchar|citext)$/.test(to))
    return value ?? `${column}::text${type.endsWith('[]') ? '[]' : ''}`;
  if (value === undefined) return `${column}::${type}`;
  return route === 'write' ? `(${value})::${type}` : value;
}

function inUtc({ from, to, column }: SettingRoute, type: string): string {
  if (from === 'timestamptz') return `(${column} AT TIME ZONE 'UTC')::${type}`;
  return to === 'timestamptz' ? `${column}::timestamp AT TIME ZONE 'UTC'` : `${column}::${type}`;
}
