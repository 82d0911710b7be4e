import { quoteLiteral } from '../../sql/quote.js';
import type { EnumModel } from '../../schema/model.js';
import {
  counted,
  dayOf,
  decimals,
  listed,
  moments,
  texts,
  uuidOf,
  wholeNumbers,
  type ValueDomain,
  type UnwrittenDomain,
} from '../value-domain.js';
import { spatialText } from './spatial-values.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

type Parameters = readonly (number | undefined)[];

const dates = moments('DAY', '1970-01-01', '2100-01-01');
const instants = moments('DAY 01:02:03', '1970-01-01 00:00:00', '2100-01-01 00:00:00');
const zoned = moments('DAY 01:02:03+00', '1970-01-01 00:00:00+00', '2100-01-01 00:00:00+00');
const hours = moments('HH:MM:00');
const documents = counted((n) => `{"n": ${n}}`, '{}', '[]', '1', '"a"');

/** A range of days or numbers; neighbours do not overlap. */
const between = (at: (n: number) => string) => (n: number) => `[${at(n)},${at(n + 1)})`;

/** The base of each range. */
const RANGES: Readonly<Record<string, (n: number) => string>> = {
  int4: between(String),
  int8: between(String),
  num: between(String),
  ts: between(dayOf),
  tstz: between((n) => `${dayOf(n)} 00:00:00+00`),
  date: between(dayOf),
};

/** Types as `format_type` shows them, without their parameters. */
const TYPES: Readonly<Record<string, (parameters: Parameters) => UnwrittenDomain>> = {
  ...only(wholeNumbers, 'smallint', 'integer', 'bigint', 'oid', 'xid', 'cid', 'money'),
  ...only(decimals(), 'real', 'double precision'),
  ...only(texts(), 'text', 'citext', 'bpchar'),
  ...only(texts(63), 'name'),
  ...only(texts(1), '"char"'),
  ...only(documents, 'json', 'jsonb'),
  numeric: ([precision, scale]) => decimals(precision, precision === undefined ? 1 : (scale ?? 0)),
  'character varying': ([length]) => texts(length),
  character: ([length]) => texts(length ?? 1),
  bytea: () => counted((n) => `\\x${n.toString(16).padStart(2, '0')}`, '\\x'),
  bit: ([length = 1]) => bits(length),
  'bit varying': ([length = 8]) => ({
    ...counted((n) => n.toString(2)),
    room: 2 ** Math.min(length, 20) - 1,
  }),
  boolean: () => listed('true', 'false'),
  date: () => dates,
  'timestamp without time zone': () => instants,
  'timestamp with time zone': () => zoned,
  'time without time zone': () => hours,
  'time with time zone': () => moments('HH:MM:00+00'),
  interval: () => counted((n) => `${n} years`, '0', '1 day', '1 hour'),
  uuid: () => ({ ...counted(uuidOf), accepts: (text) => UUID.test(text) }),
  point: () => counted((n) => `(${n},${n})`),
  line: () => counted((n) => `{1,${n},0}`),
  lseg: () => counted((n) => `[(0,0),(${n},1)]`),
  box: () => counted((n) => `(${n},${n}),(0,0)`),
  path: () => counted((n) => `[(0,0),(${n},1)]`),
  polygon: () => counted((n) => `((0,0),(${n},1),(1,0))`),
  circle: () => counted((n) => `<(0,0),${n}>`),
  cidr: () => counted((n) => `10.0.${n}.0/24`),
  inet: () => counted((n) => `10.0.0.${n}`, '::1'),
  macaddr: () => counted((n) => `08:00:2b:01:02:${n.toString(16).padStart(2, '0')}`),
  macaddr8: () => counted((n) => `08:00:2b:01:02:03:04:${n.toString(16).padStart(2, '0')}`),
  tsvector: () => counted((n) => `word${n}`),
  tsquery: () => counted((n) => `word${n}`),
  xml: () => counted((n) => `<a>${n}</a>`),
  jsonpath: () => counted((n) => `$."a${n}"`),
  pg_lsn: () => counted((n) => `0/${n}`),
  hstore: () => counted((n) => `a=>${n}`),
  ltree: () => counted((n) => `a.b${n}`),
  cube: () => counted((n) => `(${n})`),
  vector: ([dimensions = 1]) => counted((n) => `[${Array(dimensions).fill(n).join()}]`),
  halfvec: ([dimensions = 1]) => counted((n) => `[${Array(dimensions).fill(n).join()}]`),
};

/** Values of every kind: one of them may be valid for an unknown type, a domain for example. */
const UNKNOWN = ['1', '2', '3', '4', 'a', 'b', 'abc', 'ABC', 'a@b.cd', 'true', '2024-01-01', '2024-01-02']
  .concat(['2024-01-01 00:00:00', '1.5', '{}', '[]', uuidOf(1), uuidOf(2), '10.0.0.1', '(1,1)', '[1,2)'])
  .concat(['12345', '+491234567', 'x'.repeat(40)]);

/** The values of a column of that type. */
export function postgresFamily(type: string, enums: readonly EnumModel[]): ValueDomain {
  return { ...valuesOf(type, enums), write: quoteLiteral };
}

function valuesOf(type: string, enums: readonly EnumModel[]): UnwrittenDomain {
  if (type.endsWith('[]')) return arrays(valuesOf(type.slice(0, -2), enums), type === 'box[]' ? ';' : ',');
  if (type.startsWith('enum '))
    return listed(...(enums.find(({ name }) => `enum ${name}` === type)?.values ?? []));
  const { name, parameters } = readType(type);
  if (/^(?:\w+\.)?geo(?:metry|graphy)$/.test(name)) return counted((n) => spatialText(type, n));
  const range = /^(\w+?)(multi)?range$/.exec(name);
  const at = RANGES[range?.[1] ?? ''];
  if (at) return range?.[2] ? counted((n) => `{${at(n)}}`, '{}') : counted(at, 'empty');
  return TYPES[name]?.(parameters) ?? { ...listed(...UNKNOWN), accepts: () => true, uncertain: true };
}

/** `timestamp(3) with time zone` is `timestamp with time zone` with the parameter 3. */
function readType(type: string): { readonly name: string; readonly parameters: Parameters } {
  const [, given = ''] = /\(([^)]*)\)/.exec(type) ?? [];
  const parameters = given.split(',').map((one) => (/^\s*-?\d+\s*$/.test(one) ? Number(one) : undefined));
  const name = type.replace(/\([^)]*\)/, '').replace(/^(interval) .*/, '$1');
  return { name, parameters };
}

/** Two elements each; the first one differs in every row. The length of an element is none of the array. */
function arrays(elements: UnwrittenDomain, separator: string): UnwrittenDomain {
  const series = (count: number, after: number) => {
    const items = elements.series(count, after).map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
    return items.map((item) => `{${[item, items[0]].join(separator)}}`);
  };
  return {
    ...{ series, others: ['{}'], accepts: (text: string) => text.startsWith('{') },
    ...(elements.room === undefined ? {} : { room: elements.room }),
    ...(elements.uncertain ? { uncertain: elements.uncertain } : {}),
  };
}

function bits(length: number): UnwrittenDomain {
  const all = 2 ** Math.min(length, 20);
  return { ...counted((n) => (n % all).toString(2).padStart(length, '0')), room: all - 1 };
}

function only(
  values: UnwrittenDomain,
  ...names: readonly string[]
): Readonly<Record<string, () => UnwrittenDomain>> {
  return Object.fromEntries(names.map((name) => [name, () => values]));
}
